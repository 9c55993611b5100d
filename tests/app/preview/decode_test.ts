import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { decode, MAX_DECODED_BYTES } from "../../../lib/app/preview/decode.ts";
import type { Picture } from "../../../lib/app/preview/picture.ts";
import * as b from "../../formats/builders.ts";
import { threadTime, withSegment } from "../../support.ts";
import { srgbProfile } from "../../../lib/app/preview/srgb_profile.ts";
import { blackPng, jpegOf, MAGICS, sample, SIZES, withExif } from "./pictures.ts";
import { pixel } from "./screens.ts";

const LARGE = { width: 500, height: 500, aspect: 1 };

/** A picture that must be there. */
async function pictureOf(...args: Parameters<typeof decode>): Promise<Picture> {
  const picture = await decode(...args);
  if ("wrong" in picture) throw new Error(`it is ${picture.wrong}`);
  strictEqual(picture.rgba.length, picture.width * picture.height * 4);
  return picture;
}

for (const [name, [width, height]] of Object.entries(SIZES)) {
  Deno.test(`${name} is decoded at its size or scaled to fit`, async () => {
    const bytes = await sample(name);
    const large = await pictureOf(bytes, LARGE);
    deepStrictEqual([large.width, large.height], [width, height]);
    const small = await pictureOf(bytes, { width: 8, height: 8, aspect: 1 });
    deepStrictEqual([small.width, small.height], [8, Math.round(8 * height / width)]);
    const wide = await pictureOf(bytes, { width: 8, height: 8, aspect: 2 });
    deepStrictEqual([wide.width, wide.height], [
      Math.round(4 * Math.max(1, Math.min(2, width / height))),
      Math.round(8 * Math.min(1, 2 * height / width)),
    ]);
    ok(new Set(large.rgba).size > 2, "it is not empty");
  });
}

Deno.test("colours are those of the image", async () => {
  // A BMP of two pixels over two: blue, green, red, white from the bottom left, each row filled up to four bytes.
  const rows = [255, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0];
  const bmp = new Uint8Array(70);
  bmp.set([0x42, 0x4d, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24]);
  bmp.set(rows, 54);
  const picture = await pictureOf(bmp, LARGE);
  deepStrictEqual(
    [[0, 0], [1, 0], [0, 1], [1, 1]].map(([x, y]) => pixel(picture, x, y)),
    [[255, 0, 0, 255], [255, 255, 255, 255], [0, 0, 255, 255], [0, 255, 0, 255]],
  );
});

Deno.test("the first frame of a GIF is at its place on the canvas, which it need not fill", async () => {
  const canvas = [...Buffer.from("GIF89a"), 6, 0, 4, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255];
  const frame = [0x2c, 3, 0, 1, 0, 2, 0, 2, 0, 0, 2, 2, 0x84, 0x51, 0]; // Two red pixels over two.
  const picture = await pictureOf(Uint8Array.from([...canvas, ...frame, 0x3b]), LARGE);
  deepStrictEqual([picture.width, picture.height], [6, 4]);
  const red = [[3, 1], [4, 1], [3, 2], [4, 2]].map(String);
  for (const [x, y] of [0, 1, 2, 3].flatMap((y) => [0, 1, 2, 3, 4, 5].map((x) => [x, y]))) {
    deepStrictEqual(pixel(picture, x, y), red.includes(`${x},${y}`) ? [255, 0, 0, 255] : [0, 0, 0, 0], `${x},${y}`);
  }
});

Deno.test("an image is rotated by its metadata", async () => {
  const jpeg = await sample("sunset.jpg");
  const upright = await pictureOf(jpeg, LARGE);
  const turned = await pictureOf(withExif(jpeg, 6), LARGE); // To be turned right by a quarter.
  deepStrictEqual([turned.width, turned.height], [upright.height, upright.width]);
  deepStrictEqual(pixel(turned, turned.width - 1, 0), pixel(upright, 0, 0));
  deepStrictEqual(pixel(turned, 0, turned.height - 1), pixel(upright, upright.width - 1, upright.height - 1));
});

Deno.test("the beginning of a JPEG shows its thumbnail, rotated like the image and somewhat enlarged", async () => {
  const [small, other] = [await sample("sunset.jpg"), await sample("moon.png")];
  const head = withExif(small, 6, small).subarray(0, 700);
  const thumbnail = await pictureOf(head, { width: 200, height: 200, aspect: 1 }, { part: true });
  deepStrictEqual([thumbnail.width, thumbnail.height], [133, 200]);
  const whole = await pictureOf(head, { width: 9_000, height: 9_000, aspect: 1 }, { part: true });
  deepStrictEqual([whole.width, whole.height], [64 * 4, 96 * 4]);
  for (
    const without of [small, withExif(small, 1), other, withExif(small, 6, small).subarray(0, 400), new Uint8Array(9)]
  ) {
    deepStrictEqual(await decode(without, LARGE, { part: true }), { wrong: "unreadable" });
  }
});

Deno.test("an embedded thumbnail is decoded instead if it fills the frame and shows all of the image", async () => {
  const isEmbedded = async (bytes: Uint8Array, side: number, embedded = true): Promise<boolean> => {
    const picture = await pictureOf(bytes, { width: side, height: side, aspect: 1 }, { embedded });
    return pixel(picture, 1, 1)[0] < 128; // The images are white, the thumbnails are not.
  };
  const white = await jpegOf("xc:white", 1_200, 800);
  const dark = await jpegOf("xc:black", 96, 64);
  strictEqual(await isEmbedded(withExif(white, 1, dark), 96), true);
  strictEqual(await isEmbedded(withExif(white, 6, dark), 96), true, "rotated like the image");
  strictEqual(await isEmbedded(withExif(white, 1, dark), 97), false, "too small");
  strictEqual(await isEmbedded(withExif(white, 1, await jpegOf("xc:black", 96, 72)), 96), false, "with bars");
  strictEqual(await isEmbedded(withExif(white, 1, dark), 96, false), false, "not wanted");
  strictEqual(await isEmbedded(withExif(white, 1, new Uint8Array(9)), 96), false, "damaged");
  const turned = await pictureOf(withExif(white, 6, dark), { width: 96, height: 96, aspect: 1 }, { embedded: true });
  deepStrictEqual([turned.width, turned.height], [64, 96]);
});

Deno.test("colours follow the profile of an image, and a damaged profile is ignored", async () => {
  const wide = srgbProfile();
  // The colorants of Display P3 (SMPTE EG 432-1), adapted to D50, in the order of the profile.
  const p3 = [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407];
  const view = new DataView(wide.buffer);
  p3.forEach((value, i) => view.setInt32(216 + Math.floor(i / 3) * 20 + 8 + i % 3 * 4, Math.round(value * 65_536)));
  const colourOf = async (jpeg: Uint8Array): Promise<number[]> => pixel(await pictureOf(jpeg, LARGE), 5, 5).slice(0, 3);
  const colour = async (profile: Uint8Array | null): Promise<number[]> =>
    await colourOf(await jpegOf("xc:#c86432", 64, 64, profile));
  const near = (a: number[], b: number[]): boolean => a.every((value, i) => Math.abs(value - b[i]) <= 3);
  const plain = await colour(null);
  ok(near(plain, [200, 100, 50]), `${plain}`);
  ok(near(await colour(srgbProfile()), plain), "sRGB is sRGB");
  const vivid = await colour(wide);
  ok(near(vivid, [215, 93, 31]), `${vivid}`); // As the matrices of both give.

  const damaged = Buffer.from(await jpegOf("xc:#c86432", 64, 64, wide));
  damaged.fill(7, damaged.indexOf("acsp"), damaged.indexOf("acsp") + 100);
  ok(near(await colourOf(damaged), plain), "a damaged profile");
});

Deno.test("only the given types and sizes are decoded where a peer says what it sent", async () => {
  const only = { types: ["image/jpeg", "image/webp"], side: 100 };
  ok(!("wrong" in await decode(await sample("sea.webp"), LARGE, { only })));
  ok(!("wrong" in await decode(await sample("sunset.jpg"), LARGE, { only })));
  deepStrictEqual(await decode(await sample("moon.png"), LARGE, { only }), { wrong: "unreadable" });
  deepStrictEqual(await decode(await jpegOf("xc:white", 101, 9), LARGE, { only }), { wrong: "too-large" });
});

Deno.test("bytes that are no image of a shared format cannot be read", async () => {
  const texts = [
    "",
    "hello",
    "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "%!PS-Adobe-3.0",
    "push graphic-context",
    "8BPS\0\x01",
  ];
  for (const text of texts) {
    deepStrictEqual(await decode(new TextEncoder().encode(text), LARGE), { wrong: "unreadable" });
  }
});

Deno.test("an image that states a size beyond the limits is not decompressed", async () => {
  const gif = (await sample("blink.gif")).slice();
  gif.set([0xff, 0xff, 0xff, 0xff], 6);
  const cases = [blackPng(60_000, 60_000, 10), blackPng(20_000, 20_000, 10), blackPng(50_000, 1, 1), gif];
  for (const bytes of cases) {
    const began = threadTime();
    deepStrictEqual(await decode(bytes, LARGE), { wrong: "too-large" });
    ok(threadTime() - began < 2_000);
  }
  deepStrictEqual(await decode(new Uint8Array(MAX_DECODED_BYTES + 1), LARGE), { wrong: "too-large" });
});

Deno.test("limits apply to images that hide their size", async () => {
  // A second header says what the first does not: each reader believes another one.
  const [small, bomb] = [blackPng(4, 4), blackPng(60_000, 60_000, 10)];
  const both = new Uint8Array([...small.subarray(0, 33), ...bomb.subarray(8)]);
  ok("wrong" in await decode(both, LARGE));
});

Deno.test("decoding images cut anywhere ends in time", async () => {
  const frame = { width: 16, height: 16, aspect: 1 };
  for (const name of Object.keys(SIZES)) {
    const bytes = await sample(name);
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 60)) {
      const picture = await decode(bytes.subarray(0, length), frame);
      // Much of some can be seen before their end.
      if ("wrong" in picture) deepStrictEqual(picture, { wrong: "unreadable" });
      else ok(picture.width <= 16 && picture.height <= 16 && length > bytes.length / 4, `${name} of ${length}`);
    }
  }
});

Deno.test("decoding noise after the first bytes of any format ends in time", async () => {
  const frame = { width: 16, height: 16, aspect: 1 };
  const noise = fc.tuple(fc.constantFrom(...Object.keys(MAGICS)), fc.uint8Array({ minLength: 0, maxLength: 3_000 }));
  await fc.assert(
    fc.asyncProperty(noise, async ([format, bytes]) => {
      const head = Uint8Array.from(MAGICS[format], (char) => char.charCodeAt(0));
      const result = await decode(new Uint8Array([...head, ...bytes]), frame);
      ok("wrong" in result || result.rgba.length === result.width * result.height * 4);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});

Deno.test("decoding images damaged anywhere ends in time", async () => {
  const samples = await Promise.all(Object.keys(SIZES).map(sample));
  samples.push(withExif(await sample("sunset.jpg"), 6, await sample("sunset.jpg")));
  const damage = fc.tuple(
    fc.nat(samples.length - 1),
    fc.array(fc.tuple(fc.nat(1_100), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 8, 12)), { minLength: 1, maxLength: 8 }),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(damage, async ([which, changes, part]) => {
      const bytes = samples[which].slice();
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      const result = await decode(bytes, { width: 16, height: 16, aspect: 1 }, { part, embedded: !part });
      ok("wrong" in result || result.rgba.length === result.width * result.height * 4);
    }),
    { numRuns: 500, endOnFailure: true },
  );
});

Deno.test("an endless segment of metadata does not hide the picture", async () => {
  const jpeg = withSegment(await sample("sunset.jpg"), new Uint8Array(65_000));
  const { width, height } = await pictureOf(jpeg, LARGE);
  deepStrictEqual([width, height], [96, 64]);
});

Deno.test("a TIFF whose directory follows its picture is shown, and so are OS/2's bitmaps", async () => {
  const side = 80;
  const tiff = b.tiff({
    entries: [[256, 3, [side]], [257, 3, [side]], [258, 3, [8]], [259, 3, [1]], [262, 3, [1]], [273, 4, [8]]],
  }, { before: new Uint8Array(side * side).fill(200) });
  const row = new Uint8Array(side * 3).fill(120);
  const rows = b.join(...Array.from({ length: side }, () => row));
  const u16 = (value: number): number[] => b.number(value, 2, true);
  const head = b.join("BM", b.number(26 + rows.length, 4, true), new Uint8Array(4), b.number(26, 4, true));
  const bmp = b.join(head, b.number(12, 4, true), u16(side), u16(side), u16(1), u16(24), rows);
  for (const image of [tiff, bmp]) {
    const shown = await pictureOf(image, LARGE);
    deepStrictEqual([shown.width, shown.height], [side, side]);
  }
});
