/** What thumbnails show, by the values of their pixels. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import type { IMagickImage, MagickFormat } from "@imagemagick/magick-wasm";
import { decode } from "../../../lib/app/preview/decode.ts";
import { loadMagick } from "../../../lib/app/preview/magick.ts";
import type { Picture } from "../../../lib/app/preview/picture.ts";
import { encodeThumbnail } from "../../../lib/app/thumbnails/encode_thumbnail.ts";
import { manyScans } from "../../formats/many_parts.ts";
import { jpegOf, withExif } from "../preview/pictures.ts";
import { pixel } from "../preview/screens.ts";

const [RED, GREEN, BLUE, WHITE] = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 255]];

/** The thumbnail of an image, made as the worker does, and decoded. */
async function thumbnailOf(bytes: Uint8Array, pixels = 256): Promise<Picture> {
  const frame = { width: pixels, height: pixels, aspect: 1 };
  const picture = await decode(bytes, frame, { embedded: true });
  const made = "wrong" in picture ? picture : await encodeThumbnail(picture);
  if ("wrong" in made) throw new Error(`it is ${made.wrong}`);
  const shown = await decode(made.bytes, { width: 5_000, height: 5_000, aspect: 1 });
  if ("wrong" in shown) throw new Error(`its thumbnail is ${shown.wrong}`);
  return shown;
}

function isNear(actual: readonly number[], expected: readonly number[], most = 24): boolean {
  return expected.every((value, i) => Math.abs(actual[i] - value) <= most);
}

/** Rows of pixels, red, green, blue and opacity each, in another format. */
async function imageOf(
  rows: readonly (readonly number[][])[],
  format: MagickFormat,
  change: (image: IMagickImage) => void = () => {},
): Promise<Uint8Array> {
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  const size = { width: rows[0].length, height: rows.length };
  const settings = new MagickReadSettings({ format: "RGBA", depth: 8, ...size });
  return ImageMagick.read(Uint8Array.from(rows.flat(2)), settings, (image) => {
    image.quality = 95;
    change(image);
    return image.write(format, (bytes) => bytes.slice());
  });
}

/** Four colours, one in each quarter. */
function quarters(width: number, height: number): number[][][] {
  return Array.from(
    { length: height },
    (_, y) =>
      Array.from({ length: width }, (_, x) =>
        [[RED, GREEN], [BLUE, WHITE]][Math.floor(2 * y / height)][
          Math.floor(2 * x / width)
        ]),
  );
}

/** A plain picture. */
function plain(colour: readonly number[], width = 32, height = 32): number[][][] {
  return Array.from({ length: height }, () => Array.from({ length: width }, () => [...colour]));
}

/** A PNG of rows without filters, whose samples have 16 bits (PNG, section 11). */
function png16(width: number, height: number, samples: readonly number[]): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 2], 8);
  const row = Buffer.from([0, ...Array(width).fill(samples.flatMap((it) => [it >> 8, it & 255])).flat()]);
  const data = deflateSync(Buffer.concat(Array(height).fill(row)));
  const chunks = ([["IHDR", header], ["IDAT", data], ["IEND", Buffer.alloc(0)]] as const).map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  });
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

/** A profile of greys whose values are light itself, as the smallest one (ICC.1:2022). */
function linearGrey(): Uint8Array {
  const bytes = Buffer.alloc(128 + 4 + 24 + 20 + 12);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(0x04000000, 8);
  bytes.write("mntrGRAYXYZ ", 12);
  bytes.write("acsp", 36);
  const white = (at: number): void =>
    [0.9642, 1, 0.8249].forEach((value, i) => bytes.writeInt32BE(Math.round(value * 65_536), at + 4 * i));
  white(68);
  bytes.writeUInt32BE(2, 128);
  [["wtpt", 156, 20], ["kTRC", 176, 12]].forEach(([tag, at, length], i) => {
    bytes.write(`${tag}`, 132 + 12 * i);
    bytes.writeUInt32BE(Number(at), 136 + 12 * i);
    bytes.writeUInt32BE(Number(length), 140 + 12 * i);
  });
  bytes.write("XYZ ", 156);
  white(164);
  bytes.write("curv", 176);
  return bytes;
}

Deno.test("photos are upright, however they were held: by EXIF's 1 to 8, and so are their embedded thumbnails", async () => {
  const [r, g, b, w] = [RED, GREEN, BLUE, WHITE];
  const upright = [
    ...[[r, g, b, w], [g, r, w, b], [w, b, g, r], [b, w, r, g]],
    ...[[r, b, g, w], [b, r, w, g], [w, g, b, r], [g, w, r, b]],
  ];
  const jpeg = await imageOf(quarters(640, 320), "JPEG");
  const embedded = await imageOf(quarters(256, 128), "JPEG");
  for (const [i, corners] of upright.entries()) {
    for (const bytes of [withExif(jpeg, i + 1), withExif(jpeg, i + 1, embedded)]) {
      const shown = await thumbnailOf(bytes);
      const { width, height } = shown;
      deepStrictEqual([width, height], i < 4 ? [256, 128] : [128, 256], `orientation ${i + 1}`);
      const places = [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
      const colours = places.map(([x, y]) => pixel(shown, Math.floor(x * width), Math.floor(y * height)));
      colours.forEach((colour, at) => ok(isNear(colour, corners[at]), `orientation ${i + 1}: ${colours}`));
    }
  }
  for (const nonsense of [0, 9, 60_000]) {
    const { width, height } = await thumbnailOf(withExif(jpeg, nonsense));
    deepStrictEqual([width, height], [256, 128]);
  }
});

Deno.test("an embedded thumbnail that cannot be decoded is passed over for the photo itself", async () => {
  const photo = await imageOf(plain(RED, 640, 320), "JPEG");
  const embedded = await imageOf(plain(BLUE, 256, 128), "JPEG");
  ok(isNear(pixel(await thumbnailOf(withExif(photo, 1, embedded)), 9, 9), BLUE), "a good one is shown");
  const vast = embedded.slice();
  const frame = Buffer.from(vast.buffer).indexOf(Uint8Array.of(0xff, 0xc0)) + 5;
  new DataView(vast.buffer).setUint32(frame, 0x7530_ea60); // 60,000 x 30,000 pixels.
  const hostile: Record<string, Uint8Array> = {
    "without its data": embedded.subarray(0, embedded.length / 4),
    vast,
    "a JPEG of many scans": manyScans(2_000, 256, 128),
    "SVG": new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" width="256" height="128"/>`),
    "its own bytes": Buffer.concat([photo, photo]).subarray(0, 60_000),
  };
  for (const [what, bytes] of Object.entries(hostile)) {
    const shown = pixel(await thumbnailOf(withExif(photo, 1, bytes.slice(0, 60_000))), 9, 9);
    ok(isNear(shown, RED), `${what}: ${shown}`);
  }
});

Deno.test("colours are those of the image: for print, grey with a profile, of 16 bits", async () => {
  const { ColorSpace, ColorType } = await loadMagick();
  const cmyk = await imageOf(plain([200, 60, 30, 255]), "JPEG", (image) => image.colorSpace = ColorSpace.CMYK);
  strictEqual(cmyk.includes(0xee), true);
  const colour = pixel(await thumbnailOf(cmyk), 9, 9);
  ok(isNear(colour, [200, 60, 30, 255]), `CMYK: ${colour}`);
  for (const format of ["JPEG", "PNG"] as const) {
    const grey = await imageOf(plain([55, 55, 55, 255]), format, (image) => {
      image.colorType = ColorType.Grayscale;
      image.setProfile("icc", linearGrey());
    });
    const shown = pixel(await thumbnailOf(grey), 9, 9);
    ok(isNear(shown, [128, 128, 128, 255], 6), `grey ${format}: ${shown}`);
  }
  const deep = pixel(await thumbnailOf(png16(40, 20, [0xc8ff, 0x6400, 0x3280])), 9, 9);
  ok(isNear(deep, [200, 100, 50, 255], 8), `16 bits: ${deep}`);
});

Deno.test("what is transparent stays so, for the page to choose what is behind it", async () => {
  for (const format of ["PNG", "WEBP"] as const) {
    const bytes = await imageOf(
      quarters(64, 64).map((row, y) => y < 32 ? row : plain([0, 0, 255, 0], 64, 1)[0]),
      format,
    );
    const shown = await thumbnailOf(bytes, 64);
    ok(isNear(pixel(shown, 10, 10), RED), format);
    strictEqual(pixel(shown, 10, 50)[3], 0, format);
    const half = await thumbnailOf(await imageOf(plain([0, 255, 0, 128]), format));
    ok(isNear(pixel(half, 9, 9), [0, 255, 0, 128]), format);
  }
});

Deno.test("of a moving image the first picture is shown", async () => {
  const { MagickImageCollection, MagickImage, MagickColor } = await loadMagick();
  for (const format of ["GIF", "WEBP"] as const) {
    const bytes = MagickImageCollection.use((frames) => {
      for (const [r, g, b] of [RED, GREEN, BLUE]) {
        const frame = MagickImage.create(new MagickColor(r, g, b), 40, 20);
        frame.animationDelay = 10;
        frames.push(frame);
      }
      return frames.write(format, (bytes) => bytes.slice());
    });
    const shown = await thumbnailOf(bytes);
    deepStrictEqual([shown.width, shown.height], [40, 20]);
    ok(isNear(pixel(shown, 9, 9), RED), `${format}: ${pixel(shown, 9, 9)}`);
  }
});

Deno.test("the widest, the highest and the smallest images keep their proportions, as far as pixels can", async () => {
  const wide = await imageOf(quarters(2_000, 20), "PNG");
  const sides = async (bytes: Uint8Array, pixels = 256): Promise<number[]> => {
    const { width, height } = await thumbnailOf(bytes, pixels);
    return [width, height];
  };
  deepStrictEqual(await sides(wide), [256, 3]);
  deepStrictEqual(await sides(wide, 64), [64, 1]);
  deepStrictEqual(await sides(await jpegOf("xc:white", 10_000, 100)), [256, 3]);
  deepStrictEqual(await sides(await jpegOf("xc:white", 10, 10_000)), [1, 256]);
  for (const format of ["PNG", "GIF", "JPEG", "BMP", "TIFF", "WEBP"] as const) {
    const shown = await thumbnailOf(await imageOf([[RED]], format));
    deepStrictEqual([shown.width, shown.height], [1, 1], format);
    ok(isNear(pixel(shown, 0, 0), RED), `${format}: ${pixel(shown, 0, 0)}`);
  }
});

Deno.test("a picture that fills a screen has up to 4,096 pixels on a side, and is not enlarged", async () => {
  const tiff = await imageOf(quarters(6_000, 90), "TIFF");
  const shown = await thumbnailOf(tiff, 4_096);
  deepStrictEqual([shown.width, shown.height], [4_096, 61]);
  ok(isNear(pixel(shown, 1_000, 15), RED) && isNear(pixel(shown, 3_000, 50), WHITE));
  const small = await thumbnailOf(await imageOf(quarters(60, 40), "TIFF"), 4_096);
  deepStrictEqual([small.width, small.height], [60, 40]);
});
