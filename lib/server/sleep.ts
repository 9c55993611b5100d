/** Notices that this process did not run for a while: somebody stopped it, or its machine was suspended. Pure. */

/** For how long requests from before may still be read, and news be missing, in milliseconds. */
const WAKING_MS = 1_000;

export class Sleep {
  readonly #most: number;
  #ranAt = Infinity;
  #wokeAt = -Infinity;

  /** @param most A pause that is no sleep, in milliseconds. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the process slept until a moment ago. To be asked more often than it may pause. */
  isWaking(now: number): boolean {
    if (now - this.#ranAt > this.#most) this.#wokeAt = now;
    this.#ranAt = now;
    return now - this.#wokeAt < WAKING_MS;
  }
}
