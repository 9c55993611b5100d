/** How many images have each of some values: the formats, the peers, the albums that there are. */
export class Counts<T> {
  readonly #counts = new Map<T, number>();

  /** The values that images have, each with their number. */
  get entries(): readonly (readonly [T, number])[] {
    return [...this.#counts];
  }

  /** The values that images have. */
  get values(): readonly T[] {
    return [...this.#counts.keys()];
  }

  add(value: T, by: 1 | -1): void {
    const count = (this.#counts.get(value) ?? 0) + by;
    if (count > 0) this.#counts.set(value, count);
    else this.#counts.delete(value);
  }
}
