/** Recognizes images by their content alone. */
import { heifType } from "./heif/brands.ts";
import type { ImageBytes } from "./bytes.ts";
import { formatOf } from "./formats.ts";
import { isTiff, rawMaker } from "./raw.ts";

/** How many of a file's first bytes file-type asks for; given more, it would read all parts of them. */
const HEAD_BYTES = 4_100;

/** Imported when first needed, since it takes as long to start as the rest of the program. */
let library: Promise<typeof import("file-type")> | null = null;

/** How TIFF files begin, and files of the same structure: cameras' raw files, and BigTIFF. */
const TIFF_HEADERS = ["II*\0", "II+\0", "MM\0*", "MM\0+"];

/** What a file is if it is no image of a shared format. */
export interface OtherContent {
  readonly why: "raw" | "video" | "other";
  /** The maker of the camera of a raw file, if known. */
  readonly kind?: string;
}

/** The MIME type of an image of a shared format (formats.ts), else `null`. */
export async function imageType(bytes: ImageBytes): Promise<string | null> {
  const content = await contentOf(bytes);
  return typeof content === "string" ? content : null;
}

/**
 * The same, and the kind of any other file. Its first bytes show it, except for a TIFF: the directories that
 * distinguish it from a camera's raw file may be at its end.
 */
export async function contentOf(bytes: ImageBytes): Promise<string | OtherContent> {
  const isTiffLike = TIFF_HEADERS.some((header) => bytes.has(0, header));
  const image = isTiffLike && isTiff(bytes) ? "image/tiff" : bytes.has(4, "ftyp") && heifType(bytes);
  if (image) return image;
  const maker = rawMaker(bytes);
  if (maker !== null) return { why: "raw", ...maker && { kind: maker } };
  if (isTiffLike) return { why: "other" };
  const head = bytes.copy(0, Math.min(bytes.size, HEAD_BYTES));
  const { fileTypeFromBuffer } = await (library ??= import("file-type"));
  try {
    const type = await fileTypeFromBuffer(head);
    const format = type && formatOf(type.mime);
    if (format && (format.verify?.(bytes) ?? true)) return type.mime;
    return { why: type?.mime.startsWith("video/") ? "video" : "other" };
  } catch {
    return { why: "other" }; // If the parser fails on it, it is no image of a shared format.
  }
}
