/**
 * A tracker of ours, which answers on TCP too: there `UPD` replaces what is shared and renews the lease, and no request is
 * too long.
 */
import { isFault } from "../fault/fault.ts";
import { MAX_IMAGES_ANNOUNCED } from "../protocol/limits.ts";
import { parseReply, type Reply } from "../protocol/reply.ts";
import { type Announce, formatRequest } from "../protocol/request.ts";
import type { DatagramTracker, Registrant, Registration } from "./datagram_tracker.ts";
import { byteLength } from "./fit.ts";
import { acceptedOf, isAnnounced, isDone, isFinished, isRefusal, isUnknown, refused } from "./replies.ts";
import { CONNECT_MS, SHORT_CONNECT_MS, type TrackerStream } from "./tcp_requests.ts";

/** Longer requests go over TCP: as datagrams they would travel in fragments, and be lost with any. */
const SAFE_DATAGRAM_BYTES = 1_200;

/** The requests that only a tracker of ours gets. */
export class OwnTracker {
  readonly #stream: TrackerStream;
  readonly #datagrams: DatagramTracker;
  readonly #leaving: AbortSignal;

  constructor(stream: TrackerStream, datagrams: DatagramTracker, leaving: AbortSignal) {
    this.#stream = stream;
    this.#datagrams = datagrams;
    this.#leaving = leaving;
  }

  /** `REG` over TCP; how many images the tracker took, or `null` where there is no TCP. */
  async register(registration: Registration): Promise<number | null> {
    const before = this.#datagrams.copies;
    // Once connected we may be registered, even without an answer; an answer means that it replaced the earlier ones.
    const onConnect = (): void => void (this.#datagrams.copies = Math.max(before, 1));
    const reply = await this.#askStream(announceOf("REG", registration), onConnect);
    if (!reply) {
      if (this.#stream.foreignReply !== null) this.#datagrams.copies = before; // Another program has that port.
      return null;
    }
    this.#datagrams.copies = 1;
    return acceptedOf(reply, true);
  }

  /** `UPD`; how many images the tracker took, "unknown" if we must register again, or `null` where TCP is gone. */
  async update(registration: Registration): Promise<number | "unknown" | null> {
    const expected = Math.min(registration.images.length, MAX_IMAGES_ANNOUNCED);
    const reply = await this.#ask(announceOf("UPD", registration), isAnnounced, expected);
    if (reply && "count" in reply && reply.count === expected) return expected;
    // Registering again helps if the tracker does not know us or did not understand; not if it refuses.
    if (reply && isRefusal(reply) && !isUnknown(reply)) throw refused(reply.reason, "UPD");
    return reply && "unknown";
  }

  /** `END`, once; the reply, or `null` where TCP is gone. */
  async end({ password, port }: Registrant): Promise<Reply | null> {
    const reply = await this.#ask(formatRequest({ type: "END", password, port }), isFinished);
    if (reply && (isDone(reply) || isUnknown(reply))) this.#datagrams.copies = 0;
    return reply;
  }

  /** Asks over UDP if the request is short and gets an answer, else over TCP; `null` where TCP is gone. */
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
    const text = await this.#stream.ask(request, this.#leaving, { connect, onConnect });
    this.#leaving.throwIfAborted();
    return text === null ? null : parseReply(text);
  }
}

/** The request that announces as many of the images as a tracker of ours takes. */
function announceOf(type: Announce["type"], registration: Registration): string {
  return formatRequest({ type, ...registration, images: registration.images.slice(0, MAX_IMAGES_ANNOUNCED) });
}
