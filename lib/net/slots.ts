/** A limited number of slots, given in the order of the calls. */

export class Slots {
  readonly #most: number;
  readonly #queue: (() => void)[] = [];
  #busy = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** How many slots are taken or waited for. */
  get load(): number {
    return this.#busy + this.#queue.length;
  }

  /** Waits for a slot; disposing of it passes it to the next in line. Throws the reason of the signal. */
  async enter(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#busy < this.#most) this.#busy++;
    else {
      await new Promise<void>((resolve, reject) => {
        const turn = (): void => {
          signal?.removeEventListener("abort", giveUp);
          resolve();
        };
        const giveUp = (): void => {
          this.#queue.splice(this.#queue.indexOf(turn), 1);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", giveUp, { once: true });
        this.#queue.push(turn);
      });
    }
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#busy--;
  }
}
