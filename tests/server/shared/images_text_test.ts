/** Images and edits as texts for the engine. */
import { deepStrictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import {
  ForeignEntryError,
  formatEdit,
  formatImages,
  parseEdits,
  parseImages,
} from "../../../lib/server/shared/images_text.ts";

const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("", "a\nb", "100%.jpg", "%0A", "%250A\n%", "\u0000 gato “é” 🐈.png", "0".repeat(32)),
);
const images = fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), name), { maxLength: 5 })
  .map((images) => images.flatMap(([digit, name]) => [digit.toString(16).repeat(32), name]));

Deno.test("images are read as they were written, whatever their names have", () => {
  fc.assert(fc.property(images, (images) => deepStrictEqual(parseImages(formatImages(images)), images)));
});

Deno.test("edits that follow each other are read as they were written", () => {
  const edit = fc.record({ kept: fc.nat(), dropped: fc.nat(), added: images }, { noNullPrototype: true });
  fc.assert(fc.property(fc.array(edit), (edits) => deepStrictEqual(parseEdits(edits.map(formatEdit).join("")), edits)));
});

Deno.test("what no tracker wrote is refused", () => {
  const md5 = "0".repeat(32);
  for (
    const text of ["x", "\n", md5, `${md5} a`, `${md5}\n`, `${md5}-a\n`, `${md5.slice(1)}g a\n`, `["${md5}","a"]\n`]
  ) {
    throws(() => parseImages(text), ForeignEntryError, text);
  }
  for (const text of ["0 0 1", "0 0\n", "0 -1 0\n", "a 0 0\n", `0 0 1\n${md5}\n`, `0 0 1\n${md5} a\nx`]) {
    throws(() => parseEdits(text), ForeignEntryError, text);
  }
});
