/** The simulation of networks: the same seed gives the same numbers, and these follow from the costs. */
import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type Cost,
  type Costs,
  costThrough,
  PARTS,
  poisson,
  randomNumbers,
  simulate,
  wall,
} from "../../scripts/network_model.ts";

const cost = (base: number, perImage = 0): Cost => ({ base, perImage });
const FREE = { tracker: cost(0), other: cost(0), engine: cost(0), shared: cost(0) };
const COSTS: Costs = {
  renewal: { tracker: cost(100, 1), other: cost(10), engine: cost(20), shared: cost(50) },
  change: FREE,
  joining: FREE,
  request: 0,
  look: 0,
  lookedAt: 20_000,
  listByte: 0,
  passed: 0,
  listBytes: 1_000_000,
  listImages: 1_000,
  announced: 60,
  listed: 80,
  copy: cost(1_000, 100),
  engineMemory: cost(100, 10),
  stream: 0,
};
const NEVER = { renew: Infinity, change: Infinity, stay: Infinity, find: Infinity, changes: Infinity, list: Infinity };
const RENEWING = { ...NEVER, renew: 10 };
const MACHINE = { processor: 1_000_000, memory: 1e9, engineMemory: 1e8, line: 1e6 };
const RUN = { seconds: 400, seed: 7 };
/** 1,000 renewals a second. */
const network = { peers: 10_000, images: 200_000, trackers: 1 };

/** Close, but in the busiest of a hundred seconds. */
const isAbout = (value: number, expected: number): void =>
  ok(value > 0.99 * expected && value < 1.25 * expected, `${value}, not about ${expected}`);

Deno.test("the same seed gives the same loads, another one others", () => {
  const load = simulate(network, RENEWING, COSTS, MACHINE, RUN);
  deepStrictEqual(simulate(network, RENEWING, COSTS, MACHINE, RUN), load);
  notDeepStrictEqual(simulate(network, RENEWING, COSTS, MACHINE, { ...RUN, seed: 8 }), load);
});

Deno.test("a tracker alone does what is asked, and has no engine", () => {
  const load = simulate(network, RENEWING, COSTS, MACHINE, RUN);
  isAbout(load["tracker's processor"], 1_000 * (100 + 20) / 1e6);
  isAbout(load["tracker's network"], 1_000 * 20 * 60 / 1e6);
  strictEqual(load["tracker's memory"], 10_000 * (1_000 + 20 * 100) / 1e9);
  deepStrictEqual(PARTS.filter((part) => part.startsWith("engine")).map((part) => load[part]), [0, 0, 0]);
  strictEqual(wall(load), "tracker's network");
});

Deno.test("four trackers share the requests, and each applies the changes of all", () => {
  const load = simulate({ ...network, trackers: 4 }, RENEWING, COSTS, MACHINE, RUN);
  isAbout(load["tracker's processor"], (250 * (100 + 20) + 750 * 10) / 1e6);
  isAbout(load["engine's processor"], 1_000 * 20 / 1e6);
  isAbout(load["engine's network"], 4 * 1_000 * 50 / 1e6);
  strictEqual(load["engine's memory"], 10_000 * (100 + 20 * 10) / 1e8);
});

Deno.test("a list that is too long for changes is sent whole, up to the longest", () => {
  const load = (images: number) =>
    simulate({ ...network, images }, { ...NEVER, changes: 10, list: 10_000 }, COSTS, MACHINE, RUN)["tracker's network"];
  strictEqual(load(1_000), 0, "nothing changes");
  ok(load(10_000) >= 10_000 * 80 / 1e6);
  strictEqual(load(100_000), load(1_000_000), "the longest list");
});

Deno.test("costs of few and of many images lie on a line", () => {
  const { base, perImage } = costThrough([20, 50], [1_000, 1_030]);
  deepStrictEqual([base, perImage], [30, 1]);
});

Deno.test("events come as often as they should on average", () => {
  const random = randomNumbers(1);
  for (const mean of [0, 0.5, 5, 60, 1_000]) {
    const counts = Array.from({ length: 2_000 }, () => poisson(mean, random));
    const average = counts.reduce((sum, it) => sum + it, 0) / counts.length;
    ok(Math.abs(average - mean) <= 5 * Math.sqrt(mean / counts.length), `${average}, not ${mean}`);
  }
});
