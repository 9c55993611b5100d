/**
 * The boxes of HEIC and AVIF (ISO/IEC 14496-12, 23008-12).
 *
 * @module
 */
import { fourCc, type Parts } from "./part.ts";

/** Boxes that consist of others, and how many bytes stand before these: a version, and a count in `iinf` and `dref`. */
const WITHIN: Readonly<Record<string, number>> = {
  meta: 4,
  iprp: 0,
  ipco: 0,
  iinf: 6,
  iref: 4,
  grpl: 0,
  moov: 0,
  trak: 0,
  edts: 0,
  mdia: 0,
  minf: 0,
  dinf: 0,
  stbl: 0,
};

/** Deeper within one another than any real ones. */
const MAX_DEPTH = 32;

/** Enough to know that there are too many. */
const ENOUGH = 100_000;

/** A piece for each box, and for each item that the boxes promise; a pass for each sample of a sequence. */
export function boxParts(bytes: Uint8Array): Parts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = { pieces: 0, passes: 1 };
  const count = (from: number, until: number, depth: number): void => {
    for (let at = from; at + 8 <= until && parts.pieces < ENOUGH;) {
      parts.pieces += depth > MAX_DEPTH ? ENOUGH : 1;
      const [size, type] = [view.getUint32(at), fourCc(bytes, at + 4)];
      const head = size === 1 ? 16 : 8;
      if (size === 1 && at + 16 > until) return;
      const length = size === 0 ? until - at : size === 1 ? Number(view.getBigUint64(at + 8)) : size;
      if (length < head) return;
      const [start, end] = [at + head, Math.min(until, at + length)];
      if (type in WITHIN) count(start + WITHIN[type], end, depth + 1);
      if (type === "iloc" && start + 12 <= end) parts.pieces += ilocItems(view, start);
      if (type === "stsz" && start + 12 <= end) parts.passes += view.getUint32(start + 8);
      at += length;
    }
  };
  count(0, bytes.length, 0);
  return parts;
}

/** How many items an `iloc` box says that it has. */
function ilocItems(view: DataView, start: number): number {
  return view.getUint8(start) < 2 ? view.getUint16(start + 6) : view.getUint32(start + 6);
}
