/**
 * A limit on bytes per second that all conversations of one direction share.
 *
 * @module
 */
import { pause } from "./pause.ts";

/** What was not used may be used later for so long, in milliseconds: over ten seconds it is one part in a hundred. */
const CREDIT_MS = 100;

/** A turn lasts about so long, in milliseconds: short, so that many conversations share a slow line evenly. */
const TURN_MS = 20;

/** Smallest turn, in bytes: below it, the work for a turn costs more than its bytes. */
const MIN_TURN_BYTES = 256;

/** Bytes per second, shared in the order of asking: whoever takes one turn after the other gets an even part. */
export class RateLimit {
  readonly #perMs: number;
  /** When all that was taken so far may have passed. */
  #free = -Infinity;
  /** Most bytes that anybody should take at once. */
  readonly turn: number;

  /** A limit of so many bytes per second; `Infinity` for none. */
  constructor(bytesPerSecond: number) {
    this.#perMs = bytesPerSecond / 1_000;
    this.turn = Math.max(MIN_TURN_BYTES, Math.floor(this.#perMs * TURN_MS));
  }

  /** Resolves when these bytes may pass, or when `signal` is aborted; at once where there is no limit. */
  take(bytes: number, signal?: AbortSignal): Promise<void> | void {
    if (this.#perMs === Infinity) return;
    const now = performance.now();
    const start = Math.max(this.#free, now - CREDIT_MS);
    this.#free = start + bytes / this.#perMs;
    if (start > now) return pause(start - now, signal);
  }
}

/** No limit. */
export const UNLIMITED: RateLimit = new RateLimit(Infinity);
