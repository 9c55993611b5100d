/** Token buckets: rates that may be exceeded for a moment. The time is an argument. */

/** The most that is owed for what was taken elsewhere, in buckets: as many trackers share a registry at most. */
const MAX_DEBT = 16;

/** A bucket that is full at first. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #size: number;
  #tokens: number;
  #at: number;

  /**
   * @param rate Tokens added per second.
   * @param size The most tokens that it holds.
   * @param now Milliseconds.
   */
  constructor(rate: number, size: number, now: number) {
    this.#perMs = rate / 1_000;
    this.#size = this.#tokens = size;
    this.#at = now;
  }

  /** Takes `count` tokens if any are left; a large request may leave a debt, or it would never pass. */
  take(count: number, now: number): boolean {
    this.#fill(now);
    if (this.#tokens <= 0) return false;
    this.#tokens -= count;
    return true;
  }

  /** Takes tokens for what was taken elsewhere, a full bucket at most, whether or not any are left. */
  charge(count: number, at: number): void {
    this.#fill(Math.max(at, this.#at));
    const left = this.#tokens - Math.min(count, this.#size);
    this.#tokens = Math.min(this.#tokens, Math.max(left, -MAX_DEBT * this.#size));
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
