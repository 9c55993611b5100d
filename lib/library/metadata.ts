/**
 * What an image tells of itself: how large it is, and whether it tells where it was taken.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { isShredded, partsOf } from "../formats/parts.ts";
import { exifPieces } from "../formats/tiff.ts";
import { atWork } from "../worker/busy.ts";

/** How many pixels an image has. */
export interface Dimensions {
  /** Pixels; 0 when not known. */
  readonly width: number;
  /** Pixels; 0 when not known. */
  readonly height: number;
}

/** Where an image was taken, in EXIF (tags of the GPS directory) or XMP. */
const PLACE = ["GPSLatitude", "GPSLongitude", "GPSDestLatitude", "GPSDestLongitude", "GPSPosition"];

type ImageSize = typeof import("image-size");
type ExifReader = Pick<typeof import("exifreader"), "load">;

/** Formats of image-size's that are not shared: of unknown bytes it would try each, and some take long. */
const NOT_SHARED = ["cur", "dds", "icns", "ico", "j2c", "jp2", "jxl", "jxl-stream", "ktx", "pnm", "psd", "svg", "tga"];

async function loadSizes(): Promise<ImageSize> {
  const library = await import("image-size");
  library.disableTypes(NOT_SHARED as Parameters<ImageSize["disableTypes"]>[0]);
  return library;
}

/** Imported when first needed, as in kind.ts. */
let sizes: Promise<ImageSize> | null = null;
let exif: Promise<ExifReader> | null = null;

/** Its types leave out that all is in the default export. */
async function loadExif(): Promise<ExifReader> {
  return (await import("exifreader") as unknown as { default: ExifReader }).default;
}

/** So much is looked through for the dimensions first, and then sixteen times as much: the library copies what it is given. */
const FEW_BYTES = 4_096;
const MORE = 16;

/** Looks for nothing else, so that most of a file is passed over. */
const ONLY_PLACE = { includeTags: { exif: PLACE }, includeUnknown: false };

/**
 * Whether an image has no more parts than a real one, so that it may be looked into: a small file can be made to take a
 * reader minutes, and nothing stops it.
 *
 * @param bytes The image's first bytes.
 */
export function isReadable(bytes: Uint8Array, mime: string): boolean {
  return atWork(() => {
    const exif = PLAIN.has(mime) ? 0 : exifPieces(mime === "image/jpeg" ? jpegMetadata(bytes) : bytes);
    return !isShredded(partsOf(bytes, mime)) && !isShredded({ pieces: exif });
  });
}

/** Width and height, from an image's first bytes, or all of them where the format keeps them further behind. */
export async function dimensionsOf(bytes: Uint8Array): Promise<Dimensions> {
  const { imageSize } = await (sizes ??= loadSizes());
  for (let few = FEW_BYTES;; few *= MORE) {
    try {
      const { width, height } = atWork(() => imageSize(bytes.subarray(0, few)));
      return { width: pixels(width), height: pixels(height) };
    } catch {
      if (few >= bytes.length) return { width: 0, height: 0 }; // Damaged, or further behind than is looked.
    }
  }
}

function pixels(value: unknown): number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 1e9 ? Number(value) : 0;
}

/** Formats without metadata of this kind. */
const PLAIN = new Set(["image/bmp", "image/gif"]);

/** JPEGs keep their metadata, parts of 64 KiB at most, before the picture. */
const JPEG_BYTES = 256 << 10;

/**
 * The part of a JPEG in which metadata are: its beginning, up to the picture (the marker SOS), or nothing when no segment
 * there is of their kind (APP1). The library would look through the picture as well.
 */
function jpegMetadata(bytes: Uint8Array): Uint8Array {
  let found = false;
  let at = 2;
  while (bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    found ||= bytes[at + 1] === 0xe1;
    at += 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
  }
  if (bytes[at] !== 0xff) return bytes.subarray(0, JPEG_BYTES); // Not as it should be: the library may know better.
  return bytes.subarray(0, found ? at : 0);
}

/** Whether the metadata of an image of this MIME type say where it was taken. */
export async function isLocated(bytes: Uint8Array, mime: string): Promise<boolean> {
  if (PLAIN.has(mime)) return false;
  const part = mime === "image/jpeg" ? jpegMetadata(bytes) : bytes;
  if (part.length === 0) return false;
  const whole = Buffer.from(part.buffer, part.byteOffset, part.length);
  // XMP is text in UTF-8: the names of its properties stand there. A parser of XML can be made to take hours.
  if (PLACE.some((tag) => whole.includes(tag))) return true;
  const { load } = await (exif ??= loadExif());
  const { warn } = console;
  console.warn = () => {}; // It tells whoever sits at the terminal of damaged files.
  try {
    const tags = atWork(() => load(whole, ONLY_PLACE));
    return PLACE.some((tag) => tag in tags);
  } catch {
    return false; // No metadata, or damaged ones.
  } finally {
    console.warn = warn;
  }
}
