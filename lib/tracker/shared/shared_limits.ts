/**
 * Limits that trackers with one registry count together: who guesses passwords at four of them has no more tries than at
 * one. Each gathers what sources took at it, and takes the same off what they may take at the others. Only sums matter,
 * not their order, and no request waits.
 */

/** What a source took: wrong passwords, dial-backs, and answer bytes that a forged request may have caused. */
export interface Taken {
  passwords: number;
  dials: number;
  bytes: number;
}

/** Sources that are gathered at once; what more of them take counts at this tracker only. */
const MAX_SOURCES = 10_000;

/** Sources that are sent at once. */
const BATCH = 500;

/** What sources took at this tracker since it was last sent, and what they took at others. */
export class SharedLimits {
  readonly #taken = new Map<string, Taken>();
  /** Called with what a source took at another tracker, and when, by this tracker's clock in milliseconds. */
  onTaken?: (host: string, taken: Taken, at: number) => void;

  add(host: string, limit: keyof Taken, count: number): void {
    let taken = this.#taken.get(host);
    if (!taken) {
      if (this.#taken.size >= MAX_SOURCES) return;
      this.#taken.set(host, taken = { passwords: 0, dials: 0, bytes: 0 });
    }
    taken[limit] += count;
  }

  /** Takes what is to be sent next, by an address of each source. */
  take(): [host: string, taken: Taken][] {
    const next = [...this.#taken.entries().take(BATCH)];
    for (const [host] of next) this.#taken.delete(host);
    return next;
  }

  /** Forgets what is to be sent: while the engine is away each tracker counts alone. */
  forget(): void {
    this.#taken.clear();
  }
}
