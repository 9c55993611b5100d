/** Recognizing images by their content alone. */
import { heifType } from "./heif/brands.ts";
import type { ImageBytes } from "./bytes.ts";
import { formatOf } from "./formats.ts";
import { isTiff } from "./raw.ts";

/** How many of a file's first bytes file-type asks for; it would go through all parts of a longer beginning. */
const HEAD_BYTES = 4_100;

/** Imported when first needed: it costs as much to start as the rest of the program. */
let library: Promise<typeof import("file-type")> | null = null;

/** The beginnings of a TIFF, and of anything that is laid out like one: of camera's raw files, and of BigTIFF. */
const TIFF_HEADERS = ["II*\0", "II+\0", "MM\0*", "MM\0+"];

/**
 * The MIME type of an image of a format that is shared (formats.ts), else `null`. Its first bytes show it, except for a TIFF:
 * the directories that distinguish it from a camera's raw file may stand at its end.
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
    return null; // A head that its parser stumbles over is no image of ours.
  }
}
