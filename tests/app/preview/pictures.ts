/** Images made for tests: known ones, and hostile ones. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import { join } from "node:path";
import { loadMagick } from "../../../lib/app/preview/magick.ts";
import { DECODER_TIMEOUTS } from "../../../lib/app/preview/decoder.ts";
import { PATIENCE_MS, SAMPLES, withSegment } from "../../support.ts";

/** Timeouts of a decoder that must give a picture, however busy the machine is. */
export const PATIENT = { ...DECODER_TIMEOUTS, start: PATIENCE_MS, answer: PATIENCE_MS };

/** The samples, and how large they are. */
export const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  "blink.gif": [24, 24],
  "dots.bmp": [12, 12],
  "dusk.heic": [64, 64],
  "forest.avif": [32, 32],
  "grey.tiff": [16, 16],
  "moon.png": [48, 48],
  "sea.webp": [32, 32],
  "sunset.jpg": [96, 64],
};

/** A JPEG of this pseudo image of ImageMagick, such as `xc:white`, with this colour profile. */
export async function jpegOf(
  what: string,
  width: number,
  height: number,
  profile: Uint8Array | null = null,
): Promise<Uint8Array> {
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  return ImageMagick.read(what, new MagickReadSettings({ width, height }), (image) => {
    image.quality = 95;
    if (profile) image.setProfile("icc", profile);
    return image.write("JPEG", (bytes) => bytes.slice());
  });
}

/** The bytes of a sample. */
export function sample(name: string): Promise<Uint8Array> {
  return Deno.readFile(join(SAMPLES, name));
}

/** A PNG of black pixels, which says that it is so large; its data are of `rows` rows. */
export function blackPng(width: number, height: number, rows = height): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0], 8); // Grey, a byte each.
  const chunks = [["IHDR", header], ["IDAT", deflateSync(Buffer.alloc(rows * (width + 1)))], ["IEND", Buffer.alloc(0)]];
  const bytes = (chunks as [string, Buffer][]).map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  });
  return new Uint8Array(Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...bytes]));
}

/** A JPEG whose EXIF says how it is turned, and has this thumbnail (Exif 2.3: the second directory). */
export function withExif(jpeg: Uint8Array, orientation: number, thumbnail: Uint8Array = new Uint8Array(0)): Uint8Array {
  const tiff = Buffer.alloc(68);
  tiff.write("II*\0", 0, "latin1");
  const entry = (at: number, tag: number, type: number, value: number): void => {
    tiff.writeUInt16LE(tag, at);
    tiff.writeUInt16LE(type, at + 2);
    tiff.writeUInt32LE(1, at + 4);
    tiff.writeUInt32LE(value, at + 8);
  };
  tiff.writeUInt32LE(8, 4); // The first directory: one entry, and where the next is.
  tiff.writeUInt16LE(1, 8);
  entry(10, 0x0112, 3, orientation);
  tiff.writeUInt32LE(thumbnail.length > 0 ? 26 : 0, 22);
  tiff.writeUInt16LE(3, 26);
  entry(28, 0x0103, 3, 6); // JPEG
  entry(40, 0x0201, 4, 68);
  entry(52, 0x0202, 4, thumbnail.length);
  return withSegment(jpeg, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff, thumbnail]));
}

/** The first bytes by which each format is recognized, as file-type looks for them. */
export const MAGICS: Readonly<Record<string, string>> = {
  jpeg: "\xff\xd8\xff\xe0\0\x10JFIF\0",
  png: "\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
  gif: "GIF89a",
  webp: "RIFF\xff\0\0\0WEBPVP8 ",
  avif: "\0\0\0\x1cftypavif",
  heic: "\0\0\0\x18ftypheic",
  bmp: "BM\xff\xff\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
  tiff: "II*\0\x08\0\0\0",
};
