/**
 * Measures in successive windows how fast bytes move: with a limit on silence alone, a byte now and then would keep a
 * connection open. Pure.
 */

export class RateWindow {
  readonly #windowMs: number;
  #bytes = 0;
  #ms = 0;

  /** @param windowMs The shortest duration of a window, in milliseconds. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Adds bytes and the time that they took; returns the rate in bytes per second when a window ends, else `null`. */
  add(bytes: number, ms: number): number | null {
    this.#bytes += bytes;
    this.#ms += ms;
    if (this.#ms <= this.#windowMs) return null;
    const rate = this.#bytes / this.#ms * 1_000;
    [this.#bytes, this.#ms] = [0, 0];
    return rate;
  }
}
