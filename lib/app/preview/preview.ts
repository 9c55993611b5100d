/**
 * A look at an image in the terminal.
 *
 * Whoever made the image may mean ill: it is decoded in a worker that may reach nothing, and is given up when it takes too
 * long. Nothing stops what such a worker computes; so there is no other one before it has ended.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Ending, newFlag } from "../../worker/busy.ts";
import { MAX_LOOKED_AT_BYTES, type Wrong } from "./decode.ts";
import type { Shown } from "./encode.ts";
import type { Graphics } from "./graphics.ts";
import type { Room } from "./picture.ts";
import type { FromPreviewWorker, ToPreviewWorker } from "./worker_messages.ts";

/** A picture to be written to the terminal, or why there is none. */
export type Preview = Shown | Wrong;

/** How a look is taken. */
export interface PreviewOptions {
  /** Whether only the beginning of the image is there: of JPEGs that shows their thumbnail, of others nothing. */
  readonly part?: boolean;
  /** Gives it up, as long as its turn has not come. */
  readonly signal?: AbortSignal;
  /** Who takes it; one of its own, which takes half a second to start, when this is left out. */
  readonly previewer?: Previewer;
}

/** Limits on waiting, in milliseconds. */
export interface PreviewWaits {
  /** For the decoder, of 15 MB, to be loaded. */
  readonly start: number;
  /** For one look: large images take about a second, and who looks through many waits no longer. */
  readonly look: number;
  /** For the next look, before the worker and its memory (100 to 600 MB) are given back. */
  readonly idle: number;
}

/** The usual ones. */
export const PREVIEW_WAITS: PreviewWaits = { start: 20_000, look: 5_000, idle: 30_000 };

/** Workers of all previewers that were given up while they worked. */
const ending = new Ending();

/** How often it is looked whether these have ended, in milliseconds. */
const ENDING_MS = 50;

/** What the worker may reach: the code of the decoder. `env` is what the program itself may see of it. */
function permissions(): Deno.PermissionOptionsObject {
  const wasm = import.meta.resolve("@imagemagick/magick-wasm/magick.wasm");
  return { read: [fileURLToPath(wasm)], write: false, net: false, run: false, ffi: false, sys: false, env: "inherit" };
}

/** Takes looks, one after the other, in a worker that starts with the first. */
export class Previewer implements Disposable {
  readonly #waits: PreviewWaits;
  #worker: { readonly worker: Worker; readonly flag: SharedArrayBuffer; readonly ready: Promise<boolean> } | null =
    null;
  /** Whether the worker has something to do. */
  #isAtWork = false;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** Called with what the worker tells, or `null` when it failed. */
  #tell: (message: FromPreviewWorker | null) => void = () => {};
  #closed = false;

  /** One that has not started a worker yet. */
  constructor(waits: PreviewWaits = PREVIEW_WAITS) {
    this.#waits = waits;
  }

  /**
   * Makes of an image what the terminal understands, no larger than this many cells.
   *
   * @param bytes All of the image, or its beginning; they stay the caller's, who leaves them alone meanwhile.
   * @throws The signal's reason; an `AbortError` when the previewer is closed.
   */
  async render(bytes: Uint8Array, graphics: Graphics, room: Room, options: PreviewOptions = {}): Promise<Preview> {
    if (bytes.length > MAX_LOOKED_AT_BYTES) return { wrong: "too-large" };
    const look = this.#turn.then(async () => {
      options.signal?.throwIfAborted();
      clearTimeout(this.#idle);
      return await this.#look({ bytes, graphics, room, part: options.part ?? false }, options.signal);
    });
    this.#turn = look.catch(() => {});
    return await look;
  }

  async #look(order: Omit<ToPreviewWorker, "flag">, signal?: AbortSignal): Promise<Preview> {
    this.#throwIfClosed();
    if (!this.#worker && !await this.#othersEnded(signal)) return { wrong: "too-slow" };
    this.#throwIfClosed();
    const { worker, flag, ready } = this.#worker ??= this.#start();
    if (!await ready) return this.#giveUp("too-slow");
    const told = this.#wait(this.#waits.look);
    const bytes = order.bytes.slice(); // A view alone would have all the memory behind it copied.
    this.#isAtWork = true;
    worker.postMessage({ ...order, bytes, flag }, [bytes.buffer]);
    const preview = await told;
    if (preview !== "late") this.#isAtWork = false;
    if (preview === "late") return this.#giveUp("too-slow");
    if (preview === null || typeof preview === "string") return this.#giveUp("unreadable"); // It broke the worker.
    this.#idle = setTimeout(() => this.#end(), this.#waits.idle);
    return preview;
  }

  /** Whether all workers that were given up have ended, now or before a look takes too long: none is started beside them. */
  async #othersEnded(signal?: AbortSignal): Promise<boolean> {
    for (const until = performance.now() + this.#waits.look; ending.isUnderWay;) {
      if (performance.now() >= until) return false;
      await new Promise((resolve) => setTimeout(resolve, ENDING_MS));
      signal?.throwIfAborted();
      this.#throwIfClosed();
    }
    return true;
  }

  #start(): { worker: Worker; flag: SharedArrayBuffer; ready: Promise<boolean> } {
    const url = new URL("./preview_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module", deno: { permissions: permissions() } });
    worker.onmessage = ({ data }: MessageEvent<FromPreviewWorker>) => this.#tell(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#tell(null);
    };
    return { worker, flag: newFlag(), ready: this.#wait(this.#waits.start).then((told) => told === "ready") };
  }

  /** What the worker tells next, if it does so within `ms` milliseconds. */
  async #wait(ms: number): Promise<FromPreviewWorker | null | "late"> {
    const told = Promise.withResolvers<FromPreviewWorker | null | "late">();
    this.#tell = told.resolve;
    const timer = setTimeout(told.resolve, ms, "late");
    return await told.promise.finally(() => clearTimeout(timer));
  }

  #giveUp(wrong: Wrong["wrong"]): Wrong {
    this.#end();
    this.#throwIfClosed();
    return { wrong };
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new DOMException("Nothing is looked at any more.", "AbortError");
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#worker?.worker.terminate();
    if (this.#worker && this.#isAtWork) ending.add(this.#worker.flag);
    this.#isAtWork = false;
    this.#worker = null;
  }

  /** Ends the worker, and a look that is under way. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#end();
    this.#tell(null);
  }
}

/**
 * Makes of an image what the terminal understands, no larger than this many cells; see {@link Previewer.render}.
 *
 * @throws The signal's reason; an `AbortError` when the previewer is closed.
 */
export async function renderPreview(
  bytes: Uint8Array,
  graphics: Graphics,
  room: Room,
  options: PreviewOptions = {},
): Promise<Preview> {
  using own = options.previewer ? null : new Previewer();
  return await (options.previewer ?? own!).render(bytes, graphics, room, options);
}
