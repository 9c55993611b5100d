/**
 * A preview of an image in the terminal.
 *
 * An image may be made to harm its decoder: a worker with almost no permissions decodes it, and is terminated if that
 * takes too long.
 */
import { fileURLToPath } from "node:url";
import { WorkerPool } from "../../worker/pool.ts";
import { type PoolTimeouts, WorkerError } from "../../worker/pool_worker.ts";
import { MAX_DECODED_BYTES, type Wrong } from "./decode.ts";
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

/**
 * Timeouts, in milliseconds: for loading the decoder, of 15 MB; for one image, where a large one takes about a second;
 * and for the next image, before the worker and its memory (100 to 600 MB) are released.
 */
export const PREVIEW_TIMEOUTS: Required<PoolTimeouts> = { start: 20_000, answer: 5_000, idle: 30_000 };

/** Renders images, one at a time, in a worker that starts with the first one, in half a second. */
export class Previewer implements Disposable {
  readonly #pool: WorkerPool<PreviewRequest, Preview>;

  /** A previewer without a worker yet. */
  constructor(timeouts: PoolTimeouts = PREVIEW_TIMEOUTS) {
    const decoder = fileURLToPath(import.meta.resolve("@imagemagick/magick-wasm/magick.wasm"));
    this.#pool = new WorkerPool({
      module: new URL("./preview_worker.ts", import.meta.url),
      // `env`: the variables that the program itself may read.
      permissions: { read: [decoder], write: false, net: false, run: false, ffi: false, sys: false, env: "inherit" },
      maxWorkers: 1,
      maxRequests: 1,
      timeouts,
    });
  }

  /**
   * Renders an image for the terminal, within this many cells.
   *
   * @param bytes The whole image, or its first part; the caller must not change them meanwhile.
   * @throws The signal's reason; an `AbortError` if the previewer is closed.
   */
  async render(bytes: Uint8Array, graphics: Graphics, room: Room, options: PreviewOptions = {}): Promise<Preview> {
    if (bytes.length > MAX_DECODED_BYTES) return { wrong: "too-large" };
    const { part = false, signal } = options;
    // A view would be copied with all memory of its buffer.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    try {
      return await this.#pool.request({ bytes: own, graphics, room, part }, { signal });
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      if (error.kind === "closed") throw new DOMException("The previewer is closed.", "AbortError");
      return { wrong: error.kind === "crashed" ? "unreadable" : "too-slow" };
    }
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}
