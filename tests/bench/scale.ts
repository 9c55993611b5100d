/**
 * What one tracker's copy of a large network costs: memory for each image and peer, and processor time for each kind of
 * request, in this process and without sockets. `deno run -A --v8-flags=--expose-gc,--max-old-space-size=16384
 * tests/bench/scale.ts [images] [images of a peer] [the tracker's memory]`. With a memory that they do not fit into, it
 * shows how many images and how much memory are left.
 */
import process from "node:process";
import { Tracker } from "../../lib/tracker/tracker.ts";
import type { Transport } from "../../lib/tracker/effects.ts";
import { encode } from "./askers.ts";

const IMAGES = Number(Deno.args[0] ?? 1_000_000);
const PER_PEER = Number(Deno.args[1] ?? 20);
const PEERS = Math.ceil(IMAGES / PER_PEER);
/** How many requests of each kind are measured, and of `LST`, which takes longer. */
const [REQUESTS, LISTS] = [Math.min(PEERS, 2_000), 5];
/** Peers of one address: a tracker takes 4,096. */
const PEERS_OF_HOST = Math.min(4_000, Math.floor(100_000 / PER_PEER));

const { gc } = globalThis as unknown as { gc: () => void };
const MEMORY = Number(Deno.args[2] ?? Infinity);
const tracker = new Tracker({ memory: MEMORY });
let now = 0;
let longest = 0;

function imagesOf(peer: number, change = 0): string {
  return Array.from({ length: PER_PEER }, (_, i) => {
    const image = peer * PER_PEER + i;
    // MD5s are spread evenly, as those of real images are.
    const md5 = (Math.imul(image + (i === 0 ? change : 0), 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
    return `${md5}${image.toString(16).padStart(24, "0")},holiday%20picture%20${image}.jpg`;
  }).join(";");
}

function ask(peer: number, text: string, transport: Transport = "udp"): Uint8Array | undefined {
  const host = Math.floor(peer / PEERS_OF_HOST);
  const from = { host: `127.${(host >> 16) + 1}.${host >> 8 & 255}.${host & 255}`, port: 1 };
  const request = encode(text);
  const start = performance.now();
  const { replies: [reply] } = tracker.handle(request, from, now += 0.01, transport);
  longest = Math.max(longest, performance.now() - start);
  return reply?.bytes;
}

const announce = (type: string, peer: number, change = 0): Uint8Array | undefined =>
  ask(peer, `${type} 0123456789abcdef ${5_000 + peer % PEERS_OF_HOST} ${imagesOf(peer, change)}`);

/** Bytes in use after a collection, and of the whole process. */
function memory(): { used: number; resident: number } {
  gc();
  const { heapUsed, external, rss } = Deno.memoryUsage();
  return { used: heapUsed + external, resident: rss };
}

/** Microseconds of the processor for each of some requests, without making the requests. */
function measure(what: string, count: number, work: (i: number) => unknown, idle: (i: number) => unknown): void {
  const timed = (call: (i: number) => unknown): number => {
    const { user, system } = process.cpuUsage();
    for (let i = 0; i < count; i++) call(i);
    const after = process.cpuUsage();
    return after.user + after.system - user - system;
  };
  idle(0);
  longest = 0;
  const [all, rest] = [timed(work), timed(idle)];
  console.log(
    `${what.padEnd(34)}${((all - rest) / count).toFixed(1).padStart(12)} µs, the longest ${longest.toFixed(1)} ms`,
  );
}

console.log(`\n${IMAGES} images of ${PEERS} peers`);
const empty = memory();
const started = process.cpuUsage();
for (let peer = 0; peer < PEERS; peer++) {
  const reply = announce("REG", peer);
  if (!reply || !new TextDecoder().decode(reply).startsWith("OK")) throw new Error(`peer ${peer}: refused`);
}
const spent = process.cpuUsage(started);
const making = process.cpuUsage();
for (let peer = 0; peer < PEERS; peer += 100) encode(imagesOf(peer));
const made = process.cpuUsage(making);
const each = (spent.user + spent.system - 100 * (made.user + made.system)) / PEERS;
console.log(`REG, all: ${each.toFixed(1)} µs each, the longest ${longest.toFixed(0)} ms`);
const full = memory();
const { images, bytes } = tracker.registry;
console.log(
  `memory: ${((full.used - empty.used) / images).toFixed(0)} bytes per image, its share of its peer included; ` +
    `counted as ${(bytes / images).toFixed(0)}; resident ${(full.resident / 1e6).toFixed(0)} MB`,
);
if (MEMORY < Infinity) {
  console.log(`${images} images are left; heap ${(Deno.memoryUsage().heapUsed / 1e6).toFixed(0)} MB`);
  Deno.exit();
}
const any = (i: number): number => Math.floor(i * PEERS / REQUESTS);
const nothing = (i: number): unknown => encode(imagesOf(any(i)));
measure("UPD, unchanged, the first", REQUESTS, (i) => announce("UPD", any(i)), nothing);
measure("UPD, unchanged", REQUESTS, (i) => announce("UPD", any(i)), nothing);
measure("UPD, one image new", REQUESTS, (i) => announce("UPD", any(i), 1), nothing);
let version = new TextDecoder().decode(ask(0, "CHG", "tcp")?.subarray(0, 100)).split(" ")[1] ?? "";
measure("CHG, nothing changed", REQUESTS, () => ask(0, `CHG ${version}`, "tcp"), () => {});
measure("UPD and CHG of it", REQUESTS, (i) => {
  announce("UPD", any(i), 2);
  version = new TextDecoder().decode(ask(0, `CHG ${version}`, "tcp")?.subarray(0, 60)).split(" ")[1] ?? "";
}, nothing);
measure("FND, 20,000 images, the first", LISTS, (i) => ask(0, `FND 100 ${i * 20_000} nowhere`, "tcp"), () => {});
measure("FND, 20,000 images", LISTS, (i) => ask(0, `FND 100 ${i * 20_000} nowhere`, "tcp"), () => {});
measure("LST over UDP after a change", LISTS, (i) => [announce("UPD", i, 3), ask(0, "LST")], nothing);
measure("LST over TCP, the first", 1, () => ask(0, "LST", "tcp"), () => {});
measure("LST over TCP after a change", LISTS, (i) => [announce("UPD", i, 4), ask(0, "LST", "tcp")], nothing);
console.log(`LST over TCP: ${((ask(0, "LST", "tcp")?.length ?? 0) / 1e6).toFixed(1)} MB`);
const listed = memory();
console.log(
  `memory with a list that is ready: ${((listed.used - empty.used) / images).toFixed(0)} bytes per image, ` +
    `resident ${(listed.resident / 1e6).toFixed(0)} MB`,
);
