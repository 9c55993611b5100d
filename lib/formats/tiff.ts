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

/**
 * A piece for each directory and each entry; a pass for each directory.
 *
 * Entries may lie one over the other: thousands of them can say that all of the file is their value. When the values are
 * larger than the file, and so are read more than once, that counts as if there were too many.
 */
export function tiffParts(bytes: Uint8Array, at = 0): Parts {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at);
  if (view.byteLength < 8) return { pieces: 1, passes: 1 };
  const little = view.getUint8(0) === 0x49;
  const waiting = [view.getUint32(4, little)];
  const seen = new Set<number>();
  let [pieces, passes, values] = [0, 0, 0];
  for (let start = waiting.pop(); start !== undefined && pieces < ENOUGH; start = waiting.pop()) {
    if (start < 8 || start + 2 > view.byteLength) continue;
    if (seen.has(start)) return { pieces: ENOUGH, passes }; // In a circle.
    seen.add(start);
    passes++;
    const entries = view.getUint16(start, little);
    const end = start + 2 + 12 * entries;
    for (let entry = start + 2; entry < end && entry + 12 <= view.byteLength; entry += 12) {
      pieces++;
      const size = (BYTES[view.getUint16(entry + 2, little)] ?? 0) * view.getUint32(entry + 4, little);
      if (size > 4 && size <= view.byteLength) values += size; // No reader believes in a larger one.
      if (LEADS_ON.has(view.getUint16(entry, little))) waiting.push(view.getUint32(entry + 8, little));
    }
    if (end + 4 <= view.byteLength) waiting.push(view.getUint32(end, little));
  }
  return { pieces: pieces + (values > view.byteLength ? ENOUGH : passes), passes: Math.max(1, passes) };
}

/** Both beginnings of a TIFF, in the byte order of Intel and of Motorola. */
const HEADERS = [[0x49, 0x49, 0x2a, 0], [0x4d, 0x4d, 0, 0x2a]];

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
