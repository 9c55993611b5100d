/** What is known of a format of images. */
import type { ImageBytes } from "./bytes.ts";

export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** What a file consists of, as far as it was counted. */
export interface Parts {
  /** Segments, chunks, boxes, items, blocks of metadata or entries of directories, whatever the format calls them. */
  pieces: number;
  /** How often a decoder goes through all of the picture: the scans of a JPEG (one for each of its colours), frames. */
  passes: number;
  /** The largest size in pixels that the file states, where a decoder could believe in more than one. */
  pixels: number;
}

/** A format that is shared. Its functions read any bytes, and throw `UnfinishedError` where these are damaged. */
export interface ImageFormat {
  /** Its name, which is that of ImageMagick's reader too. */
  readonly name: "JPEG" | "PNG" | "GIF" | "WEBP" | "AVIF" | "HEIC" | "BMP" | "TIFF";
  readonly mimes: readonly string[];
  /** Whether bytes that file-type takes for this format are; they are where this is left out. */
  readonly verify?: (bytes: ImageBytes) => boolean;
  /** The size of the first picture, not turned as EXIF may say; `null` when nothing says it. */
  readonly pixels: (bytes: ImageBytes) => Pixels | null;
  readonly hasLocation: (bytes: ImageBytes) => boolean;
  readonly count: (bytes: ImageBytes, parts: Parts) => void;
}
