/** The changes of the last minute, which an engine that fails over to a replica may have lost. */

/** A replica is behind by less, in microseconds. */
const RECENT_US = 60_000_000;

/** More changes in a minute than this are not all remembered. */
const MAX_CHANGES = 200_000;

export class RecentChanges {
  /** By address, the oldest first. */
  readonly #changes = new Map<string, { id: number; removed: boolean }>();

  #newest = 0;

  /** The oldest change that is remembered. */
  get oldest(): number | undefined {
    return this.#changes.values().next().value?.id;
  }

  add(address: string, id: number, removed: boolean): void {
    if (id < (this.#changes.get(address)?.id ?? this.#newest - RECENT_US)) return;
    this.#newest = Math.max(this.#newest, id);
    this.#changes.delete(address);
    this.#changes.set(address, { id, removed });
    for (const [oldest, { id: its }] of this.#changes) {
      if (this.#newest - its <= RECENT_US && this.#changes.size <= MAX_CHANGES) break;
      this.#changes.delete(oldest);
    }
  }

  isRemoved(address: string): boolean {
    return this.#changes.get(address)?.removed ?? false;
  }

  /** The addresses whose last change is not among these. */
  lost(ids: ReadonlySet<number>): [address: string, id: number][] {
    return [...this.#changes].filter(([, { id }]) => !ids.has(id)).map(([address, { id }]) => [address, id]);
  }
}
