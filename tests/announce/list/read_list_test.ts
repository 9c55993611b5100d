import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { readList } from "../../../lib/announce/list/read_list.ts";
import { parseList } from "../../../lib/protocol/list.ts";

const entry = (i: number): string =>
  `${i.toString(16).padStart(32, "0")},a%20picture%20${i}.jpg,10.0.0.${i % 250}:5000,10.0.1.${i % 9}:${6_000 + i % 7}`;

Deno.test("a list that is read in steps is the list, whatever separates its entries, and others get their turns", async () => {
  const separators = [";", "\n", "\r\n", ";;"];
  const text = Array.from({ length: 20_000 }, (_, i) => `${entry(i % 15_000)}${separators[i % 4]}`).join("");
  let [turns, isOver] = [0, false];
  const reading = readList(text).finally(() => isOver = true);
  while (!isOver) {
    turns++;
    await setImmediate();
  }
  const images = await reading;
  strictEqual(images.length, 15_000);
  deepStrictEqual(images, parseList(text));
  ok(turns > 8, `${turns}`);
});

Deno.test("a short list, an empty one, and an entry longer than a step", async () => {
  for (const text of ["", entry(1), `${entry(1)};`, `${"x".repeat(300_000)};${entry(2)}`]) {
    deepStrictEqual(await readList(text), parseList(text));
  }
});
