/** A preview of an image in the terminal. */
import type { PoolTimeouts } from "../../worker/pool_worker.ts";
import type { Wrong } from "./decode.ts";
import { Decoder, DECODER_TIMEOUTS } from "./decoder.ts";
import type { Shown } from "./encode.ts";
import type { Graphics } from "./graphics.ts";
import type { Room } from "./picture.ts";

/** What the worker is asked for. */
export interface PreviewRequest {
  readonly bytes: Uint8Array;
  readonly graphics: Graphics;
  readonly room: Room;
  /** Whether the bytes are only the first part of the image. */
  readonly part: boolean;
}

/** A picture to write to the terminal, or why there is none. */
export type Preview = Shown | Wrong;

/** The options of a preview. */
export interface PreviewOptions {
  /** Whether the bytes are only the first part of the image: of a JPEG this shows the thumbnail, of others nothing. */
  readonly part?: boolean;
  /** Withdraws the request if its turn has not come yet. */
  readonly signal?: AbortSignal;
}

/** Renders images, one at a time, in a worker that starts with the first one, in half a second. */
export class Previewer implements Disposable {
  readonly #decoder: Decoder<PreviewRequest, Preview>;

  /** A previewer without a worker yet. */
  constructor(timeouts: PoolTimeouts = DECODER_TIMEOUTS) {
    this.#decoder = new Decoder(new URL("./preview_worker.ts", import.meta.url), timeouts);
  }

  /**
   * Renders an image for the terminal, within this many cells.
   *
   * @param bytes The whole image, or its first part; the caller must not change them meanwhile.
   * @throws The signal's reason; an `AbortError` if the previewer is closed.
   */
  async render(bytes: Uint8Array, graphics: Graphics, room: Room, options: PreviewOptions = {}): Promise<Preview> {
    const { part = false, signal } = options;
    return await this.#decoder.request({ bytes, graphics, room, part }, signal);
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#decoder[Symbol.dispose]();
  }
}
