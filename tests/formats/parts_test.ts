import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { join } from "node:path";
import { ImageBytes } from "../../lib/formats/bytes.ts";
import type { Parts } from "../../lib/formats/image_format.ts";
import { hasTooManyPieces, isTooSlow, partsOf } from "../../lib/formats/parts.ts";
import { placeTiff, SAMPLES, threadTime } from "../support.ts";
import * as b from "./builders.ts";
import { MANY_PARTS, manyScans } from "./many_parts.ts";

const MIMES = ["jpeg", "png", "apng", "gif", "webp", "avif", "heic", "heif", "heic-sequence", "bmp", "tiff"]
  .map((it) => `image/${it}`);

const count = (bytes: Uint8Array, mime: string): Readonly<Parts> => partsOf(ImageBytes.of(bytes), mime);
const countTiff = (bytes: Uint8Array): Readonly<Parts> => count(bytes, "image/tiff");

/** The samples: their type, pieces, passes. */
const KNOWN: [string, string, number, number][] = [
  ["blink.gif", "image/gif", 3, 1],
  ["dots.bmp", "image/bmp", 1, 1],
  ["dusk.heic", "image/heic", 15, 1],
  ["forest.avif", "image/avif", 16, 1],
  ["grey.tiff", "image/tiff", 17, 1],
  ["moon.png", "image/png", 2, 1],
  ["sea.webp", "image/webp", 1, 1],
  ["sunset.jpg", "image/jpeg", 32, 3],
];

for (const [name, mime, pieces, passes] of KNOWN) {
  Deno.test(`${name} is counted as the few parts that it has`, async () => {
    const bytes = await Deno.readFile(join(SAMPLES, name));
    const parts = count(bytes, mime);
    deepStrictEqual([parts.pieces, parts.passes], [pieces, passes]);
    ok(!isTooSlow(parts, 110_000_000));
  });
}

for (const [what, make] of Object.entries(MANY_PARTS)) {
  Deno.test(`${what} is soon found to be too slow to decode`, () => {
    const [mime, bytes] = make();
    const began = threadTime();
    ok(isTooSlow(count(bytes, mime), 1));
    ok(threadTime() - began < 2_000);
  });
}

Deno.test("each scan of a JPEG is a pass, with the size that a decoder sees", () => {
  const { pieces, passes, pixels } = count(manyScans(1_000, 3_000, 2_000), "image/jpeg");
  deepStrictEqual([passes, pixels], [1_001, 6_000_000]);
  ok(!hasTooManyPieces({ pieces }));
  ok(isTooSlow({ pieces, passes, pixels }, 1), "the file may show other readers another size");
  ok(!isTooSlow(count(manyScans(20, 3_000, 2_000), "image/jpeg"), 6_000_000));
  ok(isTooSlow(count(manyScans(400_000, 8, 8), "image/jpeg"), 64));
});

Deno.test("a JPEG that ends with the beginning of a scan has that scan", () => {
  const jpeg = manyScans(1, 8, 8);
  const second = jpeg.lastIndexOf(0xda);
  deepStrictEqual(count(jpeg.subarray(0, second + 1), "image/jpeg").passes, 2);
});

Deno.test("bytes after the end of a JPEG do not count", () => {
  const one = manyScans(3, 8, 8);
  strictEqual(count(new Uint8Array([...one, ...one]), "image/jpeg").passes, count(one, "image/jpeg").passes);
});

Deno.test("a TIFF with a cycle of directories, or with overlapping entries, has too many parts", () => {
  ok(!hasTooManyPieces(countTiff(placeTiff())));
  const circle = placeTiff();
  new DataView(circle.buffer).setUint32(22, 8, true); // The next directory is the first.
  ok(hasTooManyPieces(countTiff(circle)));
  ok(hasTooManyPieces(countTiff(MANY_PARTS["a TIFF of entries over each other"]()[1])));
});

Deno.test("BigTIFF is counted like TIFF: its pages, cycles and overlapping entries", () => {
  const pages = (count: number): b.Directory => {
    let first: b.Directory | undefined;
    for (let i = 0; i < count; i++) first = { entries: [[256, 3, [9]], [257, 3, [7]]], next: first };
    return first!;
  };
  for (const littleEndian of [true, false]) {
    const of = (first: b.Directory): Uint8Array => b.tiff(first, { littleEndian, big: true });
    deepStrictEqual(countTiff(of(pages(10))), { pieces: 30, passes: 10, pixels: 0 });
    ok(isTooSlow(count(of(pages(700)), "image/tiff"), 1));
    const within: b.Directory = { entries: [[330, 18, pages(3)], [34665, 18, pages(2)]] };
    deepStrictEqual(countTiff(of(within)).passes, 6);
    ok(hasTooManyPieces(countTiff(of({ entries: [[330, 18, [16]]] }))), "a circle");
    const values = Array.from({ length: 100 }, (_, i): b.Entry => [700 + i, 1, new Array(2_000).fill(1)]);
    const over = of({ entries: values });
    const view = new DataView(over.buffer);
    for (let i = 0; i < 100; i++) view.setBigUint64(24 + 20 * i + 4, 20_000n, littleEndian);
    ok(hasTooManyPieces(countTiff(over)));
    const endless = new Uint8Array(3_000_000);
    endless.set(over.subarray(0, 16));
    new DataView(endless.buffer).setBigUint64(16, 2n ** 63n, littleEndian);
    ok(hasTooManyPieces(countTiff(endless)));
  }
});

Deno.test("counting never fails, for any bytes and for images that are cut or changed anywhere", () => {
  const samples: Uint8Array[] = KNOWN.map(([name]) => Deno.readFileSync(join(SAMPLES, name)));
  samples.push(b.tiff({ entries: [[256, 3, [9]], [330, 18, { entries: [[34853, 18, b.gps()]] }]] }, { big: true }));
  const noise = fc.uint8Array({ maxLength: 300 });
  const damaged = fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.nat(), fc.nat(255)).map(
    ([bytes, cut, at, byte]) => {
      const copy = bytes.slice(0, cut % (bytes.length + 1));
      if (copy.length > 0) copy[at % copy.length] = byte;
      return copy;
    },
  );
  fc.assert(
    fc.property(fc.oneof(noise, damaged), fc.constantFrom(...MIMES), (bytes, mime) => {
      const { pieces, passes } = count(bytes, mime);
      ok(pieces >= 0 && passes >= 1);
    }),
    { numRuns: 2_000 },
  );
});
