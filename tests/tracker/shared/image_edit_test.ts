/** What is different between two lists of images. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { edited, editOf } from "../../../lib/tracker/shared/image_edit.ts";

const list = fc.array(fc.tuple(fc.constantFrom("1", "2", "3", "4"), fc.constantFrom("a", "b")), { maxLength: 6 })
  .map((images) => images.flat());

Deno.test("an edit makes the second list of the first one", () => {
  fc.assert(fc.property(list, list, (before, after) => {
    deepStrictEqual(edited(before, editOf(before, after)), after);
  }));
});

Deno.test("an edit has no image that is in both lists before or after the part that differs", () => {
  const table: [before: string, after: string, edit: string][] = [
    ["", "", "0-0+"],
    ["1a 2a 3a", "1a 2a 3a", "3-0+"],
    ["1a 2a 3a", "1a 4a 3a", "1-1+4a"],
    ["1a 2a 3a", "1a 2b 3a", "1-1+2b"],
    ["1a 2a 3a", "1a 2a 3a 4a", "3-0+4a"],
    ["1a 2a 3a", "4a 1a 2a 3a", "0-0+4a"],
    ["1a 2a 3a", "1a 3a", "1-1+"],
    ["1a 2a 3a", "", "0-3+"],
    ["", "1a", "0-0+1a"],
    ["1a 1a", "1a", "1-1+"],
    ["1a 2a 3a", "3a 2a 1a", "0-3+3a 2a 1a"],
  ];
  const images = (text: string): string[] => text.split(" ").flatMap((it) => it.split(""));
  for (const [before, after, edit] of table) {
    const { kept, dropped, added } = editOf(images(before), images(after));
    const pairs = added.filter((_, i) => i % 2 === 0).map((md5, i) => md5 + added[2 * i + 1]);
    deepStrictEqual(`${kept}-${dropped}+${pairs.join(" ")}`, edit, `${before} -> ${after}`);
  }
});
