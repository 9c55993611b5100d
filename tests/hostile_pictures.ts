/** Pictures made to harm whoever decodes them; each is the beginning of a real one, or is one. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import { jpegOf, sample, withExif } from "./app/preview/pictures.ts";
import { manyScans } from "./formats/many_parts.ts";

const FRAMES = 10_000;

/** A PNG of black pixels, one bit each, which states this size and has the data of so many rows. */
export function bomb(width: number, height: number, rows = height): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0], 8);
  const data = deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))), { level: 1 });
  const chunks = ([["IHDR", header], ["IDAT", data], ["IEND", Buffer.alloc(0)]] as const).map(([type, data]) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  });
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

/** A JPEG that states another size. */
export function sized(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const bytes = Buffer.from(jpeg);
  const frame = bytes.indexOf(Uint8Array.of(0xff, 0xc0)) + 5;
  bytes.writeUInt16BE(height, frame);
  bytes.writeUInt16BE(width, frame + 2);
  return bytes;
}

/** A GIF of 3,000 by 3,000 pixels with 10,000 frames of one pixel. */
export function manyFramesGif(): Uint8Array {
  const head = [...Buffer.from("GIF89a"), 0xb8, 0x0b, 0xb8, 0x0b, 0x81, 0, 0, ...Array(12).fill(99)];
  const frame = Uint8Array.of(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0);
  return Buffer.concat([Uint8Array.from(head), ...Array(FRAMES).fill(frame), Uint8Array.of(0x3b)]);
}

/** The same as WebP: each frame is this picture (WebP Container Specification). */
export function manyFramesWebp(picture: Uint8Array): Uint8Array {
  const chunk = (type: string, data: Uint8Array): Uint8Array => {
    const head = Buffer.alloc(8);
    head.write(type, "latin1");
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, new Uint8Array(data.length & 1)]);
  };
  const data = picture.subarray(12);
  const frame = chunk("ANMF", Buffer.concat([Uint8Array.of(0, 0, 0, 0, 0, 0, 31, 0, 0, 31, 0, 0, 9, 0, 0, 0), data]));
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    chunk("VP8X", Uint8Array.of(2, 0, 0, 0, 31, 0, 0, 31, 0, 0)),
    chunk("ANIM", new Uint8Array(6)),
    ...Array(FRAMES).fill(frame),
  ]);
  return chunk("RIFF", body);
}

/** What a peer might have in its directory, by file name. */
export async function hostileFiles(): Promise<Record<string, Uint8Array>> {
  const jpeg = await sample("sunset.jpg");
  const photo = await jpegOf("plasma:fractal", 640, 320);
  const [thumbnail, svg] = [await jpegOf("xc:blue", 256, 128), Buffer.from(SVG)];
  return {
    "bomb.png": bomb(30_000, 30_000),
    "header.png": bomb(60_000, 60_000, 1),
    "header.jpg": sized(jpeg, 60_000, 60_000),
    "frames.gif": manyFramesGif(),
    "frames.webp": manyFramesWebp(await sample("sea.webp")),
    "scans.jpg": manyScans(2_000, 4_000, 3_000),
    "cut.jpg": jpeg.subarray(0, jpeg.length / 2),
    "cut and ended.jpg": Buffer.concat([jpeg.subarray(0, jpeg.length / 2), Uint8Array.of(0xff, 0xd9)]),
    "drawing.jpg": svg,
    "page.jpg": Buffer.from(HTML),
    "thumbnail of svg.jpg": withExif(photo, 1, svg),
    "thumbnail of scans.jpg": withExif(photo, 1, manyScans(1_900, 256, 128)),
    "vast thumbnail.jpg": withExif(photo, 1, sized(thumbnail, 60_000, 30_000)),
  };
}

export const SVG =
  `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="256" height="128"><script>alert(1)</script></svg>`;
export const HTML = "<!DOCTYPE html><title>x</title><script>alert(1)</script>";
