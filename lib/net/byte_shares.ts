/** Limits on the bytes that connections hold in memory, in total and for each source. */

export interface ByteLimits {
  readonly most: number;
  readonly ofSource: number;
}

export interface Holder {
  /** An address, or a /64 of IPv6. */
  readonly source: string;
  readonly close: () => void;
}

/** Counts the bytes of each connection; if there are too many, closes the largest connection of the largest source. */
export class ByteShares {
  readonly #limits: ByteLimits;
  readonly #bySource = new Map<string, Map<Holder, number>>();
  #total = 0;

  constructor(limits: ByteLimits) {
    this.#limits = limits;
  }

  /** Adds bytes to a connection, and may close another to make room; returns whether there is room. */
  add(holder: Holder, bytes: number): boolean {
    if (bytes === 0) return true;
    let held = this.#bySource.get(holder.source);
    if (!held) this.#bySource.set(holder.source, held = new Map());
    held.set(holder, (held.get(holder) ?? 0) + bytes);
    this.#total += bytes;
    if (sum(held) > this.#limits.ofSource) return this.#takeBack(holder, bytes);
    while (this.#total > this.#limits.most) {
      const largest = this.#largest(holder.source);
      if (largest === null) return this.#takeBack(holder, bytes);
      this.drop(largest);
      largest.close();
    }
    return true;
  }

  #takeBack(holder: Holder, bytes: number): false {
    const held = this.#bySource.get(holder.source)!;
    const before = held.get(holder)! - bytes;
    if (before === 0) this.drop(holder);
    else {
      held.set(holder, before);
      this.#total -= bytes;
    }
    return false;
  }

  drop(holder: Holder): void {
    const held = this.#bySource.get(holder.source);
    this.#total -= held?.get(holder) ?? 0;
    held?.delete(holder);
    if (held?.size === 0) this.#bySource.delete(holder.source);
  }

  /** The largest connection of the largest source; `null` if no source holds more than `than`. */
  #largest(than: string): Holder | null {
    const sums = [...this.#bySource].map(([source, held]) => ({ source, held, bytes: sum(held) }));
    const busiest = sums.reduce((a, b) => b.bytes > a.bytes ? b : a);
    const own = sums.find(({ source }) => source === than)!;
    if (busiest.bytes <= own.bytes) return null;
    return [...busiest.held].reduce((a, b) => b[1] > a[1] ? b : a)[0];
  }
}

function sum(held: Map<Holder, number>): number {
  return held.values().reduce((a, b) => a + b, 0);
}
