/** The size of the picture in a TIFF, and the number of its parts. */
import { type ImageBytes, LimitError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";
import { TAG, Tiff, type TiffWalk } from "./tiff_directories.ts";

export function tiffPixels(bytes: ImageBytes): Pixels | null {
  const tiff = Tiff.of(bytes);
  const directory = tiff?.directory(tiff.first);
  return directory ? { width: directory.number(TAG.width), height: directory.number(TAG.height) } : null;
}

/** All links that a decoder may follow. A cycle counts as too many directories. */
const ALL: TiffWalk = {
  links: [TAG.subDirectories, TAG.exif, TAG.gps, TAG.interoperability],
  skip: "damaged",
  once: true,
};

/**
 * Counts a piece for each directory and each entry, and a pass for each directory.
 *
 * The values of entries may overlap: each of thousands can be the whole file. Values that are larger than the file in
 * total, and so are read more than once, count as too many pieces.
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
      if (length > inline && length <= bytes.size) valueBytes += length; // Readers ignore a larger value.
    }
  }
  if (valueBytes > bytes.size) throw new LimitError("values over each other");
}
