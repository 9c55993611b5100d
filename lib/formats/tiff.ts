/** How large the picture of a TIFF is, and of how many parts it consists. */
import { type ImageBytes, LimitError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";
import { TAG, Tiff, type TiffWalk } from "./tiff_directories.ts";

export function tiffPixels(bytes: ImageBytes): Pixels | null {
  const tiff = Tiff.of(bytes);
  const directory = tiff?.directory(tiff.first);
  return directory ? { width: directory.number(TAG.width), height: directory.number(TAG.height) } : null;
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
  const tiff = Tiff.of(bytes);
  if (!tiff) return;
  let valueBytes = 0;
  const inline = tiff.isBig ? 8 : 4;
  for (const { entries } of tiff.directories(ALL)) {
    parts.passes++;
    parts.pieces += 1 + entries.length;
    for (const { length } of entries) {
      if (length > inline && length <= bytes.size) valueBytes += length; // No reader believes in a larger one.
    }
  }
  if (valueBytes > bytes.size) throw new LimitError("values over each other");
}
