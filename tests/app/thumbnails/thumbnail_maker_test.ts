import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Wrong } from "../../../lib/app/preview/decode.ts";
import { DECODER_TIMEOUTS } from "../../../lib/app/preview/decoder.ts";
import { loadMagick } from "../../../lib/app/preview/magick.ts";
import type { Thumbnail } from "../../../lib/app/thumbnails/encode_thumbnail.ts";
import { ThumbnailMaker, thumbnailSize } from "../../../lib/app/thumbnails/thumbnail_maker.ts";
import type { ThumbnailSource } from "../../../lib/download/ask_thumbnail.ts";
import { MAX_THUMBNAIL_BYTES } from "../../../lib/protocol/limits.ts";
import { MANY_PARTS } from "../../formats/many_parts.ts";
import { withPlace, withSegment } from "../../support.ts";
import { blackPng, jpegOf, PATIENT, sample, SIZES, withExif } from "../preview/pictures.ts";

/** A thumbnail that must be there. */
function made(result: Thumbnail | Wrong): Thumbnail {
  if ("wrong" in result) throw new Error(`it is ${result.wrong}`);
  return result;
}

/** The sides of a thumbnail, which must be a WebP without anything but the picture. */
async function sidesOf({ type, bytes }: Thumbnail): Promise<[number, number]> {
  strictEqual(type, "image/webp");
  const text = Buffer.from(bytes).toString("latin1");
  ok(text.startsWith("RIFF") && text.slice(8, 12) === "WEBP" && !/EXIF|XMP |ICCP|ANIM/.test(text));
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  return ImageMagick.read(bytes, new MagickReadSettings({ format: "WEBP" }), ({ width, height }) => [width, height]);
}

Deno.test("every sample has a thumbnail in its proportions, which is not enlarged, and a placeholder", async () => {
  using maker = new ThumbnailMaker(PATIENT);
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    const bytes = await sample(name);
    const scale = Math.min(1, 32 / Math.max(width, height));
    const small = made(await maker.make({ bytes, source: "whole", pixels: 32 }));
    deepStrictEqual(await sidesOf(small), [Math.round(width * scale), Math.round(height * scale)], name);
    ok(small.hash.length > 4 && small.hash.length < 40, `${small.hash.length}`);
    deepStrictEqual(await sidesOf(made(await maker.make({ bytes, source: "whole", pixels: 512 }))), [width, height]);
  }
});

Deno.test("a photo is turned upright, and nothing else of its metadata is left, such as its place", async () => {
  using maker = new ThumbnailMaker(PATIENT);
  const photo = await jpegOf("plasma:fractal", 600, 400);
  const secret = Buffer.from("http://ns.adobe.com/xap/1.0/\0<secret>");
  for (const bytes of [withExif(photo, 6), withPlace(photo), withSegment(photo, secret)]) {
    const thumbnail = made(await maker.make({ bytes, source: "whole", pixels: 256 }));
    const [width, height] = await sidesOf(thumbnail);
    strictEqual(Math.max(width, height), 256);
    ok(!Buffer.from(thumbnail.bytes).toString("latin1").includes("secret"));
  }
  deepStrictEqual(await sidesOf(made(await maker.make({ bytes: withExif(photo, 6), source: "whole", pixels: 256 }))), [
    171,
    256,
  ]);
});

Deno.test("the largest thumbnail of noise keeps the limit of bytes", async () => {
  using maker = new ThumbnailMaker(PATIENT);
  const noise = new Uint8Array(54 + 1_024 * 1_024 * 3);
  for (let at = 54; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
  const header = Buffer.alloc(54);
  header.write("BM", "latin1");
  [[2, noise.length], [10, 54], [14, 40], [18, 1_024], [22, 1_024]].forEach(([at, n]) => header.writeUInt32LE(n, at));
  [[26, 1], [28, 24]].forEach(([at, n]) => header.writeUInt16LE(n, at));
  noise.set(header);
  const thumbnail = made(await maker.make({ bytes: noise, source: "whole", pixels: 1_024 }));
  ok(thumbnail.bytes.length <= MAX_THUMBNAIL_BYTES, `${thumbnail.bytes.length}`);
  deepStrictEqual(await sidesOf(thumbnail), [1_024, 1_024]);
});

Deno.test("hostile bytes have a reason at once, and the next thumbnail is made", async () => {
  using maker = new ThumbnailMaker(PATIENT);
  const jpeg = await sample("sunset.jpg");
  const text = (it: string): Uint8Array => new TextEncoder().encode(it);
  const cases: [string, Uint8Array, ThumbnailSource, Wrong["wrong"]][] = [
    ["SVG", text(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "whole", "unreadable"],
    ["HTML", text("<!DOCTYPE html><script>alert(1)</script>"), "thumbnail", "unreadable"],
    ["a bomb", blackPng(30_000, 30_000, 1), "whole", "too-large"],
    ["a PNG as a thumbnail", await sample("moon.png"), "thumbnail", "unreadable"],
    ["a large JPEG as a thumbnail", await jpegOf("xc:white", 1_025, 8), "thumbnail", "too-large"],
    ["a cut JPEG", jpeg.subarray(0, 100), "whole", "unreadable"],
    ["a head without a thumbnail", jpeg.subarray(0, 300), "head", "unreadable"],
    ["nothing", new Uint8Array(0), "thumbnail", "unreadable"],
    ["65 MiB", new Uint8Array(65 << 20), "whole", "too-large"],
  ];
  for (const [what, bytes, source, wrong] of cases) {
    deepStrictEqual(await maker.make({ bytes, source, pixels: 256 }), { wrong }, what);
  }
  for (const make of Object.values(MANY_PARTS).slice(0, 3)) {
    const [what, bytes] = make();
    ok("wrong" in await maker.make({ bytes, source: "whole", pixels: 256 }), what);
  }
  made(await maker.make({ bytes: jpeg, source: "thumbnail", pixels: 256 }));
});

Deno.test("a worker that does not start in time, and a closed maker, fail", async () => {
  using late = new ThumbnailMaker({ ...DECODER_TIMEOUTS, start: 0 });
  const request = { bytes: await sample("sunset.jpg"), source: "whole", pixels: 64 } as const;
  deepStrictEqual(await late.make(request), { wrong: "too-slow" });
  const closed = new ThumbnailMaker(PATIENT);
  const making = closed.make(request);
  closed[Symbol.dispose]();
  await rejects(making, { name: "AbortError" });
});

Deno.test("sizes are rounded up to a few", () => {
  deepStrictEqual([16, 64, 65, 200, 256, 257, 1_000, 1_024].map(thumbnailSize), [
    64,
    64,
    128,
    256,
    256,
    512,
    1_024,
    1_024,
  ]);
});
