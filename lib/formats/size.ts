/**
 * How large an image is, as decoders show it.
 *
 * @module
 */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";
import { riffChunks } from "./chunks.ts";
import { heifPixels, type Pixels } from "./item_size.ts";
import { isFrame, segments } from "./segments.ts";
import { numberOf, TAG, tiffDirectory, tiffHeader } from "./directories.ts";

const UNKNOWN: Pixels = { width: 0, height: 0 };

/** Larger sides are damage: no format and no decoder goes that far. */
const MAX_SIDE = 1e9;

/** Width and height of an image of this MIME type: of the first picture, not turned as EXIF may say. */
export function pixelsOf(bytes: ImageBytes, mime: string): Pixels {
  try {
    const { width, height } = read(bytes, mime);
    return [width, height].every((side) => Number.isInteger(side) && side > 0 && side < MAX_SIDE)
      ? { width, height }
      : UNKNOWN;
  } catch (error) {
    if (error instanceof UnfinishedError) return UNKNOWN;
    throw error;
  }
}

function read(bytes: ImageBytes, mime: string): Pixels {
  switch (mime) {
    case "image/jpeg":
      return inJpeg(bytes);
    case "image/png":
    case "image/apng": {
      // What Apple's tools make for its devices has a chunk of its own before the header.
      const header = bytes.has(12, "CgBI") ? 32 : 16;
      return { width: bytes.u32(header), height: bytes.u32(header + 4) };
    }
    case "image/gif":
      return { width: bytes.u16(6, true), height: bytes.u16(8, true) };
    case "image/webp":
      return inWebp(bytes);
    case "image/tiff":
      return inTiff(bytes);
    case "image/bmp":
      return inBmp(bytes);
    default:
      return heifPixels(bytes) ?? UNKNOWN;
  }
}

function inJpeg(bytes: ImageBytes): Pixels {
  for (const segment of segments(bytes)) {
    if (isFrame(segment)) return { width: bytes.u16(segment.start + 3), height: bytes.u16(segment.start + 1) };
  }
  return UNKNOWN;
}

/** RFC 9649, sections 2.5 to 2.7, and RFC 6386, section 9.1. */
function inWebp(bytes: ImageBytes): Pixels {
  for (const { name, start } of riffChunks(bytes)) {
    const u24 = (at: number): number => bytes.u16(at, true) + (bytes.u8(at + 2) << 16);
    if (name === "VP8X") return { width: u24(start + 4) + 1, height: u24(start + 7) + 1 };
    if (name === "VP8 ") {
      return { width: bytes.u16(start + 6, true) & 0x3fff, height: bytes.u16(start + 8, true) & 0x3fff };
    }
    if (name === "VP8L") {
      const bits = bytes.u32(start + 1, true);
      return { width: (bits & 0x3fff) + 1, height: (bits >> 14 & 0x3fff) + 1 };
    }
  }
  return UNKNOWN;
}

function inTiff(bytes: ImageBytes): Pixels {
  const header = tiffHeader(bytes);
  if (!header) return UNKNOWN;
  const { entries } = tiffDirectory(bytes, header, header.first);
  const [width, height] = [TAG.width, TAG.height].map((tag) => numberOf(bytes, header, entries.get(tag)) ?? 0);
  return { width, height };
}

/** The header of OS/2's first bitmaps, whose sides have two bytes; in all others they have four. */
const OS2_HEADER = 12;

function inBmp(bytes: ImageBytes): Pixels {
  if (bytes.u32(14, true) === OS2_HEADER) return { width: bytes.u16(18, true), height: bytes.u16(20, true) };
  // From top to bottom where the height is negative.
  return { width: bytes.i32(18, true), height: Math.abs(bytes.i32(22, true)) };
}
