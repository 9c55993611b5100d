/** The small picture that cameras put into a JPEG's metadata, which stand at its beginning. */
import { Buffer } from "node:buffer";
import { whileBusy } from "../../worker/busy.ts";

/** A small JPEG within a JPEG. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  /** How the large one is turned, and so the small one, which does not say it itself: EXIF's 1 to 8. */
  readonly orientation: number;
}

/** As much of the library as is used. Its types leave out that all is in the default export. */
interface ExifReader {
  load(bytes: Buffer, options: object): {
    readonly Thumbnail?: { readonly image?: ArrayBuffer };
    readonly Orientation?: { readonly value?: unknown };
  };
}

const ONLY_THUMBNAIL = { includeTags: { exif: ["Orientation"], thumbnail: true }, includeUnknown: false };

/** The thumbnail of a JPEG, or of its beginning; `null` when it has none. */
export async function thumbnailOf(jpeg: Uint8Array): Promise<Thumbnail | null> {
  const { load } = (await import("exifreader") as unknown as { default: ExifReader }).default;
  try {
    const tags = whileBusy(() => load(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length), ONLY_THUMBNAIL));
    const { image } = tags.Thumbnail ?? {};
    if (!image) return null;
    return { bytes: new Uint8Array(image), orientation: Number(tags.Orientation?.value) || 1 };
  } catch {
    return null; // No metadata, or damaged ones.
  }
}
