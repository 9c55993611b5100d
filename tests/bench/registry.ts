/**
 * Trackers that share a registry, beside one that does not: requests a second and processor time, each in turn in one
 * run; from a `REG` at one tracker to the list of another; and how long a tracker reads 100,000 images at its start.
 * Needs `redis-server`. `deno task bench` runs it.
 */
import { parseEngineAddress } from "../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../lib/server/shared/shared_registry.ts";
import { programCommand } from "../support.ts";
import { Redis } from "../server/shared/redis.ts";
import {
  Asker,
  encode,
  field,
  IMAGES_PER_PEER,
  measure,
  type Measured,
  median,
  memoryOf,
  processorTime,
  start,
} from "./askers.ts";
import { hasAll } from "./beside.ts";

const WINDOW = 16;
const ROUNDS = Number(Deno.args[0] ?? 5);
/** How long each measurement lasts, in milliseconds. */
const MEASURE_MS = Number(Deno.args[1] ?? 1_000);
const QUIET_MS = 1_500;
const PEERS = 5_000;

const tracker = (name: string, ...more: string[]) => {
  const [command, ...args] = programCommand("server");
  return start(name, command, [...args, "--host", "127.0.0.1", "--port", "0", ...more], /:(\d+) \(/);
};

if (!hasAll(["redis-server"], "a shared registry")) Deno.exit();
await using redis = await Redis.start();
const alone = await tracker("alone");
const shared = await tracker("shared", "--registry", redis.url);
const other = await tracker("other", "--registry", redis.url);
const askers = Array.from({ length: WINDOW }, (_, i) => new Asker(i));
try {
  const own = (asker: number): number[] =>
    Array.from({ length: PEERS }, (_, peer) => peer).filter((peer) => peer % WINDOW === asker);
  const requests = (type: string, change: (turn: number) => number): Uint8Array[][] =>
    askers.map((_, asker) =>
      [0, 1].flatMap((turn) =>
        own(asker).map((peer) => encode(`${type} 0123456789abcdef ${5_000 + peer} ${field(peer, change(turn))}`))
      )
    );
  const same = requests("REG", () => 0);
  for (const { port } of [alone, shared]) {
    await Promise.all(askers.map(async (asker, i) => {
      for (const request of same[i].slice(0, own(i).length)) await asker.ask(request, port);
    }));
  }
  const rows: [string, Uint8Array[][]][] = [
    ["REG, unchanged", same],
    ["UPD, unchanged", requests("UPD", () => 0)],
    ["UPD, one image of 20 new", requests("UPD", (turn) => turn)],
    ["LST", askers.map(() => [encode("LST")])],
  ];
  console.log(`\n${PEERS * IMAGES_PER_PEER} images of ${PEERS} peers, two trackers with one registry beside one alone`);
  console.log("request                    shared/s   alone/s    ratio   shared µs  alone µs");
  for (const [what, work] of rows) {
    const rounds = { shared: [] as Measured[], alone: [] as Measured[] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, server] of [["shared", shared], ["alone", alone]] as const) {
        const before = processorTime(server.pid);
        const { rate, count } = await measure(askers, server, work, MEASURE_MS);
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS)); // What is left for the engine counts too.
        rounds[name].push({ rate, count, cpu: (processorTime(server.pid) - before) / count });
      }
    }
    const rate = (of: Measured[]): number => median(of.map(({ rate }) => rate));
    const cpu = (of: Measured[]): string => median(of.map(({ cpu }) => cpu)).toFixed(1);
    console.log(
      `${what.padEnd(26)}${rate(rounds.shared).toFixed(0).padStart(9)}${rate(rounds.alone).toFixed(0).padStart(10)}` +
        `${(rate(rounds.shared) / rate(rounds.alone)).toFixed(2).padStart(9)}` +
        `${cpu(rounds.shared).padStart(12)}${cpu(rounds.alone).padStart(10)}`,
    );
  }

  const waits: number[] = [];
  for (let i = 0; i < 200; i++) {
    const begin = performance.now();
    const image = `${"f".repeat(20)}${i.toString(16).padStart(12, "0")}`;
    await askers[0].ask(encode(`REG 0123456789abcdef ${40_000 + i} ${image},a.jpg`), shared.port);
    const update = encode(`UPD 0123456789abcdef ${40_000 + i} ${image},a.jpg`);
    while (!`${new TextDecoder().decode(await askers[0].ask(update, other.port))}`.startsWith("OK"));
    waits.push(performance.now() - begin);
  }
  waits.sort((a, b) => a - b);
  console.log(
    `from a REG to the other tracker: median ${waits[100].toFixed(1)} ms, 99th of 100 ${waits[197].toFixed(1)} ms`,
  );

  const begin = performance.now();
  const late = await openSharedRegistry(parseEngineAddress(redis.url)!);
  console.log(`${late.registry.images} images read at the start in ${(performance.now() - begin).toFixed(0)} ms`);
  await late.close();
  const resident = [alone, shared, other].map(({ pid }) => `${(memoryOf(pid) / 1e6).toFixed(0)} MB`);
  console.log(`resident: alone ${resident[0]}, shared ${resident[1]}, the other ${resident[2]}`);
} finally {
  askers.forEach((asker) => asker.close());
  [alone, shared, other].forEach((server) => server.kill());
}
