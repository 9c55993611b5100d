/**
 * What the tracker keeps in memory for 100,000 images of 5,000 peers, or of as many peers as are given, after a
 * collection: run with `--v8-flags=--expose-gc`.
 */
import { Tracker } from "../../lib/tracker/tracker.ts";

const PEERS = Number(Deno.args[0] ?? 5_000);
const IMAGES_PER_PEER = 20;

const { gc } = globalThis as unknown as { gc: () => void };
const encoder = new TextEncoder();
const tracker = new Tracker({ memory: Infinity });

/** Bytes that are in use. */
function used(): number {
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

const empty = used();
for (const type of ["REG", "UPD"]) {
  for (let peer = 0; peer < PEERS; peer++) {
    const images = Array.from({ length: IMAGES_PER_PEER }, (_, i) => {
      const image = peer * IMAGES_PER_PEER + i;
      return `${image.toString(16).padStart(32, "0")},holiday%20picture%20${image}.jpg`;
    });
    const request = encoder.encode(`${type} 0123456789abcdef ${5_000 + peer} ${images.join(";")}`);
    tracker.handle(request, { host: `127.0.1.${peer % 16 + 1}`, port: 1 }, 0);
  }
}
const full = used();
const { images } = tracker.registry; // Asked for after the collection, which would otherwise take the tracker too.
const perImage = (full - empty) / images;
console.log(
  `\nmemory in use, ${images} images of ${PEERS} peers that have renewed once: ` +
    `${perImage.toFixed(0)} bytes per image, its share of its peer included (the goal: 300 and a twentieth of 1,024)`,
);
