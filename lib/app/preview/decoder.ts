/**
 * Decodes images in a worker: one may be made to harm its decoder, so the worker has almost no permissions, and is
 * terminated if an image takes too long.
 */
import { fileURLToPath } from "node:url";
import { WorkerPool } from "../../worker/pool.ts";
import { type PoolTimeouts, WorkerError } from "../../worker/pool_worker.ts";
import { MAX_DECODED_BYTES, type Wrong } from "./decode.ts";

/**
 * Timeouts, in milliseconds: for loading the decoder, of 15 MB; for one image, where a large one takes about a second;
 * and for the next image, before the worker and its memory (100 to 600 MB) are released.
 */
export const DECODER_TIMEOUTS: Required<PoolTimeouts> = { start: 20_000, answer: 5_000, idle: 30_000 };

/** What is wrong with an image if its worker does not answer. */
const WRONG = { crashed: "unreadable", stuck: "too-slow", blocked: "blocked" } as const;

/** Passes images to a worker, one at a time, which starts with the first one, in half a second. */
export class Decoder<Request extends { readonly bytes: Uint8Array }, Answer> implements Disposable {
  readonly #pool: WorkerPool<Request, Answer | Wrong>;

  /** @param module The module of the worker. */
  constructor(module: URL, timeouts: PoolTimeouts) {
    const code = fileURLToPath(import.meta.resolve("@imagemagick/magick-wasm/magick.wasm"));
    this.#pool = new WorkerPool({
      module,
      // `env`: the variables that the program itself may read.
      permissions: { read: [code], write: false, net: false, run: false, ffi: false, sys: false, env: "inherit" },
      maxWorkers: 1,
      maxRequests: 1,
      timeouts,
    });
  }

  /**
   * The answer of the worker; the caller must not change the bytes meanwhile.
   *
   * @throws The signal's reason; an `AbortError` if this is closed.
   */
  async request(request: Request, signal?: AbortSignal): Promise<Answer | Wrong> {
    const { bytes } = request;
    if (bytes.length > MAX_DECODED_BYTES) return { wrong: "too-large" };
    // A view would be copied with all memory of its buffer.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    try {
      return await this.#pool.request({ ...request, bytes: own }, { signal });
    } catch (error) {
      if (!(error instanceof WorkerError)) throw error;
      if (error.kind === "closed") throw new DOMException("The decoder is closed.", "AbortError");
      return { wrong: WRONG[error.kind] };
    }
  }

  /** Ends the worker. */
  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}
