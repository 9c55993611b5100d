/** The open event streams of the pages (HTML, "server-sent events"), and the events that one may have missed. */
import type { GalleryEvents } from "../api.ts";

/** The most open streams: each page that is seen has one. The oldest one is closed for a further one. */
const MAX_STREAMS = 16;

/** The most characters of events that are kept for pages that connect again. */
const MAX_KEPT = 4 << 20;

/** The most characters that wait for a page that does not read: then its stream is closed, and it connects again. */
const MAX_WAITING = 16 << 20;

/** How often something is sent, in milliseconds, so that a page that is gone is noticed, and pages notice that this is. */
const BEAT_MS = 15_000;

/** How long a page waits before it connects again, in milliseconds. */
const RETRY_MS = 1_000;

type StreamController = ReadableStreamDefaultController<string>;

export class EventStreams implements Disposable {
  /** Called with the number of streams when it changes. */
  onCount: (count: number) => void = () => {};
  readonly #open = new Set<StreamController>();
  /** The texts of the last events that are kept, and the number of the first of them. */
  readonly #kept: string[] = [];
  #firstKept: number;
  #keptLength = 0;
  #beat: ReturnType<typeof setInterval> | undefined;

  /** @param first The number of the first event: by default the time, so that no earlier run has had the same. */
  constructor(first = Date.now()) {
    this.#firstKept = first;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The number of the last event that was kept. */
  get #last(): number {
    return this.#firstKept + this.#kept.length - 1;
  }

  /** Sends an event to all pages; `json` is its data. */
  send(kind: keyof GalleryEvents, json: string): void {
    this.#sendAll(`event: ${kind}\ndata: ${json}\n\n`);
  }

  /** The same, also for pages that connect again later. */
  keep(kind: keyof GalleryEvents, json: string): void {
    const text = `id: ${this.#last + 1}\nevent: ${kind}\ndata: ${json}\n\n`;
    this.#kept.push(text);
    this.#keptLength += text.length;
    while (this.#keptLength > MAX_KEPT) {
      this.#keptLength -= this.#kept.shift()!.length;
      this.#firstKept++;
    }
    this.#sendAll(text);
  }

  /**
   * A new stream. It begins with `state`, and with what the page missed.
   *
   * @param lastId The number of the last event that the page received, if it was connected before.
   * @param signal Aborted when the page is gone.
   */
  open(state: string, lastId: string | null, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
    if (this.#open.size >= MAX_STREAMS) this.#close(this.#open.values().next().value!);
    let own: StreamController;
    const stream = new ReadableStream<string>({
      start: (controller) => {
        own = controller;
        this.#open.add(controller);
        controller.enqueue(`retry: ${RETRY_MS}\nid: ${this.#last}\nevent: state\ndata: ${state}\n\n`);
        this.#missed(lastId).forEach((text) => controller.enqueue(text));
      },
      cancel: () => this.#leave(own),
    }, { highWaterMark: 0, size: (text) => text.length });
    signal.addEventListener("abort", () => this.#close(own), { once: true });
    this.#beat ??= setInterval(() => this.send("beat", "null"), BEAT_MS);
    this.onCount(this.#open.size);
    return stream.pipeThrough(new TextEncoderStream());
  }

  #missed(lastId: string | null): readonly string[] {
    if (lastId === null) return [];
    const last = /^\d{1,15}$/.test(lastId) ? Number(lastId) : -1;
    const isKnown = last >= this.#firstKept - 1 && last <= this.#last;
    return isKnown ? this.#kept.slice(last + 1 - this.#firstKept) : ["event: reload\ndata: null\n\n"];
  }

  #sendAll(text: string): void {
    for (const controller of this.#open) {
      controller.enqueue(text);
      if ((controller.desiredSize ?? 0) >= -MAX_WAITING) continue;
      controller.error(new Error("it is not read")); // What waits is discarded.
      this.#leave(controller);
    }
  }

  #close(controller: StreamController): void {
    if (!this.#open.has(controller)) return;
    controller.close();
    this.#leave(controller);
  }

  #leave(controller: StreamController): void {
    if (!this.#open.delete(controller)) return;
    if (this.#open.size === 0) {
      clearInterval(this.#beat);
      this.#beat = undefined;
    }
    this.onCount(this.#open.size);
  }

  /** Tells all pages that the client ends, and closes their streams. */
  [Symbol.dispose](): void {
    this.send("bye", "null");
    [...this.#open].forEach((controller) => this.#close(controller));
  }
}
