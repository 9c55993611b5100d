/**
 * What a large network costs when trackers share its registry: memory of the engine and of a tracker for each image, the
 * start of a tracker from the registry, and what a renewal and a change cost the tracker that receives it, each other
 * tracker, the engine and the network. Needs `redis-server`. `deno run -A
 * --v8-flags=--expose-gc,--max-old-space-size=16384 tests/bench/scale_shared.ts [images] [images of a peer]`.
 */
import process from "node:process";
import { parseEngineAddress } from "../../lib/server/shared/engine_address.ts";
import { openSharedRegistry, type SharedRegistry } from "../../lib/server/shared/shared_registry.ts";
import { Tracker } from "../../lib/tracker/tracker.ts";
import { Redis } from "../server/shared/redis.ts";
import { encode, processorTime } from "./askers.ts";

const FLAGS = "--v8-flags=--expose-gc,--max-old-space-size=16384";
const { gc } = globalThis as unknown as { gc: () => void };

/** Bytes in use after a collection. */
function used(): number {
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

if (Deno.args[0] === "follow") {
  const [before, cpu, start] = [used(), spent(), performance.now()];
  const { registry } = await openSharedRegistry(parseEngineAddress(Deno.args[1])!);
  const [took, work] = [(performance.now() - start) / 1_000, (spent() - cpu) / 1e6];
  const peak = Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]) / 1_000;
  const each = (used() - before) / registry.images;
  console.log(
    `a start with ${registry.images} images: ${took.toFixed(1)} s, ${work.toFixed(1)} s of the processor, ` +
      `at most ${peak.toFixed(0)} MB resident; then ${each.toFixed(0)} bytes per image`,
  );
  await wait(2 ** 31 - 1);
}

const IMAGES = Number(Deno.args[0] ?? 100_000);
const PER_PEER = Number(Deno.args[1] ?? 20);
const PEERS = Math.ceil(IMAGES / PER_PEER);
const PEERS_OF_HOST = Math.min(4_000, Math.floor(100_000 / PER_PEER));
const REQUESTS = Math.min(PEERS, 20_000);

await using redis = await Redis.start();
const url = redis.url;
const info = async (section: string, field: string): Promise<number> =>
  Number(new RegExp(`^${field}:([\\d.]+)`, "m").exec(`${await redis.ask("INFO", section)}`)![1]);
const engineTime = async (): Promise<number> =>
  1e6 * (await info("cpu", "used_cpu_user") + await info("cpu", "used_cpu_sys"));
const stream = async (): Promise<number> =>
  Number(await redis.ask("MEMORY", "USAGE", "{idp2pi}:changes", "SAMPLES", "0") ?? 0);

const store = await openSharedRegistry(parseEngineAddress(url)!);
const tracker = new Tracker({ memory: Infinity, registry: store.registry });
/** Until the engine has all, and the other trackers too. */
async function settled({ status }: { status: SharedRegistry["status"] } = store): Promise<void> {
  for (; status.pending > 0; { status } = store) await wait(20);
}

function request(type: string, peer: number, change = 0): Uint8Array {
  const images = Array.from({ length: PER_PEER }, (_, i) => {
    const image = peer * PER_PEER + i;
    const md5 = (Math.imul(image + (i === 0 ? change : 0), 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
    return `${md5}${image.toString(16).padStart(24, "0")},holiday%20picture%20${image}.jpg`;
  });
  return encode(`${type} 0123456789abcdef ${5_000 + peer % PEERS_OF_HOST} ${images.join(";")}`);
}

/** The pretended time between two announces of a peer: a renewal that says nothing new is not sent. */
const ROUND_MS = 60_000;
let rounds = 0;

/** As one request after the other comes from a socket: others have their turn in between. */
async function announce(type: string, peers: Iterable<number>, change = 0): Promise<void> {
  let asked = 0;
  rounds++;
  for (const peer of peers) {
    const host = Math.floor(peer / PEERS_OF_HOST);
    const from = { host: `127.${(host >> 16) + 1}.${host >> 8 & 255}.${host & 255}`, port: 1 };
    tracker.handle(request(type, peer, change), from, performance.timeOrigin + performance.now() + rounds * ROUND_MS);
    if (++asked % 100 === 0) await wait(0);
    while (store.status.pending > 20_000) await wait(5);
  }
}

console.log(`\n${IMAGES} images of ${PEERS} peers, one engine`);
const [before, engineBefore] = [used(), await info("memory", "used_memory")];
const [ownBefore, databaseBefore] = [spent(), await engineTime()];
await announce("REG", Array(PEERS).keys());
await settled();
const [own, database] = [(spent() - ownBefore) / PEERS, (await engineTime() - databaseBefore) / PEERS];
const making = spent();
for (let peer = 0; peer < PEERS; peer += 10) request("REG", peer);
const made = 10 * (spent() - making) / PEERS;
console.log(`REG, all: tracker ${(own - made).toFixed(1)} µs each, engine ${database.toFixed(1)} µs`);
const [engine, entries] = [await info("memory", "used_memory") - engineBefore, await stream()];
console.log(
  `engine: ${((engine - entries) / IMAGES).toFixed(0)} bytes per image, and ${(entries / 1e6).toFixed(0)} MB of stream`,
);
console.log(`tracker: ${((used() - before) / store.registry.images).toFixed(0)} bytes per image`);

const child = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", FLAGS, import.meta.filename!, "follow", url],
  stdout: "piped",
  stderr: "inherit",
}).spawn();
const reader = child.stdout.getReader();
console.log(new TextDecoder().decode((await reader.read()).value).trim());

/** What each of some announces costs, in microseconds of each processor and in bytes. */
async function measure(what: string, type: string, change: number): Promise<void> {
  const look = async (): Promise<number[]> => [
    spent(),
    processorTime(child.pid),
    await engineTime(),
    await info("stats", "total_net_input_bytes"),
    await info("stats", "total_net_output_bytes"),
    await stream(),
  ];
  const peers = Array.from({ length: REQUESTS }, (_, i) => Math.floor(i * PEERS / REQUESTS));
  const first = await look();
  await announce(type, peers, change);
  await settled();
  await wait(1_500);
  const made = spent();
  peers.forEach((peer) => request(type, peer, change));
  const idle = spent() - made;
  const [own, other, database, input, output, kept] = (await look()).map((it, i) => (it - first[i]) / REQUESTS);
  console.log(
    `${what.padEnd(22)}tracker ${(own - 2 * idle / REQUESTS).toFixed(1)} µs, each other one ${other.toFixed(1)} µs, ` +
      `engine ${database.toFixed(1)} µs; into the engine ${input.toFixed(0)} bytes, out of it to two ${
        output.toFixed(0)
      }; ` +
      `in the stream ${kept.toFixed(0)}`,
  );
}

try {
  await announce("UPD", Array(PEERS).keys().take(REQUESTS)); // The first ones are slower, and a start leaves garbage.
  await settled();
  await wait(3_000);
  await measure("UPD, unchanged", "UPD", 0);
  await measure("UPD, one image new", "UPD", 1);
} finally {
  child.kill("SIGKILL");
  await child.status;
  await store.close();
}
