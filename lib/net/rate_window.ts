/**
 * How fast bytes move, measured over one stretch of time after the other: a limit on silence alone would let a connection
 * be held by a byte now and then. Pure.
 */

export class RateWindow {
  readonly #windowMs: number;
  #bytes = 0;
  #ms = 0;

  /** @param windowMs How long each measurement lasts at least, in milliseconds. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** Adds bytes and the time that they took; at the end of a measurement gives its rate, in bytes per second. */
  add(bytes: number, ms: number): number | null {
    this.#bytes += bytes;
    this.#ms += ms;
    if (this.#ms <= this.#windowMs) return null;
    const rate = this.#bytes / this.#ms * 1_000;
    [this.#bytes, this.#ms] = [0, 0];
    return rate;
  }
}
