/** Token buckets: a rate that may be exceeded for a moment. Time is passed in. */

/** One bucket, full at first. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #size: number;
  #tokens: number;
  #at: number;

  /**
   * @param rate Tokens that come in a second.
   * @param size Tokens that it holds.
   * @param now Milliseconds.
   */
  constructor(rate: number, size: number, now: number) {
    this.#perMs = rate / 1_000;
    this.#size = this.#tokens = size;
    this.#at = now;
  }

  /** Takes `count` tokens if there are any left; a large request may leave a debt, so that it passes at all. */
  take(count: number, now: number): boolean {
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens <= 0) return false;
    this.#tokens -= count;
    return true;
  }
}
