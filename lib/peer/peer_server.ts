/** The serving side of a peer: answers `GET`, and `RNG`, `INF` and `THM` of our own programs. */
import { infoOf, type SharedImage } from "../folder/image_index.ts";
import type { PlainFile } from "../files/plain_file.ts";
import type { SharedFolder } from "../folder/shared_folder.ts";
import type { Address } from "../protocol/address.ts";
import { isFault } from "../fault/fault.ts";
import { MAX_IMAGE_BYTES, MAX_PEER_REQUEST_BYTES } from "../protocol/limits.ts";
import { notify } from "../fault/notify.ts";
import { formatPeerReply, type PeerReply } from "../protocol/peer_reply.ts";
import { parsePeerRequest, type PeerRequest } from "../protocol/peer_request.ts";
import { writeAll } from "../net/io.ts";
import { LineReader } from "../net/lines.ts";
import { type RateLimit, UNLIMITED } from "../net/rate_limit.ts";
import type { ServedEvent } from "./served_event.ts";
import { type Part, sendImage } from "./send_image.ts";
import { type MakeThumbnail, ThumbnailQueue } from "./thumbnail_queue.ts";
import { Crowd, type Slot } from "../net/crowd.ts";
import { Sent, type SentPart } from "./sent.ts";
import { acceptAll, finishSending, SilenceGuard } from "../net/tcp.ts";

/** Timeouts of a client, in milliseconds. */
export interface ServeTimeouts {
  /** To send its whole request. */
  readonly request: number;
  /** To read anything more of an image. */
  readonly stall: number;
  /** To close after the last byte, or to send another request. */
  readonly farewell: number;
}

/** A request is a small packet; the system wakes a writer only when much of its buffer was read. */
const DEFAULT_TIMEOUTS: ServeTimeouts = { request: 5_000, stall: 60_000, farewell: 5_000 };

/** The most connections at once: they need file descriptors, and blocks of memory ({@link sendImage}). */
const MAX_CONVERSATIONS = 256;

/** The most connections at once of an address, or a /64 of IPv6: a class behind one address. */
const MAX_OF_SOURCE = 64;

/** The most events reported for a connection: a whole large library. */
const MAX_REPORTED = 100_000;

/** A connection that requests this many missing images will not request an existing one. */
const MAX_REFUSALS = 1_000;

/** The options of serving. Exceptions in the callback go to standard error, and stop nothing. */
export interface ServeOptions {
  readonly onEvent?: (event: ServedEvent) => void;
  readonly timeouts?: ServeTimeouts;
  readonly limit?: RateLimit;
  /** Makes thumbnails of shared images; without it, there are none. */
  readonly thumbnails?: MakeThumbnail;
  /** Called with each request, and as bytes of an image are sent. */
  readonly onActivity?: () => void;
}

/** Answers other peers on `listener` with the images of `folder`, until `ending` is aborted. */
export function servePeers(
  listener: Deno.TcpListener,
  folder: SharedFolder,
  ending: AbortSignal,
  { onEvent = () => {}, timeouts = DEFAULT_TIMEOUTS, limit = UNLIMITED, thumbnails, onActivity = () => {} }:
    ServeOptions = {},
): Promise<void> {
  const crowd = new Crowd({ most: MAX_CONVERSATIONS, ofSource: MAX_OF_SOURCE });
  const thumbnailQueue = new ThumbnailQueue(thumbnails, ending);
  const serving = { folder, timeouts, limit, crowd, ending, onEvent, sentTo: new Sent(), thumbnailQueue, onActivity };
  return acceptAll(listener, crowd, ending, async (conn, to, slot) => {
    conn.setNoDelay(true); // A short end must not wait for the other side to acknowledge earlier bytes.
    await new Conversation(serving, conn, to, slot).run();
  });
}

/** What all connections share. */
interface Serving {
  readonly folder: SharedFolder;
  readonly timeouts: ServeTimeouts;
  readonly limit: RateLimit;
  readonly crowd: Crowd;
  readonly ending: AbortSignal;
  readonly onEvent: (event: ServedEvent) => void;
  readonly sentTo: Sent;
  readonly thumbnailQueue: ThumbnailQueue;
  readonly onActivity: () => void;
}

type Asked = Exclude<PeerRequest, { type: "more" | "invalid" }> | "no-request" | "silent";

class Conversation {
  readonly #serving: Serving;
  readonly #conn: Deno.TcpConn;
  readonly #to: Address;
  readonly #slot: Slot;
  readonly #lines: LineReader;
  /** Events that were already reported: many requests of a byte each must not fill a screen. */
  readonly #reported = new Set<string>();
  /** Parts that were sent, but may not have arrived. */
  #untaken: (SentPart & { readonly image: SharedImage })[] = [];
  #refusals = 0;

  constructor(serving: Serving, conn: Deno.TcpConn, to: Address, slot: Slot) {
    [this.#serving, this.#conn, this.#to, this.#slot] = [serving, conn, to, slot];
    this.#lines = new LineReader(conn, MAX_PEER_REQUEST_BYTES);
  }

  /** Answers one `GET`, or any number of other requests. */
  async run(): Promise<void> {
    try {
      await this.#converse();
    } finally {
      this.#taken(); // Everything sent so far counts as received, unless a reset showed otherwise.
    }
  }

  async #converse(): Promise<void> {
    const { timeouts } = this.#serving;
    for (let first = true;; first = false) {
      const asked = await this.#read(first ? timeouts.request : timeouts.farewell);
      if (typeof asked === "string") return first || asked === "no-request" ? this.#notServed(asked) : undefined;
      if (asked.type === "md5") return await this.#sendWhole(this.#serving.folder.byMd5(asked.md5), asked.md5);
      if (asked.type === "name") return await this.#sendWhole(this.#serving.folder.byName(asked.name));
      const more = asked.type === "range"
        ? await this.#sendRange(asked.md5, asked.offset, asked.length)
        : asked.type === "info"
        ? await this.#sendInfo(asked.md5)
        : await this.#sendThumbnail(asked.md5, asked.pixels);
      if (!more || this.#refusals > MAX_REFUSALS) return;
    }
  }

  /** The next complete request, within a time limit. */
  async #read(ms: number): Promise<Asked> {
    using _guard = new SilenceGuard(this.#conn, ms);
    this.#slot.waits();
    for (let ended = false;;) {
      // Bytes after the first line belong to the next request.
      const { pending } = this.#lines;
      const line = pending.indexOf(10) + 1 || pending.length;
      const request = parsePeerRequest(pending.subarray(0, line), ended);
      if (request.type === "invalid") return pending.length === 0 ? "silent" : "no-request";
      if (request.type !== "more") {
        this.#lines.skip("taken" in request ? request.taken : line);
        this.#moves();
        return request;
      }
      ended = await this.#more().catch(() => 0) === 0;
    }
  }

  #moves(): void {
    this.#slot.moves();
    this.#serving.onActivity();
  }

  /** Reads more bytes, which shows whether the bytes sent so far were received. */
  async #more(): Promise<number> {
    try {
      const n = await this.#lines.more();
      this.#taken();
      return n;
    } catch (error) {
      this.#taken(error);
      throw error;
    }
  }

  /** Sends the bytes of an image and then closes, as every program understands it. */
  async #sendWhole(image: SharedImage | undefined, md5?: string): Promise<void> {
    using file = await this.#open(image, md5);
    if (!image || !file || await this.#send(file, image, { offset: 0, length: image.size }) < image.size) return;
    this.#slot.waits();
    using _farewell = new SilenceGuard(this.#conn, this.#serving.timeouts.farewell);
    await finishSending(this.#conn).then(() => this.#taken(), (error) => this.#taken(error));
  }

  /** Sends a part of an image after its header. */
  async #sendRange(md5: string, offset: number, length: number): Promise<boolean> {
    const image = this.#serving.folder.byMd5(md5);
    using file = await this.#open(image, md5);
    if (!image || !file) return await this.#reply({ type: "refused", reason: "NOT_SHARED" });
    if (offset > image.size) return await this.#reply({ type: "refused", reason: "OUT_OF_RANGE" });
    this.#serving.sentTo.resumed(this.#to.host, image, offset);
    const part = { offset, length: Math.min(length, image.size - offset) };
    // A download asks for all that may follow, or for what it knows to follow; a preview for a beginning of some size.
    const isPreview = length > part.length && length < MAX_IMAGE_BYTES - offset;
    const { size, modified } = infoOf(image);
    const head = new TextEncoder().encode(formatPeerReply({ type: "range", size, modified, ...part }));
    return await this.#send(file, image, { ...part, head }, isPreview) === part.length;
  }

  async #sendInfo(md5: string): Promise<boolean> {
    const image = this.#serving.folder.byMd5(md5);
    using file = await this.#open(image, md5);
    if (!image || !file) return await this.#reply({ type: "refused", reason: "NOT_SHARED" });
    return await this.#reply({ type: "info", ...infoOf(image) });
  }

  /** Sends a thumbnail as a whole, since it is small. */
  async #sendThumbnail(md5: string, pixels: number): Promise<boolean> {
    const { folder, thumbnailQueue, limit, ending } = this.#serving;
    const image = folder.byMd5(md5);
    if (!image) {
      this.#notServed("not-shared", md5);
      return await this.#reply({ type: "refused", reason: "NOT_SHARED" });
    }
    const made = await thumbnailQueue.make(image, pixels, folder, this.#slot.source);
    if (typeof made === "string") return await this.#reply({ type: "refused", reason: made });
    // It may have been unshared since.
    if (!folder.byMd5(md5)) return await this.#reply({ type: "refused", reason: "NOT_SHARED" });
    await limit.take(made.bytes.length, ending);
    return await this.#reply({ type: "thumbnail", size: made.bytes.length, mime: made.type }, made.bytes);
  }

  async #reply(reply: PeerReply, bytes: Uint8Array = new Uint8Array()): Promise<boolean> {
    using _guard = new SilenceGuard(this.#conn, this.#serving.timeouts.stall);
    const head = new TextEncoder().encode(formatPeerReply(reply));
    const all = new Uint8Array(head.length + bytes.length);
    all.set(head);
    all.set(bytes, head.length);
    await writeAll(this.#conn, all);
    return true;
  }

  /** The file of an image, if it is still the one that was hashed. */
  async #open(image: SharedImage | undefined, md5?: string): Promise<PlainFile | null> {
    if (!image) return this.#notServed("not-shared", md5) ?? null;
    try {
      return await this.#serving.folder.open(image);
    } catch (error) {
      // It is still shared, so a refusal would be wrong. The connection is closed.
      if (isFault(error, "image-unreadable")) this.#notServed("unreadable", image.md5);
      if (!isFault(error, "image-changed")) throw error;
      return this.#notServed("changed", image.md5) ?? null;
    }
  }

  /** Sends a part, and reports it unless it is a preview; returns how many bytes were sent. */
  async #send(file: PlainFile, image: SharedImage, part: Part, isPreview = false): Promise<number> {
    const { limit, timeouts: { stall }, crowd, ending, thumbnailQueue } = this.#serving;
    using guard = new SilenceGuard(this.#conn, stall, () => {
      thumbnailQueue.noteSending();
      this.#moves();
    });
    const began = performance.now();
    const sent = await sendImage(this.#conn, file, image, part, {
      guard,
      stall,
      limit,
      crowd: crowd.size,
      isShared: () => this.#serving.folder.byMd5(image.md5) !== undefined,
      ending,
    });
    const done = { offset: part.offset, end: part.offset + sent, ms: performance.now() - began };
    if (isPreview) return sent;
    if (sent < part.length) this.#brokeOff(image, done);
    else this.#untaken.push({ image, ...done });
    return sent;
  }

  /**
   * The other side continued, closed, or sent nothing more: as far as this machine knows, it received everything. If it
   * closes without reading all, it sends a reset (RFC 2525, section 2.17), and did not receive everything.
   */
  #taken(error?: unknown): void {
    // A connection that we closed after a timeout or at the end fails like this.
    const isOurs = error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
    const isReset = error !== undefined && !isOurs;
    for (const { image, ...part } of this.#untaken.splice(0)) {
      if (isReset) {
        this.#brokeOff(image, part);
        continue;
      }
      const ms = this.#serving.sentTo.took(this.#to.host, image, part);
      if (ms === null || !this.#isNew(image.md5)) continue;
      this.#report({ kind: "served", to: this.#to, name: image.name, md5: image.md5, bytes: image.size, ms });
    }
  }

  #brokeOff(image: SharedImage, part: SentPart): void {
    this.#serving.sentTo.wrote(this.#to.host, image, part);
    this.#report({ kind: "broke-off", to: this.#to, name: image.name, md5: image.md5, bytes: part.end });
  }

  #notServed(why: (ServedEvent & { kind: "not-served" })["why"], md5?: string): void {
    this.#refusals++;
    if (this.#isNew(why)) this.#report({ kind: "not-served", to: this.#to, why, md5 });
  }

  #report(event: ServedEvent): void {
    notify(() => this.#serving.onEvent(event));
  }

  /** Whether this was not yet reported on this connection. */
  #isNew(what: string): boolean {
    if (this.#reported.has(what) || this.#reported.size >= MAX_REPORTED) return false;
    return Boolean(this.#reported.add(what));
  }
}
