/**
 * The side of a peer that gives: answers `GET`, and among our own programs `RNG` and `INF`.
 *
 * @module
 */
import type { SharedImage } from "../library/image_index.ts";
import type { SharedFolder } from "../library/shared_folder.ts";
import type { Address } from "../wire/address.ts";
import { isFault } from "../wire/fault.ts";
import { MAX_PEER_REQUEST_BYTES } from "../wire/limits.ts";
import { formatPeerReply, type PeerReply } from "../wire/peer_reply.ts";
import { parsePeerRequest, type PeerRequest } from "../wire/peer_request.ts";
import { writeAll } from "../library/io.ts";
import { type RateLimit, UNLIMITED } from "./rate_limit.ts";
import { type Part, sendImage } from "./send_image.ts";
import { acceptAll, finishSending, SilenceGuard } from "./tcp.ts";

/** What a peer did for another. */
export type ServedEvent =
  /** An image was sent up to its end; `bytes` is its size. */
  | { readonly kind: "served"; readonly to: Address; readonly name: string; readonly bytes: number }
  /** The other side left, stopped reading, or the file changed under way. */
  | { readonly kind: "broke-off"; readonly to: Address; readonly name: string; readonly bytes: number }
  /** Nothing sent: not shared, no request, or nothing said. */
  | {
    readonly kind: "not-served";
    readonly to: Address;
    readonly why: "not-shared" | "no-request" | "changed" | "silent";
  };

/** Limits on waiting for a client, in milliseconds. */
export interface ServeWaits {
  /** For its whole request. */
  readonly request: number;
  /** For it to read anything more of an image. */
  readonly stall: number;
  /** For it to close after the last byte, or to ask for something more. */
  readonly farewell: number;
}

/** A request is one small packet; the system wakes a writer only when much of what waits was read. */
const DEFAULT_WAITS: ServeWaits = { request: 5_000, stall: 60_000, farewell: 5_000 };

/** Most conversations at once: file descriptors, and their blocks of memory ({@link sendImage}). */
const MAX_CONVERSATIONS = 256;

/** Most conversations with one address at once, so that nobody takes them all. */
const MAX_OF_ADDRESS = 64;

/** Most things told of one connection: a whole large library. */
const MAX_TOLD = 100_000;

/** Whoever asks so often on one connection for what is not there asks for nothing that could be. */
const MAX_REFUSALS = 1_000;

/** What a caller may change about serving. */
export interface ServeOptions {
  /** Told of each image that is sent or not. */
  readonly onEvent?: (event: ServedEvent) => void;
  /** Other limits on waiting than the usual ones. */
  readonly waits?: ServeWaits;
  /** Bytes per second to all peers together. */
  readonly limit?: RateLimit;
}

/** Answers other peers on `listener` with the images of `folder`, until `ending` is aborted. */
export function servePeers(
  listener: Deno.TcpListener,
  folder: SharedFolder,
  ending: AbortSignal,
  { onEvent = () => {}, waits = DEFAULT_WAITS, limit = UNLIMITED }: ServeOptions = {},
): Promise<void> {
  const crowd = { most: MAX_CONVERSATIONS, ofAddress: MAX_OF_ADDRESS };
  return acceptAll(listener, crowd, ending, async (conn, to, crowd) => {
    conn.setNoDelay(true); // A short end of a part must not wait for the other side to acknowledge what went before.
    await new Conversation({ conn, to, folder, waits, limit, crowd, ending, onEvent }).run();
  });
}

/** All that a conversation needs. */
interface Parts {
  readonly conn: Deno.TcpConn;
  readonly to: Address;
  readonly folder: SharedFolder;
  readonly waits: ServeWaits;
  readonly limit: RateLimit;
  readonly crowd: () => number;
  readonly ending: AbortSignal;
  readonly onEvent: (event: ServedEvent) => void;
}

/** What was found to be asked for. */
type Asked = Exclude<PeerRequest, { type: "more" | "invalid" }> | "no-request" | "silent";

/** One connection of another peer. */
class Conversation {
  readonly #parts: Parts;
  /** What came and was not yet understood. */
  readonly #buffer = new Uint8Array(MAX_PEER_REQUEST_BYTES + 1);
  /** What was told already, each once: whoever asks for one byte after the other must not fill a screen. */
  readonly #told = new Set<string>();
  #refusals = 0;
  #filled = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Answers one `GET`, or any number of the others. */
  async run(): Promise<void> {
    const { waits } = this.#parts;
    for (let first = true;; first = false) {
      const asked = await this.#read(first ? waits.request : waits.farewell);
      if (typeof asked === "string") return first || asked === "no-request" ? this.#notServed(asked) : undefined;
      if (asked.type === "md5") return await this.#give(this.#parts.folder.byMd5(asked.md5));
      if (asked.type === "name") return await this.#give(this.#parts.folder.byName(asked.name));
      const more = asked.type === "range"
        ? await this.#giveRange(asked.md5, asked.offset, asked.length)
        : await this.#tell(asked.md5);
      if (!more || this.#refusals > MAX_REFUSALS) return;
    }
  }

  /** The next request, whole; what comes must not dribble in for ever. */
  async #read(ms: number): Promise<Asked> {
    using _guard = new SilenceGuard(this.#parts.conn, ms);
    for (let ended = false;;) {
      // What follows the first line is the next request.
      const line = this.#buffer.subarray(0, this.#filled).indexOf(10) + 1 || this.#filled;
      const request = parsePeerRequest(this.#buffer.subarray(0, line), ended);
      if (request.type === "invalid") return this.#filled === 0 ? "silent" : "no-request";
      if (request.type !== "more") {
        const taken = "taken" in request ? request.taken : line;
        this.#buffer.copyWithin(0, taken, this.#filled);
        this.#filled -= taken;
        return request;
      }
      const n = await this.#parts.conn.read(this.#buffer.subarray(this.#filled)).catch(() => null);
      if (n === null) ended = true;
      else this.#filled += n;
    }
  }

  /** The bytes of an image and then the end, as every program understands it. */
  async #give(image: SharedImage | undefined): Promise<void> {
    using file = await this.#open(image);
    if (!image || !file || await this.#send(file, image, { offset: 0, length: image.size }) < image.size) return;
    using _farewell = new SilenceGuard(this.#parts.conn, this.#parts.waits.farewell);
    await finishSending(this.#parts.conn);
  }

  /** A part of an image behind its header. */
  async #giveRange(md5: string, offset: number, length: number): Promise<boolean> {
    const image = this.#parts.folder.byMd5(md5);
    using file = await this.#open(image);
    if (!image || !file) return await this.#say({ type: "refused", reason: "NOT_SHARED" });
    if (offset > image.size) return await this.#say({ type: "refused", reason: "OUT_OF_RANGE" });
    const part = { offset, length: Math.min(length, image.size - offset) };
    const head = new TextEncoder().encode(formatPeerReply({ type: "range", size: image.size, ...part }));
    return await this.#send(file, image, { ...part, head }) === part.length;
  }

  /** What an image is. */
  async #tell(md5: string): Promise<boolean> {
    const image = this.#parts.folder.byMd5(md5);
    using file = await this.#open(image);
    if (!image || !file) return await this.#say({ type: "refused", reason: "NOT_SHARED" });
    const { size, mime, width, height } = image;
    return await this.#say({ type: "info", size, mime, width, height });
  }

  async #say(reply: PeerReply): Promise<boolean> {
    using _guard = new SilenceGuard(this.#parts.conn, this.#parts.waits.stall);
    await writeAll(this.#parts.conn, new TextEncoder().encode(formatPeerReply(reply)));
    return true;
  }

  /** The image's file, if there is one that is still the one that was hashed. */
  async #open(image: SharedImage | undefined): Promise<Deno.FsFile | null> {
    if (!image) return this.#notServed("not-shared") ?? null;
    try {
      return await this.#parts.folder.open(image);
    } catch (error) {
      if (!isFault(error, "image-changed")) throw error;
      return this.#notServed("changed") ?? null;
    }
  }

  async #send(file: Deno.FsFile, image: SharedImage, part: Part): Promise<number> {
    const { conn, limit, waits, to, onEvent, crowd, ending } = this.#parts;
    using guard = new SilenceGuard(conn, waits.stall);
    const sent = await sendImage(conn, file, image, part, { guard, limit, crowd: crowd(), ending });
    const end = part.offset + sent;
    if (sent < part.length) onEvent({ kind: "broke-off", to, name: image.name, bytes: end });
    else if (end === image.size && this.#isNew(image.md5)) {
      onEvent({ kind: "served", to, name: image.name, bytes: image.size });
    }
    return sent;
  }

  #notServed(why: "not-shared" | "changed" | "no-request" | "silent"): void {
    this.#refusals++;
    if (this.#isNew(why)) this.#parts.onEvent({ kind: "not-served", to: this.#parts.to, why });
  }

  /** Whether this was not told yet on this connection. */
  #isNew(what: string): boolean {
    if (this.#told.has(what) || this.#told.size >= MAX_TOLD) return false;
    return Boolean(this.#told.add(what));
  }
}
