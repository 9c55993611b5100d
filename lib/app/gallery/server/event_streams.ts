/** The open event streams of the pages (HTML, "server-sent events"), and the events that one may have missed. */
import type { GalleryEvents } from "../api.ts";
import type { GalleryAccess } from "./access.ts";

/** The most open streams of a way in: each page that is seen has one. The oldest one is closed for a further one. */
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
  /** The open streams, in the order of their start, with the way in of each. */
  readonly #open = new Map<StreamController, GalleryAccess>();
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

  /** The ways in by which pages are open. */
  get accesses(): ReadonlySet<GalleryAccess> {
    return new Set(this.#open.values());
  }

  /** Sends an event to all pages, or to those that came by one way in; `json` is its data. */
  send(kind: keyof GalleryEvents, json: string, to?: GalleryAccess): void {
    this.#send(`event: ${kind}\ndata: ${json}\n\n`, to);
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
    this.#send(text);
  }

  /**
   * A new stream. It begins with `state`, and with what the page missed.
   *
   * @param lastId The number of the last event that the page received, if it was connected before.
   * @param signal Aborted when the page is gone.
   */
  open(
    state: string,
    lastId: string | null,
    signal: AbortSignal,
    access: GalleryAccess,
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    const alike = [...this.#open].filter(([, it]) => it === access);
    if (alike.length >= MAX_STREAMS) this.#close(alike[0][0]);
    let own: StreamController;
    const stream = new ReadableStream<string>({
      start: (controller) => {
        own = controller;
        this.#open.set(controller, access);
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

  #send(text: string, to?: GalleryAccess): void {
    for (const [controller, access] of this.#open) {
      if (to && access !== to) continue;
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
    [...this.#open.keys()].forEach((controller) => this.#close(controller));
  }
}
