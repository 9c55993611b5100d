/**
 * The directories of a TIFF (TIFF 6.0, section 2), which EXIF is too.
 *
 * @module
 */
import type { Parts } from "./part.ts";

/** The bytes of one value, by type. */
const BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Tags whose value leads to further directories: SubIFDs, EXIF, GPS, interoperability. */
const LEADS_ON = new Set([0x014a, 0x8769, 0x8825, 0xa005]);

/** Enough to know that there are too many. */
const ENOUGH = 100_000;

/** Numbers of eight bytes; above 2^53, where no file ends, they are not exact. */
function word(view: DataView, at: number, { little, big }: { little: boolean; big: boolean }): number {
  return big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
}

/**
 * A piece for each directory and each entry; a pass for each directory. BigTIFF has offsets and counts of eight bytes.
 *
 * Entries may lie one over the other: thousands of them can say that all of the file is their value. When the values are
 * larger than the file, and so are read more than once, that counts as if there were too many.
 */
export function tiffParts(bytes: Uint8Array, at = 0): Parts {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at);
  if (view.byteLength < 8) return { pieces: 1, passes: 1 };
  const little = view.getUint8(0) === 0x49;
  const big = view.getUint16(2, little) === BIG && view.byteLength >= 16;
  const layout = { little, big };
  const [header, count, length, inline] = big ? [16, 8, 20, 8] : [8, 2, 12, 4];
  const waiting = [word(view, header - inline, layout)];
  const seen = new Set<number>();
  let [pieces, passes, values] = [0, 0, 0];
  for (let start = waiting.pop(); start !== undefined && pieces < ENOUGH; start = waiting.pop()) {
    if (start < 8 || start + count > view.byteLength) continue;
    if (seen.has(start)) return { pieces: ENOUGH, passes }; // In a circle.
    seen.add(start);
    passes++;
    const entries = big ? word(view, start, layout) : view.getUint16(start, little);
    const end = start + count + length * entries;
    for (let entry = start + count; entry < end && entry + length <= view.byteLength; entry += length) {
      if (++pieces > ENOUGH) return { pieces: ENOUGH, passes }; // BigTIFF has no limit of entries.
      const size = (BYTES[view.getUint16(entry + 2, little)] ?? 0) * word(view, entry + 4, layout);
      if (size > inline && size <= view.byteLength) values += size; // No reader believes in a larger one.
      if (LEADS_ON.has(view.getUint16(entry, little))) waiting.push(word(view, entry + length - inline, layout));
    }
    if (end + inline <= view.byteLength) waiting.push(word(view, end, layout));
  }
  return { pieces: pieces + (values > view.byteLength ? ENOUGH : passes), passes: Math.max(1, passes) };
}

/** The version of BigTIFF. */
const BIG = 43;

/** The beginnings of a TIFF, in the byte order of Intel and of Motorola, and those of BigTIFF. */
const HEADERS = [[0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a], [0x49, 0x49, BIG, 0, 8, 0], [0x4d, 0x4d, 0, BIG, 0, 8]];

/** More blocks of EXIF than any image has. */
const MAX_BLOCKS = 100;

/** The pieces of all blocks of EXIF in an image, wherever the format keeps them. */
export function exifPieces(bytes: Uint8Array): number {
  let [pieces, blocks] = [0, 0];
  for (const [first, ...rest] of HEADERS) {
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
      if (!rest.every((byte, i) => bytes[at + 1 + i] === byte)) continue;
      if (++blocks > MAX_BLOCKS) return ENOUGH;
      pieces += tiffParts(bytes, at).pieces;
    }
  }
  return pieces;
}
