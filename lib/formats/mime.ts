/**
 * What is an image, told by its content alone.
 *
 * @module
 */

import type { ImageBytes } from "./bytes.ts";
import { heifType, isTiff } from "./kind.ts";

/** The formats that are shared: file-type's names for them. HEIC, AVIF and TIFF are recognized by their structure. */
const IMAGE_MIMES = new Set([
  "image/jpeg",
  "image/png",
  "image/apng",
  "image/gif",
  "image/webp",
  "image/bmp",
]);

/** How many of a file's first bytes file-type asks for; it would go through all parts of a longer beginning. */
const HEAD_BYTES = 4_100;

/** The sizes that the header after a BMP's file header can have, in bytes: from OS/2's to BITMAPV5HEADER. */
const BMP_HEADERS = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** Whether it is rather a text: file-type takes `GIF` and `BM` at the beginning for enough. */
function isTextLike(mime: string, head: Uint8Array): boolean {
  if (mime === "image/gif") return !/^GIF8[79]a/.test(new TextDecoder("latin1").decode(head.subarray(0, 6)));
  if (mime !== "image/bmp") return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return head.length < 18 || !BMP_HEADERS.has(view.getUint32(14, true));
}

/** Imported when first needed: it costs as much to start as the rest of the program. */
let library: Promise<typeof import("file-type")> | null = null;

/** Whether the first bytes are those of a TIFF, or of anything that is laid out like one. */
function beginsLikeTiff(head: Uint8Array): boolean {
  return /^(?:II[*+]\0|MM\0[*+])/.test(new TextDecoder("latin1").decode(head.subarray(0, 4)));
}

/**
 * The MIME type of an image of a format that is shared (JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP, TIFF), else `null`. Its
 * first bytes tell it, but of a TIFF: the directories that tell it from a camera's raw file may stand at its end.
 */
export async function imageType(bytes: ImageBytes): Promise<string | null> {
  const head = bytes.copy(0, Math.min(bytes.size, HEAD_BYTES));
  if (beginsLikeTiff(head)) return isTiff(bytes) ? "image/tiff" : null;
  if (bytes.has(4, "ftyp")) return heifType(bytes);
  const { fileTypeFromBuffer } = await (library ??= import("file-type"));
  try {
    const type = await fileTypeFromBuffer(head);
    return type && IMAGE_MIMES.has(type.mime) && !isTextLike(type.mime, head) ? type.mime : null;
  } catch {
    return null; // A head that its parser stumbles over is no image of ours.
  }
}
