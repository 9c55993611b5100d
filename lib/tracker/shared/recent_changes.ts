/** The changes of the last minute or two, which an engine that fails over to a replica may have lost. */

/** A replica is behind by less, in microseconds. */
const RECENT_US = 60_000_000;

/** More changes in a minute than this are not all remembered. */
const MAX_CHANGES = 100_000;

interface RecentChange {
  readonly id: number;
  readonly removed: boolean;
}

/** Remembers them by address, in two parts: what is too old is dropped as a whole, which costs nothing. */
export class RecentChanges {
  #older = new Map<string, RecentChange>();
  #newer = new Map<string, RecentChange>();
  #begin = { older: 0, newer: 0 };
  #newest = 0;

  /** The oldest change that is remembered. */
  get oldest(): number | undefined {
    return this.#older.size > 0 ? this.#begin.older : this.#newer.size > 0 ? this.#begin.newer : undefined;
  }

  add(address: string, id: number, removed: boolean): void {
    if (id < (this.#of(address)?.id ?? this.#newest - RECENT_US)) return;
    this.#newest = Math.max(this.#newest, id);
    this.#begin.newer = this.#newer.size === 0 ? id : Math.min(this.#begin.newer, id);
    if (id - this.#begin.newer > RECENT_US || this.#newer.size >= MAX_CHANGES) {
      [this.#older, this.#newer] = [this.#newer, new Map()];
      this.#begin = { older: this.#begin.newer, newer: id };
    }
    this.#newer.set(address, { id, removed });
  }

  isRemoved(address: string): boolean {
    return this.#of(address)?.removed ?? false;
  }

  /** The addresses whose last change is not among these. */
  lost(ids: ReadonlySet<number>): [address: string, id: number][] {
    const all = new Map([...this.#older, ...this.#newer]);
    return [...all].filter(([, { id }]) => !ids.has(id)).map(([address, { id }]) => [address, id]);
  }

  #of(address: string): RecentChange | undefined {
    return this.#newer.get(address) ?? this.#older.get(address);
  }
}
