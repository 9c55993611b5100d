/** The pictures that the page shows: those of the directory from their files, those of other peers from memory. */
import type { Peer } from "../../../peer/peer.ts";
import { Slots } from "../../../net/slots.ts";
import type { SharedImage } from "../../../folder/image_index.ts";
import { ImageBytes } from "../../../formats/bytes.ts";
import { pixelsOf } from "../../../formats/formats.ts";
import { imageType } from "../../../formats/recognize.ts";
import type { ThumbnailReason } from "../../thumbnails/refusals.ts";
import type { Thumbnails } from "../../thumbnails/thumbnails.ts";
import { MAX_DECODED_BYTES } from "../../preview/decode.ts";
import { PICTURE_CACHE, respond } from "./answers.ts";
import { imageFile, savedAs } from "./image_file.ts";
import type { NetworkView } from "./network_view.ts";

/** Makes small pictures of images, here or of other peers. */
export type SmallPictures = Pick<Thumbnails, "get" | "decode" | "hashes">;

/** The formats that browsers show: no SVG, which is a document with scripts. */
const OF_BROWSERS = new Set(["jpeg", "png", "apng", "gif", "webp", "avif", "bmp"].map((it) => `image/${it}`));

/** The most pixels that a browser is given to decode: four bytes each, 400 MB. */
const MAX_PIXELS = 100_000_000;

/**
 * The longer side of pictures in other formats, in pixels: as wide as a large screen. Larger ones are reduced, since a
 * whole photo would take seconds more; its file can still be saved as it is.
 */
const DECODED_PIXELS = 4_096;

/** The sizes of thumbnails that may be requested, in pixels. */
const THUMBNAIL_PIXELS = { least: 16, most: 1_024, default: 256 };

/** The largest image of another peer that is held in memory, in bytes. */
const MAX_PEEK_BYTES = 64 << 20;

/** How many whole images are held in memory at a time. */
const HELD_AT_ONCE = 2;

export class Pictures {
  readonly #peer: Peer;
  readonly #view: NetworkView;
  readonly #thumbnails: SmallPictures;
  readonly #held = new Slots(HELD_AT_ONCE);

  constructor(peer: Peer, view: NetworkView, thumbnails: SmallPictures) {
    [this.#peer, this.#view, this.#thumbnails] = [peer, view, thumbnails];
  }

  /** A thumbnail of a size in pixels, as it was requested; or why there is none. */
  async thumbnail(md5: string, size: string | null, signal: AbortSignal): Promise<Response | ThumbnailReason> {
    const { least, most, default: usual } = THUMBNAIL_PIXELS;
    const pixels = /^\d{1,4}$/.test(size ?? "") ? Math.min(most, Math.max(least, Number(size))) : usual;
    const made = await this.#thumbnails.get(md5, pixels, signal);
    return "reason" in made ? made.reason : picture(made.bytes, made.type);
  }

  /**
   * A whole picture as browsers show it, or why there is none.
   *
   * @throws {Fault} If the file or all peers fail; the reason of the signal.
   */
  async whole(md5: string, request: Request): Promise<Response | ThumbnailReason> {
    const own = await this.#view.here(md5);
    if (own && OF_BROWSERS.has(own.mime)) {
      return own.width * own.height > MAX_PIXELS ? "too-large" : await imageFile(this.#peer.folder, own, request);
    }
    const { signal } = request;
    using _slot = await this.#held.enter(signal);
    const held = own ? await this.#read(own) : await this.#peek(md5, signal);
    if (typeof held === "string") return held;
    const { bytes, mime } = held;
    if (OF_BROWSERS.has(mime)) {
      const { width, height } = pixelsOf(ImageBytes.of(bytes), mime);
      return width * height > MAX_PIXELS ? "too-large" : picture(bytes, mime);
    }
    const made = await this.#thumbnails.decode(bytes, DECODED_PIXELS, signal);
    return "reason" in made ? made.reason : picture(made.bytes, made.type);
  }

  /** The bytes of an image as a file for the browser to save. */
  async original(md5: string, request: Request): Promise<Response | ThumbnailReason> {
    const own = await this.#view.here(md5);
    if (own) return await imageFile(this.#peer.folder, own, request, savedAs(own.name));
    using _slot = await this.#held.enter(request.signal);
    const held = await this.#peek(md5, request.signal);
    if (typeof held === "string") return held;
    return picture(held.bytes, held.mime, savedAs(this.#view.listed(md5)!.name));
  }

  async #read(image: SharedImage): Promise<HeldImage | ThumbnailReason> {
    if (image.size > MAX_DECODED_BYTES) return "too-large";
    using file = await this.#peer.folder.open(image);
    return { bytes: await file.readAll(MAX_DECODED_BYTES), mime: image.mime };
  }

  async #peek(md5: string, signal: AbortSignal): Promise<HeldImage | ThumbnailReason> {
    const image = this.#view.listed(md5);
    if (!image) return "unlisted";
    const { downloads } = this.#peer;
    if ((downloads.infos.get(md5)?.size ?? 0) > MAX_PEEK_BYTES) return "too-large";
    const { bytes, whole } = await downloads.peek(image, MAX_PEEK_BYTES, signal);
    if (!whole) return "too-large";
    const mime = await imageType(ImageBytes.of(bytes));
    return mime === null ? "unreadable" : { bytes: bytes as Uint8Array<ArrayBuffer>, mime };
  }
}

/** A whole image in memory. */
interface HeldImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: string;
}

function picture(
  bytes: Uint8Array<ArrayBuffer>,
  mime: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return respond(bytes, mime, { headers: { ...PICTURE_CACHE, ...headers } });
}
