/** Recognizes images by their content alone. */
import { heifType } from "./heif/brands.ts";
import type { ImageBytes } from "./bytes.ts";
import { formatOf } from "./formats.ts";
import { isTiff } from "./raw.ts";

/** How many of a file's first bytes file-type asks for; given more, it would read all parts of them. */
const HEAD_BYTES = 4_100;

/** Imported when first needed, since it takes as long to start as the rest of the program. */
let library: Promise<typeof import("file-type")> | null = null;

/** How TIFF files begin, and files of the same structure: cameras' raw files, and BigTIFF. */
const TIFF_HEADERS = ["II*\0", "II+\0", "MM\0*", "MM\0+"];

/**
 * The MIME type of an image of a shared format (formats.ts), else `null`. Its first bytes show it, except for a TIFF:
 * the directories that distinguish it from a camera's raw file may be at its end.
 */
export async function imageType(bytes: ImageBytes): Promise<string | null> {
  if (TIFF_HEADERS.some((header) => bytes.has(0, header))) return isTiff(bytes) ? "image/tiff" : null;
  if (bytes.has(4, "ftyp")) return heifType(bytes);
  const head = bytes.copy(0, Math.min(bytes.size, HEAD_BYTES));
  const { fileTypeFromBuffer } = await (library ??= import("file-type"));
  try {
    const type = await fileTypeFromBuffer(head);
    const format = type && formatOf(type.mime);
    return format && (format.verify?.(bytes) ?? true) ? type.mime : null;
  } catch {
    return null; // If the parser fails on it, it is no image of a shared format.
  }
}
