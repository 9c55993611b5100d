/** The properties of an image format. */
import type { ImageBytes } from "./bytes.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** The parts of a file, as far as they were counted. */
export interface Parts {
  /** Segments, chunks, boxes, items, blocks of metadata or directory entries, as the format calls them. */
  pieces: number;
  /** How often a decoder processes the whole picture: the scans of a JPEG (one for each of its colours), or frames. */
  passes: number;
  /** The largest size in pixels that the file states, if decoders may read different ones. */
  pixels: number;
}

/** A format that is shared. Its functions accept any bytes, and throw `UnfinishedError` for damaged ones. */
export interface ImageFormat {
  /** Its name, which is also that of ImageMagick's reader. */
  readonly name: "JPEG" | "PNG" | "GIF" | "WEBP" | "AVIF" | "HEIC" | "BMP" | "TIFF";
  readonly mimes: readonly string[];
  /** Whether bytes that file-type takes for this format really are of it; always, if left out. */
  readonly verify?: (bytes: ImageBytes) => boolean;
  /** The size of the first picture, not rotated by EXIF; `null` if it is not stated. */
  readonly pixels: (bytes: ImageBytes) => Pixels | null;
  readonly hasLocation: (bytes: ImageBytes) => boolean;
  /** The blocks of EXIF of the first picture; none if the format has none. */
  readonly exif?: (bytes: ImageBytes) => Iterable<ImageBytes>;
  readonly count: (bytes: ImageBytes, parts: Parts) => void;
  /**
   * Whether the file has the format's end, or is damaged so that this is unknown; also throws `UnfinishedError` if the
   * file ends too early. Omitted if the format has no reliable end.
   */
  readonly isWhole?: (bytes: ImageBytes) => boolean;
}
