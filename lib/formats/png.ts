/** The chunks of a PNG (ISO/IEC 15948, 5.3). */
import { type ImageBytes, type Range, UnfinishedError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";

/** A chunk: its name, and the positions where its data begin and end. */
export interface Chunk extends Range {
  readonly name: string;
}

/**
 * The chunks up to the end, IEND. The end of the last one lies beyond the file if it is cut off.
 *
 * @throws {UnfinishedError} It has no end.
 */
export function* pngChunks(bytes: ImageBytes): Generator<Chunk> {
  for (let at = 8;;) {
    bytes.step();
    const [start, name] = [at + 8, bytes.ascii(at + 4, 4)];
    const end = start + bytes.u32(at);
    yield { name, start, end };
    if (name === "IEND") return;
    if (end > bytes.size) throw new UnfinishedError("it is cut off");
    at = end + 4;
  }
}

/** Whether it ends with IEND and its checksum. */
export function isPngWhole(bytes: ImageBytes): boolean {
  for (const { name, end } of pngChunks(bytes)) {
    if (name === "IEND") return end + 4 <= bytes.size;
    if (!/^[A-Za-z]{4}$/.test(name)) return true; // Damaged.
  }
  return true;
}

/** Apple's tools put a chunk before the header in files for its devices. */
export function pngPixels(bytes: ImageBytes): Pixels {
  const header = bytes.has(12, "CgBI") ? 32 : 16;
  return { width: bytes.u32(header), height: bytes.u32(header + 4) };
}

/** Chunks with only the picture: encoders write as many as they like, and none costs more than its bytes. */
const PICTURE = new Set(["IDAT", "fdAT"]);

/** Chunks of compressed text or colours: each may be decompressed to megabytes, and counts as this many pieces. */
const COMPRESSED = new Set(["zTXt", "iTXt", "iCCP"]);
const COMPRESSED_PIECES = 100;

/** Counts a pass for each frame, and pieces for the other chunks. */
export function countPng(bytes: ImageBytes, parts: Parts): void {
  for (const { name } of pngChunks(bytes)) {
    if (name === "fcTL") parts.passes++;
    else if (!PICTURE.has(name)) parts.pieces += COMPRESSED.has(name) ? COMPRESSED_PIECES : 1;
  }
}
