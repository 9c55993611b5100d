/** The chunks of a WebP (RIFF; RFC 9649, section 2.3). */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";
import type { Chunk } from "./png.ts";

/**
 * The successive chunks. The end of the last one lies beyond the file if it is cut off.
 *
 * @param end Where they end; default: the end that the header states.
 * @throws {UnfinishedError} It is cut off.
 */
export function* webpChunks(bytes: ImageBytes, end: number = 8 + bytes.u32(4, true)): Generator<Chunk> {
  for (let at = 12; at + 8 <= end;) {
    bytes.step();
    const [start, name] = [at + 8, bytes.ascii(at, 4)];
    const last = start + bytes.u32(at + 4, true);
    yield { name, start, end: last };
    if (last > bytes.size) throw new UnfinishedError("it is cut off");
    at = last + last % 2;
  }
}

/** Whether everything that the header states exists; some writers omit the byte that pads the last chunk. */
export function isWebpWhole(bytes: ImageBytes): boolean {
  const end = 8 + bytes.u32(4, true);
  return end <= bytes.size || webpChunks(bytes, end).every(({ end }) => end <= bytes.size);
}

/** RFC 9649, sections 2.5 to 2.7, and RFC 6386, section 9.1. */
export function webpPixels(bytes: ImageBytes): Pixels | null {
  for (const { name, start, end } of webpChunks(bytes)) {
    if (end > bytes.size) return null;
    const u24 = (at: number): number => bytes.u16(at, true) + (bytes.u8(at + 2) << 16);
    if (name === "VP8X") return { width: u24(start + 4) + 1, height: u24(start + 7) + 1 };
    if (name === "VP8 ") {
      return { width: bytes.u16(start + 6, true) & 0x3fff, height: bytes.u16(start + 8, true) & 0x3fff };
    }
    if (name === "VP8L") {
      const bits = bytes.u32(start + 1, true);
      return { width: (bits & 0x3fff) + 1, height: (bits >> 14 & 0x3fff) + 1 };
    }
  }
  return null;
}

/** Its block of EXIF, in its own chunk. */
export function* webpExif(bytes: ImageBytes): Generator<ImageBytes> {
  for (const { name, start, end } of webpChunks(bytes)) if (name === "EXIF") yield bytes.part(start, end);
}

/** Counts a pass for each frame, and a piece for each other chunk, up to the end of the file. */
export function countWebp(bytes: ImageBytes, parts: Parts): void {
  for (const { name } of webpChunks(bytes, bytes.size)) {
    if (name === "ANMF") parts.passes++;
    else parts.pieces++;
  }
}
