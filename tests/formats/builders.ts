/** Images made of bytes: small ones, each as its format's specification lays it out, with metadata where they can be. */
import { deflateSync } from "node:zlib";

/** Bytes of text, a character each. */
export const text = (value: string): Uint8Array => Uint8Array.from(value, (char) => char.charCodeAt(0));

/** All parts, one behind the other. */
export function join(...parts: (Uint8Array | string | number[])[]): Uint8Array {
  const all = parts.map((part) => typeof part === "string" ? text(part) : Uint8Array.from(part));
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A number of so many bytes. */
export function number(value: number, bytes: number, littleEndian = false): number[] {
  const all = Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
  return littleEndian ? all : all.reverse();
}

/** An entry of a directory: a tag, its type and its values; a directory instead of values is written and linked to. */
export type Entry = [tag: number, type: number, values: number[] | Uint8Array | Directory];
/** A directory of a TIFF. */
export interface Directory {
  readonly entries: readonly Entry[];
  readonly next?: Directory;
}

const TYPE_BYTES = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4, 0, 0, 8, 8, 8];

/** How a TIFF is written. */
export interface TiffOptions {
  readonly littleEndian?: boolean;
  /** BigTIFF. */
  readonly big?: boolean;
  /** What stands between the header and the first directory: the picture, in many files. */
  readonly before?: Uint8Array;
}

/** A TIFF file, or a block of EXIF. Values of RATIONAL are pairs of numbers. */
export function tiff(
  first: Directory,
  { littleEndian = true, big = false, before = text("") }: TiffOptions = {},
): Uint8Array {
  const n = (value: number, bytes: number): number[] => number(value, bytes, littleEndian);
  const [count, length, word] = big ? [8, 20, 8] : [2, 12, 4];
  const start = (big ? 16 : 8) + before.length + before.length % 2;
  const out: number[] = [
    ...join(littleEndian ? "II" : "MM", n(big ? 43 : 42, 2), big ? [...n(8, 2), 0, 0] : [], n(start, word), before),
  ];
  if (before.length % 2 === 1) out.push(0);
  const write = ({ entries, next }: Directory): number => {
    const at = out.length;
    const put = (position: number, bytes: number[]): void => void out.splice(position, bytes.length, ...bytes);
    out.push(...n(entries.length, count), ...new Array(entries.length * length + word).fill(0));
    entries.forEach(([tag, type, values], i) => {
      const here = at + count + i * length;
      const plain = Array.isArray(values) || values instanceof Uint8Array ? [...values] : null;
      const bytes = plain?.flatMap((value) => n(value, TYPE_BYTES[type])) ?? n(write(values as Directory), big ? 8 : 4);
      const number = !plain ? 1 : type === 5 || type === 10 ? plain.length / 2 : plain.length;
      put(here, [...n(tag, 2), ...n(type, 2), ...n(number, word)]);
      if (bytes.length <= word) return put(here + 4 + word, bytes);
      put(here + 4 + word, n(out.length, word));
      for (const byte of bytes) out.push(byte);
    });
    if (next) put(at + count + entries.length * length, n(write(next), word));
    return at;
  };
  write(first);
  return Uint8Array.from(out);
}

/** The directory of coordinates: degrees, minutes and seconds of latitude and longitude, each over a denominator. */
export function gps(latitude: number[] = [48, 1, 51, 1, 27, 1], longitude: number[] = [2, 1, 17, 1, 42, 1]): Directory {
  return { entries: [[1, 2, [0x4e, 0]], [2, 5, latitude], [3, 2, [0x45, 0]], [4, 5, longitude]] };
}

/** EXIF that says a place. */
export const exif = (directory: Directory = gps(), options: TiffOptions = {}): Uint8Array =>
  tiff({ entries: [[34853, 4, directory]] }, options);

/** XMP that says a place. */
export const xmp = (property = `exif:GPSLatitude="48,51.4N" exif:GPSLongitude="2,17.7E"`): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description` +
  ` rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" ${property}/></rdf:RDF></x:xmpmeta>`;

/** The same in the style of elements. */
export const xmpElement = (element: string): string =>
  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>${element}</rdf:Description></rdf:RDF>`;

/** Photoshop's image resources. */
export function photoshop(id: number, data: Uint8Array): Uint8Array {
  return join("8BIM", number(id, 2), [0, 0], number(data.length, 4), data, data.length % 2 ? [0] : []);
}

/** A segment of JPEG. */
export function segment(marker: number, data: Uint8Array | string): Uint8Array {
  return join([0xff, marker], number(data.length + 2, 2), data);
}

/** A JPEG of these segments, its size, and a picture that nobody can decode. */
export function jpeg(...segments: Uint8Array[]): Uint8Array {
  const frame = segment(0xc0, join([8], number(24, 2), number(32, 2), [1, 1, 0x11, 0]));
  return join([0xff, 0xd8], ...segments, frame, segment(0xda, join([1, 1, 0, 0, 0x3f, 0])), [1, 2, 3, 0xff, 0xd9]);
}

/** A chunk of PNG; nobody here looks at its checksum. */
export function chunk(name: string, data: Uint8Array | number[] | string): Uint8Array {
  return join(number(data.length, 4), name, data, [0, 0, 0, 0]);
}

/** A PNG with these chunks behind its picture. */
export function png(...chunks: Uint8Array[]): Uint8Array {
  const header = chunk("IHDR", join(number(32, 4), number(24, 4), [8, 0, 0, 0, 0]));
  return join("\x89PNG\r\n\x1a\n", header, chunk("IDAT", new Uint8Array(50)), ...chunks, chunk("IEND", ""));
}

/** What a damaged PNG may have for a chunk: nothing shows where it ends, or whether the file does. */
export const damagedChunk = (): Uint8Array => join([0x7f, 0xff, 0xff, 0xff], [1, 2, 3, 4]);

/** Metadata as ImageMagick writes them into text. */
export function rawProfile(kind: string, data: Uint8Array): string {
  const hex = [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("").replaceAll(/.{72}/g, "$&\n");
  return `\n${kind}\n${String(data.length).padStart(8)}\n${hex}\n`;
}

/** Text in PNG, packed. */
export const zTxt = (keyword: string, value: string): Uint8Array =>
  chunk("zTXt", join(keyword, [0, 0], deflateSync(text(value))));

/** International text in PNG. */
export const iTxt = (keyword: string, value: string, packed: boolean): Uint8Array =>
  chunk("iTXt", join(keyword, [0, packed ? 1 : 0, 0], "en\0", "key\0", packed ? deflateSync(text(value)) : value));

/** A GIF with an extension before its picture. */
export function gif(...blocks: Uint8Array[]): Uint8Array {
  const picture = join([0x2c, 0, 0, 0, 0, 32, 0, 24, 0, 0, 2], subBlocks(new Uint8Array(300)));
  return join("GIF89a", [32, 0, 24, 0, 0x80, 0, 0], new Uint8Array(6), ...blocks, picture, [0x3b]);
}

/** Bytes in sub-blocks. */
export function subBlocks(data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    blocks.push(join([part.length], part));
  }
  return join(...blocks, [0]);
}

/** XMP in GIF: as it is, and behind it what leads readers of sub-blocks to the end. */
export function gifXmp(value: string): Uint8Array {
  const trailer = [1, ...Array.from({ length: 256 }, (_, i) => 255 - i), 0];
  return join([0x21, 0xff, 11], "XMP DataXMP", value, trailer);
}

/** A chunk of WebP. */
export function riff(name: string, data: Uint8Array | string): Uint8Array {
  return join(name, number(data.length, 4, true), data, data.length % 2 ? [0] : []);
}

/** A WebP with these chunks behind its picture. */
export function webp(...chunks: Uint8Array[]): Uint8Array {
  const all = join("WEBP", riff("VP8X", join([0x0c, 0, 0, 0], number(31, 3, true), number(23, 3, true))), ...chunks);
  return join("RIFF", number(all.length, 4, true), all);
}

/** A box. */
export function box(type: string, ...content: (Uint8Array | string | number[])[]): Uint8Array {
  const data = join(...content);
  return join(number(data.length + 8, 4), type, data);
}

/** The box of brands. */
export const ftyp = (major: string, ...brands: string[]): Uint8Array => box("ftyp", major, number(0, 4), ...brands);

/** An item of a HEIC or AVIF, beside its picture. */
export interface TestItem {
  readonly type: string;
  /** Behind its type, such as that of `mime`. */
  readonly info?: string;
  readonly data: Uint8Array;
}

/** A `meta` box of items that lie in it (`idat`), and a picture whose properties are these. */
export function meta(items: readonly TestItem[], properties: Uint8Array[] = [ispe(32, 24)]): Uint8Array {
  const infos = [{ type: "av01", info: "", data: text("") }, ...items].map(({ type, info = "" }, i) =>
    box("infe", [2, 0, 0, 0], number(i + 1, 2), [0, 0], type, "\0", info)
  );
  let at = 0;
  const places = items.map(({ data }, i) => {
    const place = join(
      number(i + 2, 2),
      number(1, 2),
      number(0, 2),
      number(1, 2),
      number(at, 4),
      number(data.length, 4),
    );
    at += data.length;
    return place;
  });
  return box(
    "meta",
    number(0, 4),
    box("hdlr", number(0, 8), "pict", new Uint8Array(13)),
    box("pitm", number(0, 4), number(1, 2)),
    box("iinf", number(0, 4), number(infos.length, 2), ...infos),
    box("iloc", [1, 0, 0, 0, 0x44, 0], number(places.length, 2), ...places),
    box(
      "iprp",
      box("ipco", ...properties),
      box("ipma", number(0, 4), number(1, 4), number(1, 2), [properties.length], properties.map((_, i) => i + 1)),
    ),
    box("idat", ...items.map(({ data }) => data)),
  );
}

/** The size of a picture in a HEIC or AVIF. */
export const ispe = (width: number, height: number): Uint8Array =>
  box("ispe", number(0, 4), number(width, 4), number(height, 4));

/** An AVIF with these items. */
export const avif = (...items: TestItem[]): Uint8Array =>
  join(ftyp("avif", "mif1", "avif"), meta(items), box("mdat", [0]));

/** EXIF as an item. */
export const exifItem = (data: Uint8Array = exif()): TestItem => ({ type: "Exif", data: join(number(0, 4), data) });

/** XMP as an item. */
export const xmpItem = (value: string = xmp()): TestItem => ({
  type: "mime",
  info: "application/rdf+xml\0",
  data: text(value),
});
