/** The order of all images. */
import { dateOf } from "./image_facts.ts";
import type { ImageTable } from "./image_table.ts";

export type SortKey = "newest" | "name" | "date" | "size";

export interface Sort {
  readonly key: SortKey;
  readonly reversed: boolean;
}

/** Folded names with their numbers padded, so that `img9` precedes `img10`. */
const naturalKeys = new Map<string, string>();

function naturalKey(text: string): string {
  let key = naturalKeys.get(text);
  if (key === undefined) naturalKeys.set(text, key = text.replace(/\d{1,9}/g, (digits) => digits.padStart(10, "0")));
  return key;
}

/** The values by which images are sorted; unknown ones are 0, and the last in either direction. */
function valuesFor(table: ImageTable, key: SortKey): (string | number)[] {
  const { rows, texts } = table;
  if (key === "name") return texts.map(naturalKey);
  const valueOf = { newest: 8, size: 2 } as const;
  return rows.map((row) => !row ? 0 : key === "date" ? dateOf(row) : Number(row[valueOf[key]]));
}

/** Sorts a table anew from its last order: with few changes that takes little more than one pass. */
export class ImageOrder {
  #order: number[] = [];
  #sort = "";

  sorted(table: ImageTable, { key, reversed }: Sort): readonly number[] {
    const name = `${key} ${reversed}`;
    if (this.#sort !== name) this.#order = [];
    this.#sort = name;
    const order = this.#order.filter((slot) => table.rows[slot]);
    const known = new Uint8Array(table.rows.length);
    for (const slot of order) known[slot] = 1;
    for (const [slot, row] of table.rows.entries()) if (row && known[slot] === 0) order.push(slot);
    const values = valuesFor(table, key);
    // Names ascend, numbers descend: the newest, the largest and the latest first.
    const sign = (key === "name") !== reversed ? 1 : -1;
    order.sort((a, b) => {
      const [one, other] = [values[a], values[b]];
      if (one === other) return a - b;
      if (one === 0 || other === 0) return one === 0 ? 1 : -1;
      return one < other ? -sign : sign;
    });
    return this.#order = order;
  }
}
