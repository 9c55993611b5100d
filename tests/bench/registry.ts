/**
 * A tracker with a shared registry beside one without, each in turn in one run: requests a second, and processor time of
 * the tracker and of the engine; from a `REG` at one tracker to the list of another; how long a tracker reads 100,000
 * images at its start; and how many changes one, two and four trackers with one engine make in all. Needs
 * `redis-server`. `deno task bench` runs it: `tests/bench/registry.ts [rounds] [milliseconds of each]`.
 */
import { parseEngineAddress } from "../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../lib/server/shared/shared_registry.ts";
import { programCommand } from "../support.ts";
import { Redis } from "../server/shared/redis.ts";
import { Asker, encode, field, IMAGES_PER_PEER, measure, median, processorTime, type Server, start } from "./askers.ts";
import { hasAll } from "./beside.ts";

const WINDOW = 16;
const ROUNDS = Number(Deno.args[0] ?? 9);
const MEASURE_MS = Number(Deno.args[1] ?? 700);
/** What is left for the engine when the last answer came counts too. */
const SETTLE_MS = 300;
const PEERS = 5_000;
const REGISTRATIONS = 300;

const askers = Array.from({ length: WINDOW }, (_, i) => new Asker(i));
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function startTracker(registry?: string): Promise<Server> {
  const [command, ...args] = programCommand("server");
  const more = registry === undefined ? [] : ["--registry", registry];
  return start("tracker", command, [...args, "--host", "127.0.0.1", "--port", "0", ...more], /:(\d+) \(/);
}

/** The processor time of the engine, in microseconds. */
async function engineTime(redis: Redis): Promise<number> {
  const info = `${await redis.ask("INFO", "cpu")}`;
  return [...info.matchAll(/^used_cpu_(?:user|sys):(.+)$/gm)].reduce((sum, [, time]) => sum + 1e6 * Number(time), 0);
}

/** The requests of each asker for its share of the peers, twice; `change` makes one image another. */
function requests(type: string, change: (turn: number) => number): Uint8Array[][] {
  const peers = Array.from({ length: PEERS }, (_, peer) => peer);
  return askers.map((_, asker) =>
    [0, 1].flatMap((turn) =>
      peers.filter((peer) => peer % WINDOW === asker)
        .map((peer) => encode(`${type} 0123456789abcdef ${5_000 + peer} ${field(peer, change(turn))}`))
    )
  );
}

const [same, renewing, changing] = [
  requests("REG", () => 0),
  requests("UPD", () => 0),
  requests("UPD", (turn) => turn),
];

/** Registers the peers of each asker at its tracker. */
async function register(trackerOf: (asker: number) => Server): Promise<void> {
  await Promise.all(askers.map(async (asker, i) => {
    for (const request of same[i].slice(0, same[i].length / 2)) await asker.ask(request, trackerOf(i).port);
  }));
}

/** Registers a peer at one tracker, and waits until another one knows it, in milliseconds. */
async function timeToReach(peer: number, at: Server, other: Server): Promise<number> {
  const [begin, image] = [performance.now(), `${"f".repeat(20)}${peer.toString(16).padStart(12, "0")}`];
  await askers[0].ask(encode(`REG 0123456789abcdef ${peer} ${image},a.jpg`), at.port);
  const update = encode(`UPD 0123456789abcdef ${peer} ${image},a.jpg`);
  while (!new TextDecoder().decode(await askers[0].ask(update, other.port)).startsWith("OK"));
  return performance.now() - begin;
}

/** Requests to the tracker with the registry and to the one without, the first one first in every other round. */
async function beside(redis: Redis, shared: Server, alone: Server): Promise<void> {
  console.log(
    `\n${PEERS * IMAGES_PER_PEER} images of ${PEERS} peers, ${WINDOW} requests under way, medians of ${ROUNDS} rounds`,
  );
  console.log("request                     shared/s   alone/s    ratio   shared µs  engine µs  alone µs  asker µs");
  const rows: [string, Uint8Array[][]][] = [
    ["REG, unchanged", same],
    ["UPD, unchanged", renewing],
    ["UPD, one image of 20 new", changing],
    ["LST", askers.map(() => [encode("LST")])],
  ];
  for (const [what, work] of rows) {
    const rounds: { rates: number[]; times: number[] }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [rates, times]: [number[], number[]] = [[], []];
      for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const server = [shared, alone][which];
        const spent = async () => [processorTime(server.pid), await engineTime(redis), processorTime(Deno.pid)];
        const before = await spent();
        const { rate, count } = await measure(askers, server, work, MEASURE_MS);
        await wait(SETTLE_MS);
        const each = (await spent()).map((time, i) => (time - before[i]) / count);
        rates[which] = rate;
        if (which === 0) [times[0], times[1]] = each;
        else [times[2], , times[3]] = each;
      }
      rounds.push({ rates, times });
    }
    const middle = (of: (round: { rates: number[]; times: number[] }) => number): number => median(rounds.map(of));
    console.log(
      what.padEnd(26) + [0, 1].map((i) => middle(({ rates }) => rates[i]).toFixed(0).padStart(10)).join("") +
        middle(({ rates }) => rates[0] / rates[1]).toFixed(2).padStart(9) +
        [0, 1, 2, 3].map((i) => middle(({ times }) => times[i]).toFixed(1).padStart(i === 0 ? 12 : i === 1 ? 11 : 10))
          .join(""),
    );
  }
}

/** From a `REG` at one tracker until another one knows it; in between, other peers change what they share. */
async function reaching(shared: Server, other: Server): Promise<void> {
  for (const [load, change] of [["without load", 0], ["while a peer changes something all the time", 1]] as const) {
    let isOver = false;
    const changes = async (): Promise<number> => {
      let count = 0;
      for (; change && !isOver; count++) await askers[1].ask(changing[1][count % changing[1].length], shared.port);
      return count;
    };
    const [running, begin] = [changes(), performance.now()];
    const waits: number[] = [];
    for (let i = 0; i < REGISTRATIONS; i++) waits.push(await timeToReach(40_000 + 1_000 * change + i, shared, other));
    isOver = true;
    const rate = await running / (performance.now() - begin) * 1_000;
    waits.sort((a, b) => a - b);
    const at = (part: number): string => `${waits[Math.floor(part * REGISTRATIONS)].toFixed(1)} ms`;
    const how = change ? `${load} (${rate.toFixed(0)} changes a second)` : load;
    console.log(`from a REG to the list of another tracker, ${how}: median ${at(0.5)}, 99th of 100 ${at(0.99)}`);
  }
}

/** Reads all registrations, as a tracker does that starts. */
async function reading(redis: Redis): Promise<void> {
  const times: number[] = [];
  let images = 0;
  for (let i = 0; i < 3; i++) {
    const begin = performance.now();
    const late = await openSharedRegistry(parseEngineAddress(redis.url)!);
    times.push(performance.now() - begin);
    images = late.registry.images;
    await late.close();
  }
  console.log(`${images} images read at the start: median ${median(times).toFixed(0)} ms`);
}

/** Changes that several trackers with one engine make, until each of them knows all. */
async function together(count: number): Promise<void> {
  await using redis = await Redis.start();
  const trackers = await Promise.all(Array.from({ length: count }, () => startTracker(redis.url)));
  try {
    await register((asker) => trackers[asker % count]);
    const meet = async (peer: number): Promise<void> => {
      for (const [i, at] of trackers.entries()) {
        for (const [j, other] of trackers.entries()) if (i !== j) await timeToReach(peer + 10 * i + j, at, other);
      }
    };
    await meet(40_000);
    const spent = async () => [
      trackers.reduce((sum, { pid }) => sum + processorTime(pid), 0),
      await engineTime(redis),
      processorTime(Deno.pid),
    ];
    const [begin, before] = [performance.now(), await spent()];
    const measured = await Promise.all(trackers.map((tracker, i) => {
      const isIts = (_: unknown, asker: number): boolean => asker % count === i;
      return measure(askers.filter(isIts), tracker, changing.filter(isIts), 4 * MEASURE_MS);
    }));
    await meet(41_000);
    const [took, changes] = [performance.now() - begin, measured.reduce((sum, it) => sum + it.count, 0)];
    const each = (await spent()).map((time, i) => ((time - before[i]) / changes).toFixed(1));
    console.log(
      `${count === 1 ? "1 tracker " : `${count} trackers`} with one engine: ${(changes / took * 1_000).toFixed(0)} ` +
        `changes a second in all, known to all; processor time of a change: all trackers ${each[0]} µs, ` +
        `engine ${each[1]} µs, who asks ${each[2]} µs`,
    );
  } finally {
    trackers.forEach((server) => server.kill());
  }
}

if (!hasAll(["redis-server"], "a shared registry")) Deno.exit();
try {
  await using redis = await Redis.start();
  const servers = [await startTracker(redis.url), await startTracker()];
  const [shared, alone] = servers;
  try {
    for (const server of servers) await register(() => server);
    await beside(redis, shared, alone);
    servers.push(await startTracker(redis.url));
    await reaching(shared, servers[2]);
    await reading(redis);
  } finally {
    servers.forEach((server) => server.kill());
  }
  for (const count of [1, 2, 4]) await together(count);
} finally {
  askers.forEach((asker) => asker.close());
}
