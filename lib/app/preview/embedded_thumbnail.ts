/** The thumbnail that cameras put into the metadata at the beginning of a JPEG. */
import { Buffer } from "node:buffer";
import { whileBusy } from "../../worker/busy.ts";

export interface EmbeddedThumbnail {
  readonly bytes: Uint8Array;
  /** The rotation of the photo, and so of the thumbnail, which does not state it: EXIF's 1 to 8. */
  readonly orientation: number;
}

/** The part of the library that is used. Its types omit the default export, which contains everything. */
interface ExifReader {
  load(bytes: Buffer, options: object): {
    readonly Thumbnail?: { readonly image?: ArrayBuffer };
    readonly Orientation?: { readonly value?: unknown };
  };
}

const ONLY_THUMBNAIL = { includeTags: { exif: ["Orientation"], thumbnail: true }, includeUnknown: false };

/** The thumbnail of a JPEG, or of its first part; `null` without one. */
export async function embeddedThumbnail(jpeg: Uint8Array): Promise<EmbeddedThumbnail | null> {
  const { load } = (await import("exifreader") as unknown as { default: ExifReader }).default;
  try {
    const tags = whileBusy(() => load(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length), ONLY_THUMBNAIL));
    const { image } = tags.Thumbnail ?? {};
    if (!image) return null;
    return { bytes: new Uint8Array(image), orientation: Number(tags.Orientation?.value) || 1 };
  } catch {
    return null; // No metadata, or damaged metadata.
  }
}
