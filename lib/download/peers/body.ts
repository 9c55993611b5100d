/**
 * The bytes of a peer's answer as a stream, with limits on silence, slowness and rate. The source applies them and
 * reports progress: a `TransformStream` for each would halve the rate. It fills whole blocks, which the receiver lends
 * and reuses; they may be memory shared with a worker, into which BYOB reads are not possible.
 */
import { formatAddress } from "../../protocol/address.ts";
import { Fault } from "../../fault/fault.ts";
import { reasonOf, REASONS } from "../../fault/reason.ts";
import { MAX_IMAGE_BYTES } from "../../protocol/limits.ts";
import type { PeerReply } from "../../protocol/peer_reply.ts";
import type { RateLimit } from "../../net/rate_limit.ts";
import { RateWindow } from "../../net/rate_window.ts";
import type { SilenceGuard } from "../../net/tcp.ts";
import { type FetchTimeouts, MIN_RATE, RATE_WINDOW_MS } from "./fetch_limits.ts";
import type { PeerConnection } from "./peer_connection.ts";

/** An incomplete block is passed on after this time, in milliseconds: a killed process loses no more than that. */
const FLUSH_MS = 500;

/** The block if the receiver lends none, in bytes: received bytes are passed on in memory of their own length. */
const OWN_BLOCK_BYTES = 64 << 10;

/** The options of a body's receiver. */
export interface BodyOptions {
  /**
   * Lends memory for the next bytes, which each chunk fills as far as it can; without it, bytes are passed on as they
   * arrive.
   */
  readonly block?: () => Promise<Uint8Array>;
  /** The minimum rate, in bytes per second. */
  readonly minRate?: number;
  /** Called after each read with the number of bytes of the image received so far, including earlier answers. */
  readonly onBytes?: (received: number) => void;
}

/** The header of an answer to `RNG`. */
export type RangeHeader = PeerReply & { readonly type: "range" };

/** The bytes that a header announces: those of an image from `offset` on, or of a thumbnail. */
export type BodyExtent = Pick<RangeHeader, "offset" | "length">;

/** The limits for all bodies of a client. */
interface BodyLimits {
  readonly timeouts: FetchTimeouts;
  readonly limit: RateLimit;
  readonly signal: AbortSignal;
}

/**
 * The source of a body. After passing on all bytes, it errors with a {@link Fault}, `peer-silent`, `peer-slow` or
 * `peer-cut`, or with the error of `block`.
 */
export class BodySource implements UnderlyingDefaultSource<Uint8Array>, Disposable {
  readonly #connection: PeerConnection;
  readonly #peer: string;
  /** `null` after `GET`: then the image ends with the connection. */
  readonly #range: BodyExtent | null;
  /** The most bytes that are read. */
  readonly #length: number;
  readonly #limits: BodyLimits;
  readonly #options: BodyOptions;
  /** Used if the receiver lends no block. */
  #own: Uint8Array | null = null;
  #guard: SilenceGuard | null = null;
  #received = 0;
  /** Bytes received but not yet counted against the rate limit. */
  #unpaid = 0;
  readonly #rate = new RateWindow(RATE_WINDOW_MS);
  #isAtEnd = false;
  #failure: Fault | null = null;

  constructor(connection: PeerConnection, range: BodyExtent | null, limits: BodyLimits, options: BodyOptions) {
    [this.#connection, this.#range, this.#limits, this.#options] = [connection, range, limits, options];
    this.#peer = formatAddress(connection.peer);
    this.#length = range?.length ?? MAX_IMAGE_BYTES + 1;
    this.#isAtEnd = this.#length === 0;
  }

  /** Whether all of it was received, so that the connection can take another request. */
  get isWhole(): boolean {
    return this.#range !== null && this.#received === this.#length;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#failure) throw this.#failure;
    const lent = await this.#options.block?.();
    const memory = lent ?? (this.#own ??= new Uint8Array(OWN_BLOCK_BYTES));
    const block = memory.subarray(0, this.#length - this.#received);
    const until = performance.now() + (lent ? FLUSH_MS : 0);
    let filled = 0;
    while (!this.#isAtEnd && filled < block.length && (filled === 0 || performance.now() < until)) {
      filled += await this.#read(block.subarray(filled));
    }
    // If a peer sends single bytes and the receiver keeps the chunks, each must not keep a whole block.
    if (filled > 0) controller.enqueue(lent ? block.subarray(0, filled) : block.slice(0, filled));
    else if (this.#failure) throw this.#failure;
    if (this.#isAtEnd && !this.#failure) controller.close();
  }

  cancel(): void {
    this.#connection.close();
    this.#limits.limit.reserve(this.#unpaid);
  }

  [Symbol.dispose](): void {
    this.#guard?.[Symbol.dispose]();
  }

  async #read(into: Uint8Array): Promise<number> {
    const { timeouts, limit } = this.#limits;
    const offset = this.#range?.offset ?? 0;
    const timeout = this.#range || this.#received > 0 ? timeouts.silence : timeouts.first;
    const guard = this.#guard ??= this.#connection.guard(timeout);
    guard.moved(timeout); // Only the other side's time counts, not our disk and rate limit.
    const began = performance.now();
    let n: number | null = null;
    let reason: string = REASONS.ECONNRESET;
    let isBroken = false;
    try {
      n = await this.#connection.read(into.subarray(0, limit.turn - this.#unpaid));
    } catch (error) {
      [isBroken, reason] = [true, reasonOf(error)];
    }
    guard.rest();
    if (n === null) {
      // A connection that we closed after a timeout ends like one that the other side closed.
      if (guard.expired) return this.#fail(new Fault("peer-silent", { peer: this.#peer, seconds: timeout / 1_000 }));
      if (isBroken || this.#range) {
        return this.#fail(new Fault("peer-cut", { peer: this.#peer, bytes: offset + this.#received, reason }));
      }
      this.#isAtEnd = true;
      await this.#pay();
      return 0;
    }
    this.#received += n;
    this.#unpaid += n;
    this.#options.onBytes?.(offset + this.#received);
    this.#isAtEnd = this.#received === this.#length;
    this.#checkRate(this.#rate.add(n, performance.now() - began));
    if (this.#unpaid >= limit.turn || this.#isAtEnd) await this.#pay();
    return n;
  }

  #checkRate(rate: number | null): void {
    if (rate === null || rate >= (this.#options.minRate ?? MIN_RATE)) return;
    this.#fail(new Fault("peer-slow", { peer: this.#peer, bytesPerSecond: Math.round(rate) }));
  }

  /** Waits until the rate limit allows the received bytes. */
  async #pay(): Promise<void> {
    const { limit, signal } = this.#limits;
    const wait = limit.take(this.#unpaid, signal);
    this.#unpaid = 0;
    if (wait) await wait;
  }

  #fail(fault: Fault): 0 {
    [this.#failure, this.#isAtEnd] = [fault, true];
    return 0;
  }
}
