/** Encodes a decoded image as a thumbnail. It is made from pixels alone, so that no metadata is in it. */
import type { IMagickImage } from "@imagemagick/magick-wasm";
import { rgbaToThumbHash } from "thumbhash";
import { MAX_THUMBNAIL_BYTES } from "../../protocol/limits.ts";
import { whileBusy } from "../../worker/busy.ts";
import type { Wrong } from "../preview/decode.ts";
import { loadMagick } from "../preview/magick.ts";
import type { Picture } from "../preview/picture.ts";

/** A small picture of an image, in sRGB and without metadata. */
export interface Thumbnail {
  /** Its MIME type. */
  readonly type: "image/webp";
  /** At most 256 KiB. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Some 25 bytes from which a blurred placeholder is made (ThumbHash). */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** WebP's qualities; the next one is tried if the result is too large: noise of 1,024 pixels has 630, 450 and 180 KB. */
const QUALITIES = [75, 30, 1];

/** How much work WebP's encoder does, 0 to 6: with 1 it takes a fifth of the time of 4, and 5 % more bytes. */
const METHOD = "1";

/** The longest side from which the hash is computed, in pixels: it has seven waves in each direction. */
const HASHED_SIDE = 64;

/** Encodes a picture; the library is loaded when it is first needed. */
export async function encodeThumbnail({ width, height, rgba }: Picture): Promise<Thumbnail | Wrong> {
  const { ImageMagick, MagickReadSettings } = await loadMagick();
  const settings = new MagickReadSettings({ format: "RGBA", width, height, depth: 8 });
  return whileBusy(() =>
    ImageMagick.read(rgba, settings, (image) => {
      image.settings.setDefine("webp:method", METHOD);
      for (const quality of QUALITIES) {
        image.quality = quality;
        image.settings.setDefine("webp:alpha-quality", `${quality}`);
        const bytes = image.write("WEBP", (bytes) => bytes.slice());
        if (bytes.length <= MAX_THUMBNAIL_BYTES) return { type: "image/webp", bytes, hash: hashOf(image) };
      }
      return { wrong: "too-large" };
    })
  );
}

/** The hash of an image, which is shrunk for it. */
function hashOf(image: IMagickImage): Uint8Array<ArrayBuffer> {
  const scale = Math.min(1, HASHED_SIDE / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  image.resize(width, height);
  const rgba = image.getPixels((pixels) => pixels.toByteArray(0, 0, width, height, "RGBA"));
  return Uint8Array.from(rgbaToThumbHash(width, height, rgba ?? new Uint8Array(4 * width * height)));
}
