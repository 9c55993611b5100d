/** The headers of a BMP. */
import type { ImageBytes } from "./bytes.ts";
import type { Pixels } from "./image_format.ts";

/** The header of OS/2's first bitmaps, whose width and height have two bytes; in all others they have four. */
const OS2_HEADER = 12;

/** The sizes that the header after a BMP's file header can have, in bytes: from OS/2's to BITMAPV5HEADER. */
const HEADERS = new Set([OS2_HEADER, 16, 40, 52, 56, 64, 108, 124]);

/** Whether it is a BMP, and not a text that begins with `BM`. */
export function isBmp(bytes: ImageBytes): boolean {
  return bytes.size >= 18 && HEADERS.has(bytes.u32(14, true));
}

export function bmpPixels(bytes: ImageBytes): Pixels {
  if (bytes.u32(14, true) === OS2_HEADER) return { width: bytes.u16(18, true), height: bytes.u16(20, true) };
  // A negative height means that the rows run from top to bottom.
  return { width: bytes.i32(18, true), height: Math.abs(bytes.i32(22, true)) };
}
