/**
 * How large the picture of a TIFF is, and of how many parts it consists.
 *
 * @module
 */
import { type ImageBytes, LimitError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";
import {
  entryOf,
  numberOf,
  TAG,
  tiffDirectories,
  tiffDirectory,
  tiffHeader,
  type TiffWalk,
} from "./tiff_directories.ts";

/** Its size. */
export function tiffPixels(bytes: ImageBytes): Pixels | null {
  const header = tiffHeader(bytes);
  if (!header) return null;
  const directory = tiffDirectory(bytes, header, header.first);
  const [width, height] = [TAG.width, TAG.height].map((tag) => numberOf(bytes, header, entryOf(directory, tag)) ?? 0);
  return { width, height };
}

/** All that a decoder may follow. A circle counts as too many directories. */
const ALL: TiffWalk = {
  links: [TAG.subDirectories, TAG.exif, TAG.gps, TAG.interoperability],
  skip: "damaged",
  once: true,
};

/**
 * A piece for each directory and each entry; a pass for each directory.
 *
 * Entries may lie one over the other: thousands of them can say that all of the file is their value. When the values are
 * larger than the file, and so are read more than once, that counts as if there were too many.
 */
export function countTiff(bytes: ImageBytes, parts: Parts): void {
  const header = tiffHeader(bytes);
  if (!header) return;
  let valueBytes = 0;
  for (const { entries } of tiffDirectories(bytes, header, ALL)) {
    parts.passes++;
    parts.pieces += 1 + entries.length;
    const inline = header.big ? 8 : 4;
    for (const { length } of entries) {
      if (length > inline && length <= bytes.size) valueBytes += length; // No reader believes in a larger one.
    }
  }
  if (valueBytes > bytes.size) throw new LimitError("values over each other");
}
