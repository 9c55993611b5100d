import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { ImageBytes } from "../../lib/formats/bytes.ts";
import { hasLocation, pixelsOf } from "../../lib/formats/formats.ts";
import { isTiff } from "../../lib/formats/raw.ts";
import { Inspector } from "../../lib/folder/inspect.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import { isTransient } from "../../lib/files/transient.ts";
import { reasonOf } from "../../lib/fault/reason.ts";
import * as b from "../formats/builders.ts";
import { MANY_PARTS } from "../formats/many_parts.ts";
import { SAMPLES, tempDir, threadTime, withPlace } from "../support.ts";

/** The samples, and how large they are. */
const KNOWN: [string, string, number, number][] = [
  ["blink.gif", "image/gif", 24, 24],
  ["dots.bmp", "image/bmp", 12, 12],
  ["dusk.heic", "image/heic", 64, 64],
  ["forest.avif", "image/avif", 32, 32],
  ["grey.tiff", "image/tiff", 16, 16],
  ["moon.png", "image/png", 48, 48],
  ["sea.webp", "image/webp", 32, 32],
  ["sunset.jpg", "image/jpeg", 96, 64],
];

const sample = (name: string): Promise<Uint8Array> => Deno.readFile(join(SAMPLES, name));

for (const [name, mime, width, height] of KNOWN) {
  Deno.test(`${name} is recognized by its bytes`, async () => {
    const { image } = await new Inspector().inspect(await Deno.realPath(SAMPLES), name);
    deepStrictEqual(image, { md5: md5Of(await sample(name)), mime, width, height, taken: 0, located: false });
  });
}

Deno.test("a large image with coordinates is hashed whole", async () => {
  const jpeg = withPlace(await sample("sunset.jpg"));
  const bytes = new Uint8Array(5_000_000);
  bytes.set(jpeg);
  const png = new Uint8Array(3_000_000);
  png.set(await sample("moon.png"));
  await using dir = await tempDir({ "large.jpg": bytes, "large.png": png });
  const root = await Deno.realPath(dir.path);
  const inspector = new Inspector();
  for (const [name, all] of [["large.png", png], ["large.jpg", bytes]] as const) {
    const { image } = await inspector.inspect(root, name);
    strictEqual(image?.md5, md5Of(all));
    strictEqual(image.located, name === "large.jpg");
  }
});

Deno.test("metadata after the first mebibytes of a file are read too, and damaged ones count as uncertain", async () => {
  const large = (mebibytes: number): Uint8Array[] =>
    Array.from({ length: mebibytes }, () => b.chunk("IDAT", new Uint8Array(1 << 20)));
  const whole = b.join(b.png().subarray(0, 33), ...large(20), b.chunk("eXIf", b.exif()), b.chunk("IEND", ""));
  const far = b.tiff({ entries: [[256, 3, [9]], [257, 3, [7]], [34853, 4, b.gps()]] }, {
    before: new Uint8Array(200_000),
  });
  const damaged = b.join(b.png().subarray(0, 33), ...large(20), b.damagedChunk());
  await using dir = await tempDir({ "a.png": whole, "b.png": damaged, "c.tiff": far, "d.png": whole.subarray(0, -9) });
  const root = await Deno.realPath(dir.path);
  const inspector = new Inspector();
  const record = async (name: string): Promise<unknown> => {
    const { image } = await inspector.inspect(root, name);
    return [image?.width, image?.height, image?.located, image?.uncertain, image?.md5];
  };
  deepStrictEqual(await record("a.png"), [32, 24, true, undefined, md5Of(whole)]);
  deepStrictEqual(await record("b.png"), [32, 24, true, true, md5Of(damaged)]);
  deepStrictEqual(await record("c.tiff"), [9, 7, true, undefined, md5Of(far)]);
  const { image, skipped } = await inspector.inspect(root, "d.png");
  deepStrictEqual([image, skipped], [null, { why: "incomplete", kind: "PNG" }]);
});

Deno.test("images of too many parts are hashed soon, even if they cannot be read", async () => {
  const files = Object.entries(MANY_PARTS).map(([what, make]) => [what, make()[1]] as const);
  await using dir = await tempDir(Object.fromEntries(files));
  const root = await Deno.realPath(dir.path);
  const inspector = new Inspector();
  for (const [name, bytes] of files) {
    const began = threadTime();
    const { image } = await inspector.inspect(root, name);
    ok(threadTime() - began < 2_000, `${name} took ${threadTime() - began} ms`);
    if (image) strictEqual(image.md5, md5Of(bytes), name);
  }
});

Deno.test("a disk that is slow for a moment says nothing about the image, which is tried again", () => {
  const never = (): never => {
    throw new Error("it was read");
  };
  for (const [mime, bytes] of [["image/png", b.png()], ["image/tiff", b.tiff({ entries: [[256, 3, [9]]] })]] as const) {
    const later = performance.now() + 60_000;
    const read = performance.now;
    const image = ImageBytes.from(bytes.length, bytes.subarray(0, 0), never);
    performance.now = () => later;
    try {
      for (const work of [() => pixelsOf(image, mime), () => hasLocation(image, mime), () => isTiff(image)]) {
        throws(work, (error) => isTransient(error) && reasonOf(error) === "timed out");
      }
    } finally {
      performance.now = read;
    }
  }
});
