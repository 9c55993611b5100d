/** The blocks of a GIF (GIF89a, sections 15 to 26 and appendix B). */
import type { ImageBytes, Range } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";

/** An extension, by the first byte of its label, or a picture; and the position of its sub-blocks. */
export interface GifBlock {
  /** `null` for a picture. */
  readonly label: number | null;
  readonly start: number;
}

/** Labels of extensions that carry text or data of programs (sections 24 and 26). */
export const GIF_LABEL = { comment: 0xfe, application: 0xff } as const;

const [EXTENSION, PICTURE] = [0x21, 0x2c];

/** Whether it is a GIF, and not a text that begins with `GIF`. */
export function isGif(bytes: ImageBytes): boolean {
  return bytes.has(0, "GIF87a") || bytes.has(0, "GIF89a");
}

export function gifPixels(bytes: ImageBytes): Pixels {
  return { width: bytes.u16(6, true), height: bytes.u16(8, true) };
}

/**
 * The blocks up to the trailer. Readers end a GIF at a byte that begins no block.
 *
 * @throws {UnfinishedError} It is cut off.
 */
export function* gifBlocks(bytes: ImageBytes): Generator<GifBlock> {
  for (let at = 13 + colorTable(bytes.u8(10));;) {
    bytes.step();
    const type = bytes.u8(at);
    if (type !== EXTENSION && type !== PICTURE) return;
    const label = type === EXTENSION ? bytes.u8(at + 1) : null;
    const start = label === null ? at + 10 + colorTable(bytes.u8(at + 9)) + 1 : at + 2;
    yield { label, start };
    at = endOfBlock(bytes, start);
  }
}

/** The length of the colour table that the flags describe, in bytes. */
function colorTable(flags: number): number {
  return flags & 0x80 ? 3 << (flags & 7) + 1 : 0;
}

/** The positions of the data of each sub-block. */
function* subBlocks(bytes: ImageBytes, at: number): Generator<Range> {
  for (;;) {
    bytes.step();
    const [start, length] = [at + 1, bytes.u8(at)];
    if (length === 0) return;
    at = start + length;
    yield { start, end: at };
  }
}

/** The end of the block whose sub-blocks begin at `start`. */
export function endOfBlock(bytes: ImageBytes, start: number): number {
  let last = start;
  for (const { end } of subBlocks(bytes, start)) last = end;
  return last + 1; // After the length 0.
}

/** The data of all sub-blocks of a block, joined in one copy: a sub-block may have a single byte. */
export function blockData(bytes: ImageBytes, start: number): Uint8Array {
  const all = bytes.copy(start, endOfBlock(bytes, start));
  let filled = 0;
  for (let at = 0; all[at] > 0;) {
    const next = at + 1 + all[at];
    all.copyWithin(filled, at + 1, next); // Each dropped length makes room: nothing unread is overwritten.
    filled += next - at - 1;
    at = next;
  }
  return all.subarray(0, filled);
}

/** Counts a piece for each sub-block of up to 255 bytes before the first frame; decoders used here stop there. */
export function countGif(bytes: ImageBytes, parts: Parts): void {
  for (const { label, start } of gifBlocks(bytes)) {
    if (label === null) return;
    for (const _ of subBlocks(bytes, start)) parts.pieces++;
  }
}
