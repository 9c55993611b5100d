/** Encodes a decoded image as a small one. It is made from pixels alone, so that no metadata is in it. */
import type { IMagickImage } from "@imagemagick/magick-wasm";
import { rgbaToThumbHash } from "thumbhash";
import { MAX_THUMBNAIL_BYTES, MAX_THUMBNAIL_PIXELS } from "../../protocol/limits.ts";
import { whileBusy } from "../../worker/busy.ts";
import type { Wrong } from "../preview/decode.ts";
import { loadMagick } from "../preview/magick.ts";
import type { Picture } from "../preview/picture.ts";

/** A small picture of an image, in sRGB and without metadata. */
export interface Thumbnail {
  /** Its MIME type. */
  readonly type: "image/webp";
  /** At most 256 KiB, or 16 MiB with more than 1,024 pixels on a side. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Some 25 bytes from which a blurred placeholder is made (ThumbHash). */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** WebP's qualities; the next one is tried if the result is too large: noise of 1,024 pixels has 630, 450 and 180 KB. */
const QUALITIES = [75, 30, 1];

/** How much work WebP's encoder does, 0 to 6: with 1 it takes a fifth of the time of 4, and 5 % more bytes. */
const METHOD = "1";

/** The same for more than 1,024 pixels, of which somebody waits for one: half the time of 1 (12 megapixels: 0.5 s). */
const LARGE_METHOD = "0";

/** The most bytes of those. */
const MAX_LARGE_BYTES = 16 << 20;

/** The longest side from which the hash is computed, in pixels: it has seven waves in each direction. */
const HASHED_SIDE = 64;

/** Encodes a picture; the library is loaded when it is first needed. */
export async function encodeThumbnail({ width, height, rgba }: Picture): Promise<Thumbnail | Wrong> {
  const { ImageMagick, MagickGeometry, MagickReadSettings } = await loadMagick();
  const isLarge = Math.max(width, height) > MAX_THUMBNAIL_PIXELS;
  const settings = new MagickReadSettings({ format: "RGBA", width, height, depth: 8 });
  return whileBusy(() =>
    ImageMagick.read(rgba, settings, (image) => {
      image.settings.setDefine("webp:method", isLarge ? LARGE_METHOD : METHOD);
      for (const quality of QUALITIES) {
        image.quality = quality;
        image.settings.setDefine("webp:alpha-quality", `${quality}`);
        const bytes = image.write("WEBP", (bytes) => bytes.slice());
        if (bytes.length > (isLarge ? MAX_LARGE_BYTES : MAX_THUMBNAIL_BYTES)) continue;
        const scale = Math.min(1, HASHED_SIDE / Math.max(width, height));
        image.thumbnail(new MagickGeometry(Math.ceil(width * scale), Math.ceil(height * scale)));
        return { type: "image/webp", bytes, hash: hashOf(image) };
      }
      return { wrong: "too-large" };
    })
  );
}

function hashOf(image: IMagickImage): Uint8Array<ArrayBuffer> {
  const { width, height } = image;
  const rgba = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, "RGBA"));
  return Uint8Array.from(rgbaToThumbHash(width, height, rgba ?? new Uint8Array(4 * width * height)));
}
