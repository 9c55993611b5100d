/** Decides which thumbnails are made for other peers, so that a crowd that asks for them does not slow down transfers. */
import type { SharedImage } from "../folder/image_index.ts";
import type { SharedFolder } from "../folder/shared_folder.ts";
import { pause } from "../net/pause.ts";
import { Slots } from "../net/slots.ts";
import { MAX_THUMBNAIL_BYTES } from "../protocol/limits.ts";
import type { PeerRefusal, ThumbnailType } from "../protocol/peer_reply.ts";

/** A small picture of an image. */
export interface ThumbnailFile {
  /** Its MIME type. */
  readonly type: ThumbnailType;
  /** At most 256 KiB. */
  readonly bytes: Uint8Array;
}

/**
 * Makes a thumbnail of a shared image, whose longer side has about `pixels` pixels (16 to 1,024); `null` if the image
 * cannot be decoded; `"busy"` if there is no time for it now.
 */
export type MakeThumbnail = (
  image: SharedImage,
  pixels: number,
  folder: SharedFolder,
) => Promise<ThumbnailFile | "busy" | null>;

/** The most thumbnails that are waited for at once: with a tenth of a second for each, the last one waits 3 s. */
const MAX_AT_ONCE = 32;

/** The same for one source, an address or a /64 of IPv6, so that it leaves room for others. */
const MAX_OF_SOURCE = 8;

/**
 * The longest wait for a thumbnail, in milliseconds: less than other peers wait for an answer. On a busy machine the
 * first one may take longer, since its decoder starts; it is made nevertheless, for the next request.
 */
const MAX_MS = 8_000;

/** Images count as being sent for this long after the last bytes, in milliseconds. */
const SENDING_MS = 500;

/** While images are sent, this many times as long as a thumbnail took none is made: a fifth of one processor is left. */
const REST = 4;

/** The thumbnails that are being made. */
export class ThumbnailQueue {
  readonly #make: MakeThumbnail | undefined;
  readonly #ending: AbortSignal;
  readonly #maxMs: number;
  readonly #bySource = new Map<string, number>();
  /** While images are sent, one is made at a time. */
  readonly #turns = new Slots(1);
  #size = 0;
  #sentAt = -Infinity;

  /** @param ending Then nothing is waited for any more. */
  constructor(make: MakeThumbnail | undefined, ending: AbortSignal, maxMs = MAX_MS) {
    [this.#make, this.#ending, this.#maxMs] = [make, ending, maxMs];
  }

  /** Notes that bytes of an image are sent. */
  noteSending(): void {
    this.#sentAt = performance.now();
  }

  get #isSending(): boolean {
    return performance.now() - this.#sentAt < SENDING_MS;
  }

  /** The thumbnail, or why there is none. */
  async make(
    image: SharedImage,
    pixels: number,
    folder: SharedFolder,
    source: string,
  ): Promise<ThumbnailFile | PeerRefusal> {
    const make = this.#make;
    if (!make) return "NO_THUMBNAIL";
    const ofSource = this.#bySource.get(source) ?? 0;
    if (this.#size >= MAX_AT_ONCE || ofSource >= MAX_OF_SOURCE) return "BUSY";
    this.#size++;
    this.#bySource.set(source, ofSource + 1);
    try {
      const late = new AbortController();
      const made = await Promise.race([
        this.#makeInTurn(() => make(image, pixels, folder)),
        pause(this.#maxMs, AbortSignal.any([late.signal, this.#ending])).then(() => "busy" as const),
      ]).finally(() => late.abort());
      if (made === "busy") return "BUSY";
      return made && made.bytes.length <= MAX_THUMBNAIL_BYTES ? made : "NO_THUMBNAIL";
    } catch {
      return "BUSY"; // The file changed, or the program is ending: it may work later.
    } finally {
      this.#size--;
      const left = this.#bySource.get(source)! - 1;
      if (left > 0) this.#bySource.set(source, left);
      else this.#bySource.delete(source);
    }
  }

  async #makeInTurn<T>(make: () => Promise<T>): Promise<T> {
    if (!this.#isSending) return await make();
    const turn = await this.#turns.enter(this.#ending);
    const began = performance.now();
    try {
      return await make();
    } finally {
      const rest = this.#isSending ? REST * (performance.now() - began) : 0;
      void pause(rest, this.#ending).then(() => turn[Symbol.dispose]());
    }
  }
}
