/** The items of HEIC and AVIF (ISO/IEC 23008-12; ISO/IEC 14496-12, section 8.11). */
import { Buffer } from "node:buffer";
import { boxes, boxOf, contentOf } from "./boxes.ts";
import { type ImageBytes, type Range, UnfinishedError } from "../bytes.ts";

/** An item other than a picture: metadata. */
export interface Item {
  readonly id: number;
  /** `Exif`, `mime` and the like. */
  readonly type: string;
  /** Of a `mime` item: its type, and its compression, empty for none. */
  readonly mime: string;
  readonly packed: string;
}

/** Pictures and their parts: there may be thousands, and none is read. */
const PICTURES = new Set(["hvc1", "av01", "grid", "iovl", "iden", "avc1", "jpeg", "tmap"]);

/** The items of a meta box other than pictures (`iinf`). */
export function* itemsOf(bytes: ImageBytes, meta: Range): Generator<Item> {
  const list = boxOf(bytes, "iinf", meta);
  if (!list) return;
  for (const { type, start, end } of boxes(bytes, contentOf(bytes, list)!)) {
    const version = bytes.u8(start);
    if (type !== "infe" || version < 2) continue;
    const id = version === 2 ? bytes.u16(start + 4) : bytes.u32(start + 4);
    const at = start + (version === 2 ? 8 : 10);
    const kind = bytes.ascii(at, 4);
    if (PICTURES.has(kind)) continue;
    const [, mime = "", packed = ""] = strings(bytes, at + 4, end);
    yield { id, type: kind, mime, packed };
  }
}

/** Longer names, types and encodings of an item are cut: the known ones are short. */
const MAX_TEXT = 1_024;

/** Successive texts, each with a NUL at its end. */
function strings(bytes: ImageBytes, at: number, end: number): string[] {
  return bytes.ascii(at, Math.min(end - at, MAX_TEXT)).split("\0");
}

/** A piece of an item: its start, relative to what `construction` says, and its length; 0 for all bytes that follow. */
interface Extent {
  readonly item: number;
  /** 0: in the file; 1: in the box `idat`. */
  readonly construction: number;
  /** Whether it is in this file. */
  readonly isInFile: boolean;
  readonly start: number;
  readonly length: number;
}

/**
 * The pieces of all items (`iloc`), grouped by item.
 *
 * @throws {UnfinishedError} They are damaged.
 */
export function* extentsOf(bytes: ImageBytes, meta: Range): Generator<Extent> {
  const box = boxOf(bytes, "iloc", meta);
  if (!box) return;
  const version = bytes.u8(box.start);
  let at = box.start + 4;
  /** The next number, of 0, 2, 4 or 8 bytes; 0 if it has none. */
  const next = (length: number): number => {
    at += length;
    if (length === 0) return 0;
    return length === 2 ? bytes.u16(at - 2) : length === 4 ? bytes.u32(at - 4) : bytes.u64(at - 8);
  };
  const sizes = next(2);
  const [offsetSize, lengthSize, baseSize, indexSize] = [12, 8, 4, 0].map((shift) => sizes >> shift & 15);
  const idSize = version < 2 ? 2 : 4;
  for (let count = next(idSize); count > 0; count--) {
    bytes.step();
    const item = next(idSize);
    const construction = version > 0 ? next(2) & 15 : 0;
    const isInFile = next(2) === 0 && construction === 0;
    const base = next(baseSize);
    for (let extents = next(2); extents > 0; extents--) {
      bytes.step();
      if (version > 0) next(indexSize);
      yield { item, construction, isInFile, start: base + next(offsetSize), length: next(lengthSize) };
    }
  }
}

/**
 * The bytes of an item, which may be stored in several pieces.
 *
 * @throws {UnfinishedError} They are incomplete, or stored in an unknown way.
 */
export function itemBytes(bytes: ImageBytes, meta: Range, id: number): Uint8Array {
  const pieces: Extent[] = [];
  for (const extent of extentsOf(bytes, meta)) {
    if (extent.item === id) pieces.push(extent);
    else if (pieces.length > 0) break;
  }
  if (pieces.length === 0) throw new UnfinishedError("nothing says where it is");
  const [{ construction }] = pieces;
  const data = construction === 1 ? boxOf(bytes, "idat", meta) : { start: 0, end: bytes.size };
  if (!data || construction > 1) throw new UnfinishedError("it is kept in an unknown way");
  const copies = pieces.map(({ start, length }) => {
    return bytes.copy(data.start + start, length ? data.start + start + length : data.end);
  });
  return Buffer.concat(copies);
}
