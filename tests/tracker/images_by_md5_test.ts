/** Images by MD5, however these are chosen. */
import { strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { ImagesByMd5 } from "../../lib/tracker/registry/images_by_md5.ts";
import { ImageRecord } from "../../lib/tracker/registry/records.ts";

Deno.test("images are found by their MD5s, also when more begin alike than one map takes", () => {
  const md5 = fc.tuple(fc.constantFrom("00", "0f", "f0", "a1"), fc.integer({ min: 0, max: 9 }))
    .map(([begin, i]) => begin + `${i}`.padStart(30, "0"));
  const step = fc.record({ md5, adds: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
    const [index, model] = [new ImagesByMd5(2), new Map<string, ImageRecord>()];
    for (const { md5, adds } of steps) {
      const known = model.get(md5);
      if (adds && !known) {
        const image = new ImageRecord({ md5, name: "cat.png" }, 0);
        model.set(md5, image);
        index.add(image);
      } else if (!adds) {
        model.delete(md5);
        index.delete(md5);
      }
      strictEqual(index.size, model.size);
      for (const [known, image] of model) strictEqual(index.get(known), image);
      if (!model.has(md5)) strictEqual(index.get(md5), undefined);
    }
  }));
});

Deno.test("every two digits with which an MD5 begins have a map of their own", () => {
  const index = new ImagesByMd5(1);
  for (let i = 0; i < 256; i++) {
    const image = new ImageRecord({ md5: i.toString(16).padStart(2, "0").padEnd(32, "0"), name: "cat.png" }, i);
    index.add(image);
    strictEqual(index.get(image.md5), image);
  }
  strictEqual(index.size, 256);
});
