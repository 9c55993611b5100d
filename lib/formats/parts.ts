/**
 * Counts the parts of an image file before anything decodes it: a file of a few megabytes can contain hundreds of
 * thousands of scans, chunks or boxes, which keep a decoder busy for hours.
 */
import { type ImageBytes, LimitError, SlowError, UnfinishedError } from "./bytes.ts";
import { formatOf } from "./formats.ts";
import type { Parts } from "./image_format.ts";

/** The most pieces: each costs a decoder some microseconds, and real images have at most a few hundred. */
const MAX_PIECES = 2_000;

/** The most passes: progressive JPEGs have some twenty, animations rarely more than a thousand frames. */
const MAX_PASSES = 2_000;

/** The most pixels in all passes: two seconds of a decoder, or twelve scans of the largest photo in each colour. */
const MAX_PIXEL_PASSES = 4_000_000_000;

/** The parts of an image of this MIME type up to any damage; `Infinity` pieces beyond the limits of reading. */
export function partsOf(bytes: ImageBytes, mime: string): Readonly<Parts> {
  const parts: Parts = { pieces: 0, passes: 0, pixels: 0 };
  try {
    formatOf(mime)?.count(bytes, parts);
  } catch (error) {
    if (error instanceof LimitError || error instanceof SlowError) parts.pieces = Infinity;
    else if (!(error instanceof UnfinishedError)) throw error;
  }
  return { ...parts, passes: Math.max(1, parts.passes) };
}

/** Whether an image consists of more pieces than any real one, so that its metadata should not be searched. */
export function hasTooManyPieces({ pieces }: Pick<Parts, "pieces">): boolean {
  return pieces > MAX_PIECES;
}

/**
 * Whether an image takes a decoder longer than any real one.
 *
 * @param size How many pixels a pass goes through.
 */
export function isTooSlow(parts: Readonly<Parts>, size: number): boolean {
  const { passes, pixels } = parts;
  return hasTooManyPieces(parts) || passes > MAX_PASSES || passes * Math.max(size, pixels) > MAX_PIXEL_PASSES;
}
