/**
 * A look at an image in the terminal.
 *
 * Whoever made the image may mean ill: it is decoded in a worker, which is ended when it takes too long.
 *
 * @module
 */
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

/** Takes looks, one after the other, in a worker that starts with the first. */
export class Previewer implements Disposable {
  readonly #waits: PreviewWaits;
  #worker: { readonly worker: Worker; readonly ready: Promise<boolean> } | null = null;
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
      return await this.#look({ bytes, graphics, room, part: options.part ?? false });
    });
    this.#turn = look.catch(() => {});
    return await look;
  }

  async #look(order: ToPreviewWorker): Promise<Preview> {
    this.#throwIfClosed();
    const { worker, ready } = this.#worker ??= this.#start();
    if (!await ready) return this.#giveUp("too-slow");
    const told = this.#wait(this.#waits.look);
    const bytes = order.bytes.slice(); // A view alone would have all the memory behind it copied.
    worker.postMessage({ ...order, bytes }, [bytes.buffer]);
    const preview = await told;
    if (preview === "late") return this.#giveUp("too-slow");
    if (preview === null || typeof preview === "string") return this.#giveUp("unreadable"); // It broke the worker.
    this.#idle = setTimeout(() => this.#end(), this.#waits.idle);
    return preview;
  }

  #start(): { worker: Worker; ready: Promise<boolean> } {
    const worker = new Worker(new URL("./preview_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromPreviewWorker>) => this.#tell(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#tell(null);
    };
    return { worker, ready: this.#wait(this.#waits.start).then((told) => told === "ready") };
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
