/**
 * The parts of PNG, WebP and GIF files, one behind the other.
 *
 * @module
 */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";

/** A part: its name, and where what is in it begins and ends. */
export interface Chunk {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The chunks of a PNG up to its end, IEND (ISO/IEC 15948, 5.3).
 *
 * @throws {UnfinishedError} It has no end.
 */
export function* pngChunks(bytes: ImageBytes): Generator<Chunk> {
  for (let at = 8;;) {
    bytes.step();
    const [start, name] = [at + 8, bytes.ascii(at + 4, 4)];
    const end = start + bytes.u32(at);
    if (name === "IEND") return;
    if (end > bytes.size) throw new UnfinishedError("it is cut off");
    yield { name, start, end };
    at = end + 4;
  }
}

/**
 * The chunks of a WebP (RIFF; RFC 9649, section 2.3).
 *
 * @throws {UnfinishedError} It is cut off.
 */
export function* riffChunks(bytes: ImageBytes): Generator<Chunk> {
  const last = 8 + bytes.u32(4, true);
  for (let at = 12; at + 8 <= last;) {
    bytes.step();
    const [start, name] = [at + 8, bytes.ascii(at, 4)];
    const end = start + bytes.u32(at + 4, true);
    if (end > bytes.size) throw new UnfinishedError("it is cut off");
    yield { name, start, end };
    at = end + end % 2;
  }
}

/** A block of a GIF that is no picture: the first byte of its label, and where its sub-blocks begin and end. */
export interface Extension {
  readonly label: number;
  readonly start: number;
  readonly end: number;
}

/** Labels of extensions that carry text or what programs put there (GIF89a, sections 24 and 26). */
export const GIF_LABEL = { comment: 0xfe, application: 0xff } as const;

/**
 * The extensions of a GIF up to its trailer (GIF89a, appendix B). A byte that begins no block ends it, for whoever reads
 * it.
 *
 * @throws {UnfinishedError} It is cut off.
 */
export function* gifExtensions(bytes: ImageBytes): Generator<Extension> {
  let at = 13 + colorTable(bytes.u8(10));
  for (;;) {
    bytes.step();
    const block = bytes.u8(at);
    if (block === 0x21) {
      const [label, start] = [bytes.u8(at + 1), at + 2];
      at = behindSubBlocks(bytes, start);
      yield { label, start, end: at };
    } else if (block === 0x2c) {
      at = behindSubBlocks(bytes, at + 10 + colorTable(bytes.u8(at + 9)) + 1);
    } else {
      return;
    }
  }
}

/** Bytes of the table of colours that flags announce. */
function colorTable(flags: number): number {
  return flags & 0x80 ? 3 << (flags & 7) + 1 : 0;
}

function behindSubBlocks(bytes: ImageBytes, at: number): number {
  for (;;) {
    bytes.step();
    const length = bytes.u8(at);
    at += 1 + length;
    if (length === 0) return at;
  }
}

/** What is in the sub-blocks of an extension. */
export function subBlocks(bytes: ImageBytes, { start, end }: Extension): Uint8Array {
  const all = bytes.copy(start, end - start);
  let filled = 0;
  for (let at = 0; all[at] > 0;) {
    const next = at + 1 + all[at];
    all.copyWithin(filled, at + 1, next); // Each length that is left out makes room: nothing unread is overwritten.
    filled += next - at - 1;
    at = next;
  }
  return all.subarray(0, filled);
}
