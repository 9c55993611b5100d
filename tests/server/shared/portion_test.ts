/** What comes from an engine at once stays small enough to come in time, however large registrations are. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Portion } from "../../../lib/server/shared/portion.ts";

Deno.test("so many entries are read as fit, by the size of those before", () => {
  const portion = new Portion();
  const read = (characters: number, entries = portion.count): number => {
    portion.adapt(Array(entries).fill(["1-0", ["x".repeat(characters)]]));
    return portion.count;
  };
  strictEqual(portion.count, 10);
  deepStrictEqual([read(1_000), read(1_000), read(1_000), read(1_000), read(1_000)], [40, 160, 640, 1_000, 1_000]);
  deepStrictEqual([read(3_000_000, 2), read(5_000_000), read(0, 0), read(100_000)], [1, 1, 1, 4]);
});
