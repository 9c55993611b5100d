/** How long the timers wait that {@link HeldTimers} holds, in milliseconds: a time that nothing else uses. */
export const HELD_MS = 54_321;

/** How many such times there are, from {@link HELD_MS} on: for what runs side by side. */
const HELD_TIMES = 1_000;

/** While it exists, timers of {@link HELD_MS} end when the test says so: how busy the machine is proves nothing. */
export class HeldTimers implements Disposable {
  readonly #real = { setTimeout, clearTimeout };
  /** With their times, in the order in which they were set. */
  readonly #held = new Map<object, { ms: number; run: () => void }>();
  #wakes: (() => void)[] = [];
  /** How many were set. */
  count = 0;

  constructor() {
    globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      if (ms < HELD_MS || ms >= HELD_MS + HELD_TIMES) return this.#real.setTimeout(callback, ms, ...args);
      const timer = { number: ++this.count };
      this.#held.set(timer, { ms, run: () => callback(...args) });
      this.#wakes.splice(0).forEach((wake) => wake());
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: unknown) => {
      if (!this.#held.delete(timer as object)) this.#real.clearTimeout(timer as number);
    }) as typeof clearTimeout;
  }

  /** Ends the one of so many milliseconds that was set last, now or later. */
  async end(ms = HELD_MS): Promise<void> {
    for (;;) {
      const last = [...this.#held].findLast(([, held]) => held.ms === ms);
      if (last) {
        this.#held.delete(last[0]);
        return last[1].run();
      }
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}
