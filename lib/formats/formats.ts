/**
 * The formats that are shared, in one table that all code about formats reads. File names do not count: images are
 * recognized by their content (recognize.ts).
 */
import { bmpPixels, isBmp } from "./bmp.ts";
import { type ImageBytes, LimitError, UnfinishedError } from "./bytes.ts";
import { countGif, gifPixels, isGif } from "./gif.ts";
import { countBoxes, heifExif, heifPixels } from "./heif/heif.ts";
import { isHeifWhole } from "./heif/whole.ts";
import type { ImageFormat, Parts, Pixels } from "./image_format.ts";
import { countJpeg, isJpegWhole, jpegExif, jpegPixels } from "./jpeg.ts";
import { boxesHaveLocation } from "./location/location_boxes.ts";
import { gifHasLocation, pngExif, pngHasLocation, webpHasLocation } from "./location/location_chunks.ts";
import { tiffHasLocation } from "./location/location_exif.ts";
import { jpegHasLocation } from "./location/location_jpeg.ts";
import { countPng, isPngWhole, pngPixels } from "./png.ts";
import { countTiff, tiffPixels } from "./tiff.ts";
import { countWebp, isWebpWhole, webpExif, webpPixels } from "./webp.ts";

const HEIF = {
  pixels: heifPixels,
  exif: heifExif,
  hasLocation: (bytes: ImageBytes): boolean => boxesHaveLocation(bytes, 0, bytes.size),
  count: countBoxes,
  isWhole: isHeifWhole,
};

const FORMATS: readonly ImageFormat[] = [
  {
    name: "JPEG",
    mimes: ["image/jpeg"],
    pixels: jpegPixels,
    hasLocation: jpegHasLocation,
    exif: jpegExif,
    count: countJpeg,
    isWhole: isJpegWhole,
  },
  {
    name: "PNG",
    mimes: ["image/png", "image/apng"],
    pixels: pngPixels,
    hasLocation: pngHasLocation,
    exif: pngExif,
    count: countPng,
    isWhole: isPngWhole,
  },
  { name: "GIF", mimes: ["image/gif"], verify: isGif, pixels: gifPixels, hasLocation: gifHasLocation, count: countGif },
  {
    name: "WEBP",
    mimes: ["image/webp"],
    pixels: webpPixels,
    hasLocation: webpHasLocation,
    exif: webpExif,
    count: countWebp,
    isWhole: isWebpWhole,
  },
  { name: "AVIF", mimes: ["image/avif"], ...HEIF },
  { name: "HEIC", mimes: ["image/heic", "image/heic-sequence", "image/heif", "image/heif-sequence"], ...HEIF },
  // A BMP has no metadata or parts.
  { name: "BMP", mimes: ["image/bmp"], verify: isBmp, pixels: bmpPixels, hasLocation: () => false, count: onePart },
  {
    name: "TIFF",
    mimes: ["image/tiff"],
    pixels: tiffPixels,
    hasLocation: tiffHasLocation,
    exif: (bytes) => [bytes],
    count: countTiff,
  },
];

function onePart(_: ImageBytes, parts: Parts): void {
  parts.pieces++;
}

const BY_MIME = new Map(FORMATS.flatMap((format) => format.mimes.map((mime) => [mime, format])));

/** The format of a MIME type; `undefined` for one that is not shared. */
export function formatOf(mime: string): ImageFormat | undefined {
  return BY_MIME.get(mime);
}

/** A longer side is damage: no format or decoder goes that far. */
const MAX_SIDE = 1e9;

/** Width and height of an image of this MIME type as decoders show it: of its first picture, not rotated by EXIF. */
export function pixelsOf(bytes: ImageBytes, mime: string): Pixels {
  const unknown = { width: 0, height: 0 };
  const { width, height } = ifIntact(() => formatOf(mime)?.pixels(bytes)) ?? unknown;
  const isKnown = [width, height].every((side) => Number.isInteger(side) && side > 0 && side < MAX_SIDE);
  return isKnown ? { width, height } : unknown;
}

/**
 * Whether an image of this MIME type contains coordinates. `unknown` if its metadata could not be read to the end,
 * which counts as `yes` if locations are private.
 */
export function hasLocation(bytes: ImageBytes, mime: string): "yes" | "no" | "unknown" {
  const found = ifIntact(() => formatOf(mime)?.hasLocation(bytes) ?? false);
  return found === undefined ? "unknown" : found ? "yes" : "no";
}

/** Whether an image of this MIME type has its end: `false` only if that is missing, as in a half-copied file. */
export function isWhole(bytes: ImageBytes, mime: string): boolean {
  try {
    return formatOf(mime)?.isWhole?.(bytes) ?? true;
  } catch (error) {
    if (!(error instanceof UnfinishedError)) throw error;
    return error instanceof LimitError; // Then it is unknown.
  }
}

function ifIntact<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnfinishedError) return undefined;
    throw error;
  }
}
