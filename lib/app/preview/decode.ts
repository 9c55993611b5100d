/**
 * Decodes images of all shared formats to pixels.
 *
 * ImageMagick in WebAssembly does it: a hostile file cannot escape from it, but can keep it busy, and nothing can
 * interrupt it. So the parts of an image are counted first, and this runs in a worker without access to anything.
 */
import type { IColorProfile, IMagickColor, IMagickImage, MagickFormat } from "@imagemagick/magick-wasm";
import { ImageBytes } from "../../formats/bytes.ts";
import { formatOf, pixelsOf } from "../../formats/formats.ts";
import type { Parts } from "../../formats/image_format.ts";
import { hasTooManyPieces, isTooSlow, partsOf } from "../../formats/parts.ts";
import { imageType } from "../../formats/recognize.ts";
import { whileBusy } from "../../worker/busy.ts";
import { type EmbeddedThumbnail, embeddedThumbnail } from "./embedded_thumbnail.ts";
import { loadMagick, type Magick, MAX_PIXELS, MAX_SIDE } from "./magick.ts";
import { fit, type Frame, type Picture } from "./picture.ts";
import { srgbProfile } from "./srgb_profile.ts";

/** Why nothing can be shown. */
export interface Wrong {
  /**
   * It has too many bytes or pixels; it is no image, or a damaged one; it takes too long; another image, which takes too
   * long, has not ended yet.
   */
  readonly wrong: "too-large" | "unreadable" | "too-slow" | "blocked";
}

/** The largest image that is decoded, in bytes: photos are smaller, and it is copied twice. */
export const MAX_DECODED_BYTES: number = 64 << 20;

/** How many times as large a thumbnail may be shown: more would show no further detail. */
const ENLARGE_THUMBNAIL = 4;

/** How much the proportions of an embedded thumbnail may differ from those of its image: rounding to some 100 pixels. */
const SAME_PROPORTIONS = 0.02;

/** ImageMagick's numbers of errors that its limits cause: resources, and memory for pixels. */
const LIMIT_ERRORS = [400, 445, 700, 745];

/** How an image is decoded. */
export interface DecodeOptions {
  /** Whether the bytes are only the beginning of the image: then the embedded thumbnail of a JPEG is decoded instead. */
  readonly part?: boolean;
  /** Whether an embedded thumbnail is decoded instead if it fills the frame and has the proportions of the image. */
  readonly embedded?: boolean;
  /** The only types, and the longest side in pixels, that are decoded. */
  readonly only?: { readonly types: readonly string[]; readonly side: number };
}

/**
 * Decodes the (first) picture of an image, rotated by its metadata, to fit into a frame.
 *
 * @throws If the image broke the library: then nothing more can be decoded in this thread.
 */
export async function decode(
  bytes: Uint8Array,
  frame: Frame,
  { part = false, embedded = false, only }: DecodeOptions = {},
): Promise<Picture | Wrong> {
  if (bytes.length > MAX_DECODED_BYTES) return { wrong: "too-large" };
  const image = ImageBytes.of(bytes);
  const mime = await imageType(image) ?? "";
  const format = formatOf(mime);
  if (!format || part && format.name !== "JPEG" || only && !only.types.includes(mime)) return { wrong: "unreadable" };
  if (part) {
    const thumbnail = await embeddedThumbnail(bytes);
    return thumbnail ? await readEmbedded(thumbnail, frame) : { wrong: "unreadable" };
  }
  const parts = count(bytes, mime);
  if (hasTooManyPieces(parts)) return { wrong: "too-slow" };
  // The size that it states, before anything is decompressed; ImageMagick has the same limits.
  const { width, height } = whileBusy(() => pixelsOf(image, mime));
  if (width * height > MAX_PIXELS || Math.max(width, height) > (only?.side ?? MAX_SIDE)) {
    return { wrong: "too-large" };
  }
  if (embedded && format.name === "JPEG") {
    const thumbnail = await embeddedThumbnail(bytes);
    if (thumbnail && isEnough(thumbnail, frame, width / height)) {
      const picture = await readEmbedded(thumbnail, frame);
      if (!("wrong" in picture)) return picture;
    }
  }
  if (isTooSlow(parts, width * height || MAX_PIXELS)) return { wrong: "too-slow" };
  return await read(bytes, format.name, frame, { width, height });
}

/** Whether an embedded thumbnail fills the frame, and shows all of an image of this aspect. */
function isEnough({ bytes }: EmbeddedThumbnail, frame: Frame, aspect: number): boolean {
  const { width, height } = whileBusy(() => pixelsOf(ImageBytes.of(bytes), "image/jpeg"));
  return (width >= frame.width || height >= frame.height) && Math.abs(width / height / aspect - 1) <= SAME_PROPORTIONS;
}

async function readEmbedded(thumbnail: EmbeddedThumbnail, frame: Frame): Promise<Picture | Wrong> {
  if (isTooSlow(count(thumbnail.bytes, "image/jpeg"), MAX_PIXELS)) return { wrong: "too-slow" };
  return await read(thumbnail.bytes, "JPEG", frame, thumbnail);
}

function count(bytes: Uint8Array, mime: string): Readonly<Parts> {
  return whileBusy(() => partsOf(ImageBytes.of(bytes), mime));
}

/** What is known about an image: its size, or the rotation of a thumbnail. */
interface About {
  readonly width?: number;
  readonly height?: number;
  readonly orientation?: number;
}

async function read(bytes: Uint8Array, format: MagickFormat, frame: Frame, about: About): Promise<Picture | Wrong> {
  const { ColorProfile, ColorSpace, ImageMagick, MagickColors, MagickGeometry, MagickReadSettings } =
    await loadMagick();
  const { width = 0, height = 0, orientation } = about;
  const settings = new MagickReadSettings({ format, frameIndex: 0, frameCount: 1 });
  // JPEGs can be decoded at an eighth, a quarter or half their size, in far less time; twice the shown size stays
  // sharp.
  const enough = Math.ceil(2 * Math.max(frame.width * Math.max(1, frame.aspect), frame.height));
  if (Math.min(width, height) > enough) settings.setDefine("jpeg:size", `${enough}x${enough}`);
  try {
    return whileBusy(() =>
      ImageMagick.read(bytes, settings, (image) => {
        if (format === "GIF") putOnCanvas(image, MagickColors.Transparent, MagickGeometry);
        if (orientation !== undefined) image.orientation = orientation as typeof image.orientation;
        image.autoOrient();
        const { width, height } = fit(image, frame, orientation === undefined ? 1 : ENLARGE_THUMBNAIL);
        const size = new MagickGeometry(width, height);
        size.ignoreAspectRatio = true;
        image.thumbnail(size);
        toSrgb(image, new ColorProfile(srgbProfile()));
        image.colorSpace = ColorSpace.sRGB; // Colours for print without a profile are not.
        const rgba = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, "RGBA"));
        return rgba ? { width, height, rgba } : { wrong: "unreadable" };
      })
    );
  } catch (error) {
    // Any other error broke the library itself, which must be loaded again.
    if (!(error instanceof Error && "severity" in error)) throw error;
    return { wrong: LIMIT_ERRORS.includes(Number(error.severity)) ? "too-large" : "unreadable" };
  }
}

/** Puts the first frame of a GIF, which may be smaller than its canvas, at its place on it. */
function putOnCanvas(image: IMagickImage, clear: IMagickColor, Geometry: Magick["MagickGeometry"]): void {
  const { x, y, width, height } = image.page;
  if (width === image.width && height === image.height || width === 0 || height === 0) return;
  image.hasAlpha = true;
  image.extent(new Geometry(-x, -y, width, height), clear);
}

/** Converts the colours of an image by its profile; a damaged profile is ignored. */
function toSrgb(image: IMagickImage, srgb: IColorProfile): void {
  try {
    image.transformColorSpace(srgb);
  } catch {
    // As any program shows it that knows no profiles.
  }
}
