/**
 * Of how many parts an image file consists, counted before anything decodes it: a file of a few megabytes can hold
 * hundreds of thousands of scans, chunks or boxes, which keep a decoder busy for hours. Nothing is unpacked here, and
 * each byte is looked at once at most.
 *
 * @module
 */
import { boxParts } from "./boxes.ts";
import { gifParts } from "./gif.ts";
import { jpegParts } from "./jpeg.ts";
import { fourCc, type Parts } from "./part.ts";
import { tiffParts } from "./tiff.ts";

/** Most pieces, of which each costs a decoder some microseconds: those of real images are a few hundred at most. */
const MAX_PIECES = 2_000;

/** Most passes: progressive JPEGs have some twenty, animations seldom more than a thousand frames. */
const MAX_PASSES = 2_000;

/** Most pixels in all passes together: two seconds of a decoder, or twelve scans of the largest photo in each colour. */
const MAX_PIXEL_PASSES = 4_000_000_000;

/** The readers, by MIME type. A BMP has no parts. */
const READERS: Readonly<Record<string, (bytes: Uint8Array) => Parts>> = {
  "image/jpeg": jpegParts,
  "image/png": pngParts,
  "image/apng": pngParts,
  "image/gif": gifParts,
  "image/webp": webpParts,
  "image/avif": boxParts,
  "image/heic": boxParts,
  "image/heic-sequence": boxParts,
  "image/heif": boxParts,
  "image/heif-sequence": boxParts,
  "image/tiff": tiffParts,
};

/** The parts of an image of this MIME type, as far as its bytes go. Never throws. */
export function partsOf(bytes: Uint8Array, mime: string): Parts {
  return READERS[mime]?.(bytes) ?? { pieces: 1, passes: 1 };
}

/** Whether an image consists of more pieces than any real one, so that nothing should look for metadata in it. */
export function isShredded({ pieces }: Pick<Parts, "pieces">): boolean {
  return pieces > MAX_PIECES;
}

/**
 * Whether an image takes a decoder longer than any real one.
 *
 * @param size How many pixels a pass goes through.
 */
export function isEndless(parts: Parts, size: number): boolean {
  const { passes, pixels = 0 } = parts;
  return isShredded(parts) || passes > MAX_PASSES || passes * Math.max(size, pixels) > MAX_PIXEL_PASSES;
}

/** Chunks that only carry the picture: encoders make as many of them as they like, and none costs more than its bytes. */
const PNG_PICTURE = new Set(["IDAT", "fdAT"]);

/** Chunks of compressed text or colours: each may be unpacked to megabytes, and counts as so many pieces. */
const PNG_COMPRESSED = new Set(["zTXt", "iTXt", "iCCP"]);
const COMPRESSED_PIECES = 100;

function pngParts(bytes: Uint8Array): Parts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [pieces, passes] = [0, 0];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = fourCc(bytes, at + 4);
    if (type === "fcTL") passes++;
    else if (!PNG_PICTURE.has(type)) pieces += PNG_COMPRESSED.has(type) ? COMPRESSED_PIECES : 1;
    if (type === "IEND") break;
  }
  return { pieces, passes: Math.max(1, passes) };
}

function webpParts(bytes: Uint8Array): Parts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [pieces, passes] = [0, 0];
  for (let at = 12; at + 8 <= bytes.length;) {
    if (fourCc(bytes, at) === "ANMF") passes++;
    else pieces++;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + length % 2;
  }
  return { pieces, passes: Math.max(1, passes) };
}
