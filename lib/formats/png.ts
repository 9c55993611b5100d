/** The chunks of a PNG (ISO/IEC 15948, 5.3). */
import { type ImageBytes, type Range, UnfinishedError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";

/** A chunk: its name, and where its data begin and end. */
export interface Chunk extends Range {
  readonly name: string;
}

/**
 * The chunks up to the end, IEND. The last one of a file that is cut off ends behind the file.
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

/** Apple's tools put a chunk before the header in what they make for its devices. */
export function pngPixels(bytes: ImageBytes): Pixels {
  const header = bytes.has(12, "CgBI") ? 32 : 16;
  return { width: bytes.u32(header), height: bytes.u32(header + 4) };
}

/** Chunks that only carry the picture: encoders make as many of them as they like, and none costs more than its bytes. */
const PICTURE = new Set(["IDAT", "fdAT"]);

/** Chunks of compressed text or colours: each may be unpacked to megabytes, and counts as so many pieces. */
const COMPRESSED = new Set(["zTXt", "iTXt", "iCCP"]);
const COMPRESSED_PIECES = 100;

/** A pass for each frame, and pieces for the other chunks. */
export function countPng(bytes: ImageBytes, parts: Parts): void {
  for (const { name } of pngChunks(bytes)) {
    if (name === "fcTL") parts.passes++;
    else if (!PICTURE.has(name)) parts.pieces += COMPRESSED.has(name) ? COMPRESSED_PIECES : 1;
  }
}
