/** Makes thumbnails in a worker, which is terminated if an image keeps it busy for too long. */
import type { ThumbnailSource } from "../../download/ask_thumbnail.ts";
import type { PoolTimeouts } from "../../worker/pool_worker.ts";
import type { Wrong } from "../preview/decode.ts";
import { Decoder, DECODER_TIMEOUTS } from "../preview/decoder.ts";
import type { Thumbnail } from "./encode_thumbnail.ts";

/** What the worker is asked for. */
export interface ThumbnailRequest {
  readonly bytes: Uint8Array;
  readonly source: ThumbnailSource;
  /** The longer side, in pixels. */
  readonly pixels: number;
}

/**
 * Timeouts, in milliseconds: a HEIC of 12 megapixels is decoded in a second, and on a small or busy machine in several.
 */
const TIMEOUTS = { ...DECODER_TIMEOUTS, answer: 10_000 };

/** The sizes that are made, in pixels of the longer side: few, so that each is made once and kept. */
const SIZES = [64, 128, 256, 512, 1_024];

/** The size that is made for this many pixels. */
export function thumbnailSize(pixels: number): number {
  return SIZES.find((size) => size >= pixels) ?? 1_024;
}

/** Makes thumbnails, one at a time, so that transfers keep the rest of the machine. */
export class ThumbnailMaker implements Disposable {
  readonly #decoder: Decoder<ThumbnailRequest, Thumbnail>;

  /** A maker without a worker yet: it starts with the first image, in half a second. */
  constructor(timeouts: PoolTimeouts = TIMEOUTS) {
    this.#decoder = new Decoder(new URL("./thumbnail_worker.ts", import.meta.url), timeouts);
  }

  /**
   * Makes a thumbnail whose longer side has at most `pixels` pixels; an image is not enlarged.
   *
   * @param request The caller must not change its bytes meanwhile.
   * @throws The signal's reason; an `AbortError` if the maker is closed.
   */
  make(request: ThumbnailRequest, signal?: AbortSignal): Promise<Thumbnail | Wrong> {
    return this.#decoder.request(request, signal);
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#decoder[Symbol.dispose]();
  }
}
