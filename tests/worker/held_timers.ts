/** How long the timers wait that {@link HeldTimers} holds, in milliseconds: a time that nothing else uses. */
export const HELD_MS = 54_321;

/** While it exists, timers of {@link HELD_MS} end when the test says so: how busy the machine is proves nothing. */
export class HeldTimers implements Disposable {
  readonly #real = { setTimeout, clearTimeout };
  readonly #held = new Map<unknown, () => void>();
  #wake: () => void = () => {};
  /** How many were set. */
  count = 0;

  constructor() {
    globalThis.setTimeout = ((callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      if (ms !== HELD_MS) return this.#real.setTimeout(callback, ms, ...args);
      const timer = { number: ++this.count };
      this.#held.set(timer, () => callback(...args));
      this.#wake();
      return timer;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer) => {
      if (!this.#held.delete(timer)) this.#real.clearTimeout(timer);
    }) as typeof clearTimeout;
  }

  /** Ends the one that was set last, now or later. */
  async end(): Promise<void> {
    while (this.#held.size === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    const [timer, run] = [...this.#held].at(-1)!;
    this.#held.delete(timer);
    run();
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}
