/**
 * What is an image, told by its content alone.
 *
 * @module
 */

/** The formats that are shared: file-type's names for them. */
const IMAGE_MIMES = new Set([
  "image/jpeg",
  "image/png",
  "image/apng",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/heic",
  "image/heic-sequence",
  "image/heif",
  "image/heif-sequence",
  "image/bmp",
  "image/tiff",
]);

/** How many of a file's first bytes tell its format: as many as file-type asks for. */
export const HEAD_BYTES = 4_100;

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

/**
 * The MIME type of an image of a format that is shared (JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP, TIFF), else `null`.
 *
 * @param head The file's first {@link HEAD_BYTES} bytes, or all of a shorter file.
 */
export async function imageType(head: Uint8Array): Promise<string | null> {
  const { fileTypeFromBuffer } = await (library ??= import("file-type"));
  try {
    const type = await fileTypeFromBuffer(head);
    return type && IMAGE_MIMES.has(type.mime) && !isTextLike(type.mime, head) ? type.mime : null;
  } catch {
    return null; // A head that its parser stumbles over is no image of ours.
  }
}
