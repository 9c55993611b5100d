/** The only UDP socket from which a client asks its tracker: some trackers know a client by its UDP port. */
import { isIP } from "node:net";
import { type Address, canonicalHost, formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import { reasonOf } from "../fault/reason.ts";
import { replyText } from "../protocol/reply.ts";
import { receiveDatagrams } from "../net/datagrams.ts";
import { pause, pauseUntil } from "../net/pause.ts";
import { closeQuietly } from "../net/tcp.ts";

/**
 * How a datagram relates to the pending request: its answer; perhaps its answer, if no better one comes; an answer that
 * many requests get, so that it may belong to an earlier one; or none. An answer does not say which request it belongs
 * to, and networks delay and duplicate datagrams.
 */
export type Verdict = "answer" | "perhaps" | "common" | "other";

/**
 * How long a network may delay a datagram, in milliseconds. After a repetition, no other request is sent for this long:
 * a late copy could undo the next request, or its answer be taken for that of the next. The same after a request that was
 * not answered, and after one that was sent sooner than this after another, if the network loses or duplicates datagrams:
 * what came may be the answer to a duplicate of the other.
 */
const LATE_MS = 1_000;

/**
 * How long to wait for a better answer, in milliseconds, if a `perhaps` answer is the same as an earlier answer. An
 * answer that never came before cannot belong to an earlier request.
 */
const PERHAPS_MS = 1_000;

/** How many answers are remembered, and how long each may be, in characters. */
const REMEMBERED = { answers: 16, length: 200 };

/** A `common` answer that repeats one of this long ago, in milliseconds, may be its copy. */
const COMMON_MS = 3_000;

/** Enough turns of the event loop to read a socket's buffer of some 250 short datagrams, one in each turn. */
const MAX_TURNS = 300;

export interface Datagram {
  /** Without the padding that some trackers add. */
  readonly text: string;
  /** Its length on the wire. */
  readonly bytes: number;
}

const encoder = new TextEncoder();

/** Sends requests and waits for their answers, one at a time. */
export class TrackerSocket {
  readonly address: Address;
  readonly #lateMs: number;
  readonly #onDatagram: (bytes: Uint8Array, port: number) => void;
  /** The host that answers come from, without the zone of a link-local address, which is only needed for sending. */
  readonly #host: string;
  readonly #socket: Deno.DatagramConn;
  readonly #receiving: Promise<void>;
  /** Takes the datagrams while a request is pending; at other times they are late and dropped. */
  #onReply: ((datagram: Datagram) => void) | null = null;
  /** The last short answers. */
  readonly #answers: { readonly text: string; readonly at: number }[] = [];
  /** Whether each request so far got exactly one answer: then an answer belongs to the pending request. */
  #isOrderly = true;
  /** How long the slowest answer took, in milliseconds. */
  slowest = 0;
  /** When the last datagram was sent, and the last one that may be under way although an answer came, in milliseconds. */
  #sentAt = -Infinity;
  #lingering = -Infinity;
  #read = 0;

  /** `onDatagram` is called with each datagram from the tracker's host and the port from which it came. */
  constructor(address: Address, lateMs = LATE_MS, onDatagram = (_bytes: Uint8Array, _port: number): void => {}) {
    [this.address, this.#lateMs, this.#onDatagram] = [address, lateMs, onDatagram];
    this.#host = canonicalHost(address.host);
    const hostname = isIP(address.host) === 6 ? "::" : "0.0.0.0";
    try {
      this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    } catch (error) { // A machine without IPv6.
      throw new Fault("tracker-unreachable", { address: formatAddress(address), reason: reasonOf(error) }, error);
    }
    this.#receiving = receiveDatagrams(this.#socket, (bytes, sender) => this.#receive(bytes, sender));
  }

  /** The local UDP port of all requests. */
  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /**
   * Sends a request until an answer comes, and returns the answer.
   *
   * @param waits The timeout of each repetition, in milliseconds.
   * @param giveUp Ends the exchange with its reason. Without it, the request is the final one, and is sent at once.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`.
   */
  async exchange(
    request: string,
    judge: (text: string) => Verdict,
    waits: readonly number[],
    giveUp?: AbortSignal,
  ): Promise<Datagram> {
    giveUp?.throwIfAborted();
    if (giveUp) await this.settled(giveUp);
    await this.#readArrived(giveUp);
    giveUp?.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<Datagram>();
    const start = performance.now();
    const over = new AbortController();
    let isPending = false;
    let cameAt = -Infinity;
    this.#onReply = (datagram) => {
      const verdict = judge(datagram.text);
      if (verdict === "other" || cameAt >= start) this.#isOrderly = false;
      if (verdict === "other") return;
      const wait = giveUp && this.#mayBeLate(datagram.text, verdict) ? start + PERHAPS_MS : 0;
      isPending ||= wait > 0;
      if (cameAt < start) cameAt = performance.now();
      pause(wait - performance.now(), over.signal).then(() => resolve(datagram));
    };
    try {
      for (const [i, wait] of waits.entries()) {
        const [before, now] = [this.#sentAt, performance.now()];
        if (i > 0 || (!this.#isOrderly && now < before + this.#lateMs)) this.#lingering = now;
        this.#sentAt = now;
        await this.send(request);
        // A datagram that may be the answer needs time, not a repetition; if the request is sent once, its only wait
        // has to do.
        let answer = await this.#within(promise, wait, giveUp);
        if (answer === null && isPending && waits.length > 1) {
          answer = await this.#within(promise, start + 2 * PERHAPS_MS - performance.now(), giveUp);
        }
        if (answer === null) {
          this.#isOrderly = false;
          this.#lingering = now;
          continue;
        }
        this.slowest = Math.max(this.slowest, cameAt - start);
        if (answer.text.length <= REMEMBERED.length) {
          this.#answers.unshift({ text: answer.text, at: performance.now() });
        }
        this.#answers.splice(REMEMBERED.answers);
        return answer;
      }
    } finally {
      over.abort();
      this.#onReply = null;
    }
    throw this.silent(waits);
  }

  /** Waits until no datagram may still be under way that could undo the next request, on TCP too. */
  settled(giveUp: AbortSignal): Promise<void> {
    return pause(this.#lingering + this.#lateMs - performance.now(), giveUp);
  }

  /** The fault of a tracker that did not answer within these timeouts, in milliseconds; whole seconds, rounded up. */
  silent(waits: readonly number[]): Fault {
    const seconds = Math.ceil(waits.reduce((sum, ms) => sum + ms, 0) / 1_000);
    return new Fault("tracker-silent", { address: formatAddress(this.address), seconds });
  }

  async close(): Promise<void> {
    closeQuietly(this.#socket);
    await this.#receiving;
  }

  /** The result of `promise` within `ms` milliseconds, or after reading what has arrived by then; else `null`. */
  async #within<T>(promise: Promise<T>, ms: number, giveUp?: AbortSignal): Promise<T | null> {
    const over = new AbortController();
    const late = pause(ms, over.signal).then(() => this.#readArrived(over.signal));
    try {
      return await pauseUntil(Promise.race([promise, late.then(() => null)]), giveUp);
    } finally {
      over.abort();
    }
  }

  /**
   * Reads datagrams that have already arrived. When a process resumes on a busy machine or a laptop that was suspended,
   * its timers fire before the datagrams in the socket's buffer are read.
   */
  async #readArrived(signal?: AbortSignal): Promise<void> {
    for (let turn = 0, before = -1; turn < MAX_TURNS && before < this.#read; turn++) {
      before = this.#read;
      await pause(1, signal);
    }
  }

  /** Whether an answer may belong to an earlier request. */
  #mayBeLate(text: string, verdict: Verdict): boolean {
    if (verdict === "answer" || this.#isOrderly) return false;
    const since = verdict === "common" ? performance.now() - COMMON_MS : -Infinity;
    return this.#answers.some((it) => it.text === text && it.at > since);
  }

  /**
   * Sends a request once, without waiting for an answer.
   *
   * @throws {Fault} `tracker-unreachable`.
   */
  async send(request: string): Promise<void> {
    const to: Deno.NetAddr = { transport: "udp", hostname: this.address.host, port: this.address.port };
    try {
      await this.#socket.send(encoder.encode(request), to);
    } catch (error) {
      const address = formatAddress(this.address);
      throw new Fault("tracker-unreachable", { address, reason: reasonOf(error) }, error);
    }
  }

  /** Takes a datagram from the tracker's host, whatever its port. */
  #receive(bytes: Uint8Array, sender: Deno.NetAddr): void {
    this.#read++;
    if (canonicalHost(sender.hostname) !== this.#host) return;
    this.#onDatagram(bytes, sender.port);
    const text = replyText(bytes);
    if (text === "END") return; // One tracker sends `END` after its answers.
    if (this.#onReply) this.#onReply({ text, bytes: bytes.length });
    else this.#isOrderly = false;
  }
}
