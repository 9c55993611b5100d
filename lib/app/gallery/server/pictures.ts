/** The pictures that the page shows: those of the directory from their files, those of other peers from memory. */
import type { Peer } from "../../../peer/peer.ts";
import { Slots } from "../../../net/slots.ts";
import type { SharedImage } from "../../../folder/image_index.ts";
import { ImageBytes } from "../../../formats/bytes.ts";
import { pixelsOf } from "../../../formats/formats.ts";
import { imageType } from "../../../formats/recognize.ts";
import type { PlainFile } from "../../../files/plain_file.ts";
import type { ThumbnailReason } from "../../thumbnails/refusals.ts";
import type { Thumbnails } from "../../thumbnails/thumbnails.ts";
import { PICTURE_CACHE, respond } from "./answers.ts";
import type { NetworkView } from "./network_view.ts";

/** Makes small pictures of images, here or of other peers. */
export type SmallPictures = Pick<Thumbnails, "get" | "hashes">;

/** The formats that browsers show: no SVG, which is a document with scripts. */
const OF_BROWSERS = new Set(["jpeg", "png", "apng", "gif", "webp", "avif", "bmp"].map((it) => `image/${it}`));

/** The most pixels that a browser is given to decode: four bytes each, 400 MB. */
const MAX_PIXELS = 100_000_000;

/** The size in which other formats are shown, in pixels: the largest that is made. */
const DECODED_PIXELS = 1_024;

/** The sizes of thumbnails that may be requested, in pixels. */
const THUMBNAIL_PIXELS = { least: 16, most: 1_024, default: 256 };

/** The largest image of another peer that is held in memory, in bytes, and how many at a time. */
const MAX_PEEK_BYTES = 64 << 20;
const PEEKS_AT_ONCE = 2;

/** How many bytes of a file are read at a time. */
const CHUNK_BYTES = 256 << 10;

export class Pictures {
  readonly #peer: Peer;
  readonly #view: NetworkView;
  readonly #thumbnails: SmallPictures;
  readonly #peeks = new Slots(PEEKS_AT_ONCE);

  constructor(peer: Peer, view: NetworkView, thumbnails: SmallPictures) {
    [this.#peer, this.#view, this.#thumbnails] = [peer, view, thumbnails];
  }

  /** A thumbnail of a size in pixels, as it was requested; or why there is none. */
  async thumbnail(md5: string, size: string | null, signal: AbortSignal): Promise<Response | ThumbnailReason> {
    const { least, most, default: usual } = THUMBNAIL_PIXELS;
    const pixels = /^\d{1,4}$/.test(size ?? "") ? Math.min(most, Math.max(least, Number(size))) : usual;
    return await this.#small(md5, pixels, signal);
  }

  async #small(md5: string, pixels: number, signal: AbortSignal): Promise<Response | ThumbnailReason> {
    const made = await this.#thumbnails.get(md5, pixels, signal);
    if ("reason" in made) return made.reason;
    return picture(made.bytes, made.type);
  }

  /**
   * A whole picture as browsers show it, or why there is none.
   *
   * @throws {Fault} If the file or all peers fail; the reason of the signal.
   */
  async whole(md5: string, signal: AbortSignal): Promise<Response | ThumbnailReason> {
    const own = await this.#view.here(md5);
    if (own && OF_BROWSERS.has(own.mime)) {
      if (own.width * own.height > MAX_PIXELS) return "too-large";
      return await this.#file(own, {});
    }
    const remote = own ? null : await this.#peek(md5, signal);
    if (typeof remote === "string") return remote;
    if (remote && OF_BROWSERS.has(remote.mime)) {
      const { width, height } = pixelsOf(ImageBytes.of(remote.bytes), remote.mime);
      return width * height > MAX_PIXELS ? "too-large" : picture(remote.bytes, remote.mime);
    }
    return await this.#small(md5, DECODED_PIXELS, signal);
  }

  /** The bytes of an image as a file for the browser to save. */
  async original(md5: string, signal: AbortSignal): Promise<Response | ThumbnailReason> {
    const own = await this.#view.here(md5);
    if (own) return await this.#file(own, attachment(own.name));
    const remote = await this.#peek(md5, signal);
    if (typeof remote === "string") return remote;
    return picture(remote.bytes, remote.mime, attachment(this.#view.listed(md5)!.name));
  }

  async #file(image: SharedImage, headers: Readonly<Record<string, string>>): Promise<Response> {
    const file = await this.#peer.folder.open(image);
    const length = { "content-length": `${image.size}` };
    return respond(streamOf(file), image.mime, { headers: { ...PICTURE_CACHE, ...length, ...headers } });
  }

  async #peek(
    md5: string,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly mime: string } | ThumbnailReason> {
    const image = this.#view.listed(md5);
    if (!image) return "unlisted";
    const { downloads } = this.#peer;
    if ((downloads.infos.get(md5)?.size ?? 0) > MAX_PEEK_BYTES) return "too-large";
    using _slot = await this.#peeks.enter(signal);
    const { bytes, whole } = await downloads.peek(image, MAX_PEEK_BYTES, signal);
    if (!whole) return "too-large";
    const mime = await imageType(ImageBytes.of(bytes));
    return mime === null ? "unreadable" : { bytes: bytes as Uint8Array<ArrayBuffer>, mime };
  }
}

function picture(
  bytes: Uint8Array<ArrayBuffer>,
  mime: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return respond(bytes, mime, { headers: { ...PICTURE_CACHE, ...headers } });
}

/** Has the browser save the answer under the last part of a name (RFC 6266, RFC 8187). */
function attachment(name: string): Record<string, string> {
  const last = name.slice(name.lastIndexOf("/") + 1).toWellFormed();
  const encoded = encodeURIComponent(last).replace(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return { "content-disposition": `attachment; filename*=UTF-8''${encoded}` };
}

function streamOf(file: PlainFile): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const bytes = new Uint8Array(CHUNK_BYTES);
      try {
        const n = await file.read(bytes);
        if (n !== null) return controller.enqueue(bytes.subarray(0, n));
        file.close();
        controller.close();
      } catch (error) {
        file.close();
        throw error;
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}
