/**
 * How much trackers and their engine have to do in networks of up to a hundred million images, and what ends first:
 * `deno run scripts/simulate_network.ts [images of a peer] [seed]`. docs/SCALE.md explains the numbers.
 */
import {
  type Costs,
  costThrough,
  type Habits,
  type Load,
  type Machine,
  type Network,
  PARTS,
  simulate,
  wall,
} from "./network_model.ts";

const PER_PEER = Number(Deno.args[0] ?? 20);
const SEED = Number(Deno.args[1] ?? 1);

/** A third of the lease less a random part; and what an eager network might do. */
export const HABITS: Habits = { renew: 51, change: 600, stay: 7_200, find: 600, changes: 100, list: 3_000 };

/** Measured with `tests/bench/scale.ts` and `scale_shared.ts`, for peers with 20 and with 1,000 images. */
export const COSTS: Costs = {
  renewal: {
    tracker: costThrough([20, 45], [1_000, 1_594]),
    other: { base: 6, perImage: 0 },
    engine: { base: 6, perImage: 0 },
    shared: { base: 75, perImage: 0 },
  },
  change: {
    tracker: costThrough([20, 69], [1_000, 1_830]),
    other: costThrough([20, 37], [1_000, 395]),
    engine: costThrough([20, 23], [1_000, 36]),
    shared: costThrough([20, 294], [1_000, 310]),
  },
  joining: {
    tracker: costThrough([20, 115], [1_000, 4_747]),
    other: costThrough([20, 84], [1_000, 3_700]),
    engine: costThrough([20, 20], [1_000, 269]),
    shared: costThrough([20, 1_500], [1_000, 66_000]),
  },
  request: 8,
  look: 0.014,
  lookedAt: 20_000,
  listByte: 0.0012,
  passed: 0.0003,
  listBytes: 67_000_000,
  listImages: 500_000,
  announced: 60,
  listed: 80,
  copy: costThrough([20, 8_900], [1_000, 324_000]),
  engineMemory: costThrough([20, 1_560], [1_000, 65_000]),
  stream: 128 * 1024 ** 2,
};

/** Seven tenths of a core, the most of `--memory`, an engine with 16 GB, and a gigabit a second. */
export const MACHINE: Machine = { processor: 700_000, memory: 11.3e9, engineMemory: 16e9, line: 125e6 };

/** What would be, if: other habits and costs, and images divided by their MD5s among groups of trackers. */
interface Case {
  readonly name: string;
  readonly habits: Habits;
  readonly costs: Costs;
  readonly groups: number;
}

const AS_IT_IS: Case = { name: "as it is", habits: HABITS, costs: COSTS, groups: 1 };
const NO_LISTS: Case = { ...AS_IT_IS, name: "no long lists", habits: { ...HABITS, list: Infinity } };
const INDEX: Case = { ...NO_LISTS, name: "and an index of names", costs: { ...COSTS, look: 0, lookedAt: Infinity } };
const CASES: readonly Case[] = [
  AS_IT_IS,
  NO_LISTS,
  ...[4, 16].map((groups) => ({ ...NO_LISTS, name: `and ${groups} groups by MD5`, groups })),
  INDEX,
  ...[4, 16].map((groups) => ({ ...INDEX, name: `an index and ${groups} groups`, groups })),
];

/** The load of one group of trackers: all peers announce to it, each with its part of the images. */
function loadOf({ habits, costs, groups }: Case, { images, ...network }: Network, seconds: number): Load {
  return simulate({ ...network, images: images / groups }, habits, costs, MACHINE, { seconds, seed: SEED });
}

const percent = (part: number): string => part >= 10 ? `${part.toFixed(0)} x` : `${(100 * part).toFixed(0)} %`;

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  console.log(lines.join("\n"));
}

/** The most images with which nothing is exceeded, by halving, and what is exceeded then. */
function most(it: Case, trackers: number): string {
  let [good, bad] = [1_000, 10_000_000_000];
  const at = (images: number): Load => loadOf(it, { peers: Math.ceil(images / PER_PEER), images, trackers }, 60);
  while (bad / good > 1.05) {
    const images = Math.sqrt(good * bad);
    const load = at(images);
    if (load[wall(load)] <= 1) good = images;
    else bad = images;
  }
  return `${Number(good.toPrecision(2)).toLocaleString("en")}: ${wall(at(bad))}`;
}

if (import.meta.main) {
  console.log(`${PER_PEER} images of each peer; of what one machine has, in 99 of 100 seconds at most:\n`);
  const rows = [["images", "peers", "trackers", ...PARTS]];
  for (const images of [100_000, 1_000_000, 10_000_000]) {
    for (const trackers of [1, 2, 4, 8]) {
      const peers = Math.ceil(images / PER_PEER);
      const load = loadOf(AS_IT_IS, { peers, images, trackers }, 300);
      const cells = [images, peers, trackers].map((it) => it.toLocaleString("en"));
      rows.push([...cells, ...PARTS.map((part) => percent(load[part]))]);
    }
  }
  print(rows);
  console.log("\nThe most images with which nothing is exceeded, and what is exceeded first:\n");
  const trackers = [1, 2, 4, 8];
  print([
    ["", ...trackers.map((it) => it === 1 ? "1 tracker" : `${it} trackers`)],
    ...CASES.map((it) => [it.name, ...trackers.map((count) => most(it, count))]),
  ]);
}
