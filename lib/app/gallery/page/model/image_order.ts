/** The order of all images. */
import { dateOf } from "./image_facts.ts";
import type { ImageTable } from "./image_table.ts";

export type SortKey = "newest" | "name" | "date" | "size";

export interface Sort {
  readonly key: SortKey;
  readonly reversed: boolean;
}

/** A value by which images are sorted; unknown ones are 0, and the last in either direction. */
type SortValue = string | number;

/** Folded names with their numbers padded, so that `img9` precedes `img10`. */
const naturalKeys = new Map<string, string>();

function naturalKey(text: string): string {
  let key = naturalKeys.get(text);
  if (key === undefined) naturalKeys.set(text, key = text.replace(/\d{1,9}/g, (digits) => digits.padStart(10, "0")));
  return key;
}

/** The values by slot; `undefined` where there is no image. */
function valuesFor({ rows, texts }: ImageTable, key: SortKey): (SortValue | undefined)[] {
  if (key === "name") return rows.map((row, slot) => row && naturalKey(texts[slot]));
  if (key === "date") return rows.map((row) => row && dateOf(row));
  const field = key === "size" ? 2 : 8;
  return rows.map((row) => row && row[field]);
}

/** Sorts a table anew from its last order: with few changes, those are put where they belong. */
export class ImageOrder {
  #order: readonly number[] = [];
  #sort = "";
  /** The values of the last order. */
  #values: (SortValue | undefined)[] = [];

  /** The slots of all images; the same array while they stay as they are. */
  sorted(table: ImageTable, { key, reversed }: Sort): readonly number[] {
    const name = `${key} ${reversed}`;
    if (this.#sort !== name) [this.#order, this.#values] = [[], []];
    this.#sort = name;
    const [before, values] = [this.#values, valuesFor(table, key)];
    this.#values = values;
    const kept = this.#order.filter((slot) => values[slot] !== undefined && values[slot] === before[slot]);
    const others: number[] = [];
    for (let slot = 0; slot < values.length; slot++) {
      if (values[slot] !== undefined && values[slot] !== before[slot]) others.push(slot);
    }
    if (kept.length === this.#order.length && others.length === 0) return this.#order;
    // Names ascend, numbers descend: the newest, the largest and the latest first.
    const sign = (key === "name") !== reversed ? 1 : -1;
    const compare = (a: number, b: number): number => {
      const [one, other] = [values[a]!, values[b]!];
      if (one === other) return a - b;
      if (one === 0 || other === 0) return one === 0 ? 1 : -1;
      return one < other ? -sign : sign;
    };
    return this.#order = merged(kept, others.sort(compare), compare);
  }
}

/** Two sorted arrays as one. */
function merged(
  some: readonly number[],
  others: readonly number[],
  compare: (a: number, b: number) => number,
): readonly number[] {
  if (some.length === 0 || others.length === 0) return some.length === 0 ? others : some;
  const all: number[] = [];
  let next = 0;
  for (const slot of some) {
    while (next < others.length && compare(others[next], slot) < 0) all.push(others[next++]);
    all.push(slot);
  }
  return all.concat(others.slice(next));
}
