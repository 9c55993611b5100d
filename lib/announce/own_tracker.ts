/**
 * A tracker that is our program: it also answers on TCP, where no request is too long, and `UPD` replaces what is
 * shared and renews the lease.
 */
import { isFault } from "../fault/fault.ts";
import { MAX_IMAGES_ANNOUNCED } from "../protocol/limits.ts";
import { parseReply, type Reply } from "../protocol/reply.ts";
import { type Announce, formatRequest } from "../protocol/request.ts";
import type { DatagramTracker, Registrant, Registration } from "./datagram_tracker.ts";
import { byteLength } from "./fit.ts";
import { acceptedOf, isAnnounced, isDone, isFinished, isRefusal, isUnknown, refused } from "./replies.ts";
import { CONNECT_MS, SHORT_CONNECT_MS, type TrackerStream } from "./tcp_requests.ts";

/** Longer requests go over TCP: they would be fragmented, and one lost fragment loses the whole datagram. */
const SAFE_DATAGRAM_BYTES = 1_200;

/** Sends the requests that only our tracker understands. */
export class OwnTracker {
  readonly #stream: TrackerStream;
  readonly #datagrams: DatagramTracker;
  readonly #leaving: AbortSignal;

  constructor(stream: TrackerStream, datagrams: DatagramTracker, leaving: AbortSignal) {
    this.#stream = stream;
    this.#datagrams = datagrams;
    this.#leaving = leaving;
  }

  /** `REG` over TCP; returns how many images the tracker took, or `null` without TCP. */
  async register(registration: Registration): Promise<number | null> {
    const before = this.#datagrams.copies;
    // Once the connection is established, the tracker may have our registration even if it does not answer.
    const onConnect = (): void => void (this.#datagrams.copies = Math.max(before, 1));
    const reply = await this.#askStream(announceOf("REG", registration), onConnect);
    if (!reply) {
      if (this.#stream.foreignReply !== null) this.#datagrams.copies = before; // Another program uses that port.
      return null;
    }
    this.#datagrams.copies = 1;
    return acceptedOf(reply, true);
  }

  /** `UPD`; returns how many images the tracker took, "unknown" if we must register again, or `null` without TCP. */
  async update(registration: Registration): Promise<number | "unknown" | null> {
    const expected = Math.min(registration.images.length, MAX_IMAGES_ANNOUNCED);
    return this.#updated(await this.#ask(announceOf("UPD", registration), isAnnounced, expected), expected);
  }

  /** The same, over TCP, since it is not known yet whether the tracker is our program. */
  async takeOver(registration: Registration): Promise<number | "unknown" | null> {
    const expected = Math.min(registration.images.length, MAX_IMAGES_ANNOUNCED);
    const updated = this.#updated(await this.#askStream(announceOf("UPD", registration)), expected);
    if (typeof updated === "number") this.#datagrams.copies = 1;
    return updated;
  }

  #updated(reply: Reply | null, expected: number): number | "unknown" | null {
    if (reply && "count" in reply && reply.count === expected) return expected;
    // Registering again helps if the tracker does not know us or did not understand, but not if it refuses.
    if (reply && isRefusal(reply) && !isUnknown(reply)) throw refused(reply.reason, "UPD");
    return reply && "unknown";
  }

  /** `END`, sent once; returns the reply, or `null` without TCP. */
  async end({ password, port }: Registrant): Promise<Reply | null> {
    const reply = await this.#ask(formatRequest({ type: "END", password, port }), isFinished);
    if (reply && (isDone(reply) || isUnknown(reply))) this.#datagrams.copies = 0;
    return reply;
  }

  /** Asks over UDP if the request is short and is answered, else over TCP; `null` without TCP. */
  async #ask(request: string, fits: (reply: Reply) => boolean, expected?: number): Promise<Reply | null> {
    if (byteLength(request) > SAFE_DATAGRAM_BYTES) return await this.#askStream(request);
    try {
      return await this.#datagrams.ask(request, fits, { expected });
    } catch (error) {
      const reply = isFault(error, "tracker-silent") ? await this.#askStream(request) : null;
      if (!reply) throw error;
      return reply;
    }
  }

  async #askStream(request: string, onConnect?: () => void): Promise<Reply | null> {
    const connect = byteLength(request) > SAFE_DATAGRAM_BYTES ? CONNECT_MS : SHORT_CONNECT_MS;
    await this.#datagrams.settled(); // A late `END` would undo this one too.
    const text = await this.#stream.ask(request, this.#leaving, { connect, onConnect });
    this.#leaving.throwIfAborted();
    return text === null ? null : parseReply(text);
  }
}

/** The request that announces as many of the images as our tracker takes. */
function announceOf(type: Announce["type"], registration: Registration): string {
  return formatRequest({ type, ...registration, images: registration.images.slice(0, MAX_IMAGES_ANNOUNCED) });
}
