/** Images made of more parts than any real one. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { placeTiff, SAMPLES } from "../support.ts";

const sample = (name: string): Uint8Array => Deno.readFileSync(join(SAMPLES, name));

/** `bytes` so many times, at this place of an image. */
function repeated(image: Uint8Array, at: number, bytes: Iterable<number>, times: number): Uint8Array {
  const one = Uint8Array.from(bytes);
  const all = new Uint8Array(one.length * times);
  for (let i = 0; i < times; i++) all.set(one, i * one.length);
  return Buffer.concat([image.subarray(0, at), all, image.subarray(at)]);
}

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** A box of HEIC. */
function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  return Buffer.concat([head.fill(type, 4, 8, "latin1"), body]);
}

/** A progressive JPEG of one colour, with so many scans of all its blocks. */
export function manyScans(scans: number, width: number, height: number): Uint8Array {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const segment = (marker: number, ...data: number[]): number[] => [0xff, marker, 0, data.length + 2, ...data];
  const table = (number: number, symbol: number): number[] => segment(0xc4, number, 1, ...Array(15).fill(0), symbol); // One code, of one bit.
  const head = [
    ...[0xff, 0xd8, ...segment(0xdb, 0, ...Array(64).fill(1))],
    ...segment(0xc2, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0),
    ...[...table(0x00, 0), ...table(0x10, 0xe0)], // 0xe0: the next 32,767 blocks are empty.
    ...segment(0xda, 1, 1, 0, 0, 0, 0),
  ];
  const bits = "011111111111111".repeat(Math.ceil(blocks / 32_767));
  const codes = `${bits}1111111`.match(/.{8}/g)!.map((byte) => parseInt(byte, 2));
  const scan = [...segment(0xda, 1, 1, 0, 1, 63, 0), ...codes.flatMap((byte) => byte === 255 ? [255, 0] : [byte])];
  const first = new Uint8Array([...head, ...new Uint8Array(Math.ceil(blocks / 8))]);
  return repeated(Buffer.concat([first, Uint8Array.of(0xff, 0xd9)]), first.length, scan, scans);
}

/** A TIFF of one directory whose entries all say that most of the file is their value. */
function overlapping(entries: number): Uint8Array {
  const bytes = new Uint8Array(1 << 20);
  bytes.set(placeTiff().subarray(0, 8));
  const view = new DataView(bytes.buffer);
  view.setUint16(8, entries, true);
  for (let i = 0, at = 10; i < entries; i++, at += 12) {
    view.setUint16(at, 0x0100 + i, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, 200_000, true);
    view.setUint32(at + 8, 100_000, true);
  }
  return bytes;
}

/** A TIFF of so many directories, one after the other. */
function directories(count: number): Uint8Array {
  const bytes = new Uint8Array(8 + 18 * count);
  bytes.set(placeTiff().subarray(0, 8));
  const view = new DataView(bytes.buffer);
  for (let i = 0, at = 8; i < count; i++, at += 18) {
    view.setUint16(at, 1, true);
    view.setUint16(at + 2, 0x0100, true);
    view.setUint16(at + 4, 3, true);
    view.setUint32(at + 14, i + 1 < count ? at + 18 : 0, true);
  }
  return bytes;
}

const FTYP = box("ftyp", ascii("heic\0\0\0\0mif1heic"));
const FULL = new Uint8Array(4);

/** A box within a box, and so on. */
function nested(depth: number): Uint8Array {
  let inner = new Uint8Array(0);
  for (let i = 0; i < depth; i++) inner = new Uint8Array(box("meta", FULL, inner));
  return inner;
}

/** An `iloc` box that says that it has so many items. */
function items(count: number): Uint8Array {
  return box("iloc", Uint8Array.of(0, 0, 0, 0, 0x44, 0, count >> 8, count & 255), new Uint8Array(8));
}

const chunk = (type: string, data: string): Uint8Array =>
  Buffer.concat([Uint8Array.of(0, 0, 0, data.length), ascii(type + data), new Uint8Array(4)]);

/** By what they are: the MIME type and the bytes. */
export const MANY_PARTS: Readonly<Record<string, () => [string, Uint8Array]>> = {
  "a JPEG of empty segments": () => ["image/jpeg", repeated(sample("sunset.jpg"), 2, [0xff, 0xe1, 0, 2], 1_000_000)],
  "a JPEG of many comments": () => ["image/jpeg", repeated(sample("sunset.jpg"), 2, [0xff, 0xfe, 0, 3, 65], 501)],
  "a PNG of empty chunks": () => ["image/png", repeated(sample("moon.png"), 33, chunk("abCd", ""), 1_000_000)],
  "a PNG of compressed texts": () => ["image/png", repeated(sample("moon.png"), 33, chunk("zTXt", "a\0\0b"), 21)],
  "a GIF with a long comment": () => {
    const gif = sample("blink.gif");
    const start = 13 + (3 << (gif[10] & 7) + 1);
    const comment = [0x21, 0xfe, ...Array.from({ length: 2_001 }, () => [1, 65]).flat(), 0];
    return ["image/gif", repeated(gif, start, comment, 1)];
  },
  "a WebP of empty chunks": () => ["image/webp", repeated(sample("sea.webp"), 12, ascii("abcd\0\0\0\0"), 1_000_000)],
  "a WebP of many frames": () => ["image/webp", repeated(sample("sea.webp"), 12, ascii("ANMF\0\0\0\0"), 2_001)],
  "a HEIC of empty boxes":
    () => ["image/heic", Buffer.concat([FTYP, repeated(new Uint8Array(0), 0, box("free"), 1_000_000)])],
  "a HEIC of boxes within one": () => [
    "image/heic",
    Buffer.concat([FTYP, box("meta", FULL, repeated(new Uint8Array(0), 0, box("free"), 3_000))]),
  ],
  "a HEIC of boxes within each other": () => ["image/heic", Buffer.concat([FTYP, nested(5_000)])],
  "an AVIF of many items": () => ["image/avif", Buffer.concat([FTYP, box("meta", FULL, items(60_000))])],
  "a TIFF of entries over each other": () => ["image/tiff", overlapping(1_000)],
  "a TIFF of many directories": () => ["image/tiff", directories(2_001)],
};
