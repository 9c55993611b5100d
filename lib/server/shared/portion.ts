/** How many entries are read at once: as many as have some megabytes, so that the answer comes in time. Pure. */

/** Characters that are read together, about. */
const CHARACTERS = 4_000_000;

/** The first number, before the size of entries is known, and the largest. */
const FIRST = 10;
const MOST = 1_000;

export class Portion {
  count = FIRST;

  /** Learns how large the entries are that were read last. */
  adapt(entries: readonly (readonly [id: string, fields: readonly string[]])[]): void {
    if (entries.length === 0) return;
    let characters = 0;
    for (const [, fields] of entries) for (const { length } of fields) characters += length;
    this.count = Math.max(1, Math.min(4 * this.count, MOST, Math.floor(CHARACTERS * entries.length / characters)));
  }
}
