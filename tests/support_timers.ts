import { PATIENCE_MS } from "./support.ts";

/** How long the timers wait that {@link HeldTimers} holds, in milliseconds: a time that nothing else uses. */
export const HELD_MS = 54_321;

/** How many such times there are, from {@link HELD_MS} on: for what runs side by side. */
const HELD_TIMES = 1_000;

/**
 * While it exists, timers of {@link HELD_MS} end when the test says so, however busy the machine is. Those that the test
 * forgets end after {@link PATIENCE_MS}, so that nothing hangs.
 */
export class HeldTimers implements Disposable {
  readonly #real = { setTimeout, clearTimeout };
  /** With their times, in the order in which they were set. */
  readonly #held = new Map<unknown, { ms: number; run: () => void }>();
  #wakes: (() => void)[] = [];
  /** How many were set. */
  count = 0;

  constructor() {
    globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      if (ms < HELD_MS || ms >= HELD_MS + HELD_TIMES) return this.#real.setTimeout(callback, ms, ...args);
      const run = (): void => {
        this.#real.clearTimeout(timer);
        this.#held.delete(timer);
        callback(...args);
      };
      const timer = this.#real.setTimeout(run, PATIENCE_MS);
      this.#held.set(timer, { ms, run });
      this.count++;
      this.#wakes.splice(0).forEach((wake) => wake());
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer?: number) => {
      this.#held.delete(timer);
      this.#real.clearTimeout(timer);
    }) as typeof clearTimeout;
  }

  /** Ends the one of so many milliseconds that was set last, now or later. */
  async end(ms = HELD_MS): Promise<void> {
    for (;;) {
      const last = [...this.#held.values()].findLast((held) => held.ms === ms);
      if (last) return last.run();
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}
