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

/**
 * The MIME type of an image of a format that is shared (JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP, TIFF), else `null`.
 *
 * @param head The file's first {@link HEAD_BYTES} bytes, or all of a shorter file.
 */
export async function imageType(head: Uint8Array): Promise<string | null> {
  // Imported when first needed: it costs as much to start as the rest of the program.
  const { fileTypeFromBuffer } = await import("file-type");
  try {
    const type = await fileTypeFromBuffer(head);
    return type && IMAGE_MIMES.has(type.mime) ? type.mime : null;
  } catch {
    return null; // A head that its parser stumbles over is no image of ours.
  }
}
