/** A limit on bytes per second that all connections of one direction share. */
import { pause } from "./pause.ts";

/** Unused bytes may be used up to this much later, in milliseconds: disks pause that long; of ten seconds it is 2 %. */
const CREDIT_MS = 200;

/** The duration of a turn, in milliseconds: short, so that many connections share a slow line evenly. */
const TURN_MS = 20;

/** The smallest turn, in bytes: a smaller one costs more work than sending its bytes. */
const MIN_TURN_BYTES = 256;

/** Bytes per second, given in the order of requests: connections that take one turn after the other get equal parts. */
export class RateLimit {
  readonly #perMs: number;
  readonly #now: () => number;
  /** When all bytes taken so far will have passed. */
  #free = -Infinity;
  /** The most bytes that a connection should take at once. */
  readonly turn: number;

  /** `Infinity` for no limit; throws a {@link RangeError} for a limit that lets nothing pass. */
  constructor(bytesPerSecond: number, now: () => number = () => performance.now()) {
    if (!(bytesPerSecond > 0)) {
      throw new RangeError(
        `A rate limit of ${bytesPerSecond} bytes a second lets nothing pass: leave it out for no limit`,
      );
    }
    this.#perMs = bytesPerSecond / 1_000;
    this.#now = now;
    this.turn = Math.max(MIN_TURN_BYTES, Math.floor(this.#perMs * TURN_MS));
  }

  /** Resolves when these bytes may pass, or when `signal` is aborted; returns at once without a limit. */
  take(bytes: number, signal?: AbortSignal): Promise<void> | void {
    if (this.#perMs === Infinity) return;
    const ms = this.reserve(bytes);
    if (ms > 0) return pause(ms, signal);
  }

  /** Counts these bytes as taken, and returns in how many milliseconds they may pass. */
  reserve(bytes: number): number {
    const now = this.#now();
    const start = Math.max(this.#free, now - CREDIT_MS);
    this.#free = start + bytes / this.#perMs;
    return Math.max(0, start - now);
  }
}

export const UNLIMITED: RateLimit = new RateLimit(Infinity);
