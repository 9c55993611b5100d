import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { longLines } from "../../../../lib/app/cli/output/long_table.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";
import { listedArbitrary } from "../../../protocol/arbitraries.ts";
import { infoWith } from "../../../support.ts";

const CAT = { index: 7, image: { md5: "a".repeat(32), name: "lisboa/cat.gif", peers: [] } };
const INFO = infoWith({ size: 1_500_000, mime: "image/heic", width: 4_000, height: 3_000, taken: 1_717_156_800 });

Deno.test("a long list has what is known of each image in columns, fewer where there is no room for a name", () => {
  const at = (width: number): string[] => longLines([CAT], () => INFO, ENGLISH, width);
  deepStrictEqual(at(100), [
    "#  peers    size     pixels  type       taken  modified  name",
    "7      0  1.5 MB  4000×3000  heic  2024-05-31            lisboa/cat.gif",
  ]);
  deepStrictEqual(at(51), [
    "#  peers    size     pixels  type  name",
    "7      0  1.5 MB  4000×3000  heic  lisboa/cat.gif",
  ]);
  deepStrictEqual(longLines([CAT], () => undefined, ENGLISH, 26), ["#  peers  name", "7      0  lisboa/cat.gif"]);
});

Deno.test("no line of a long list is wider than the terminal, in both languages", () => {
  const images = fc.array(listedArbitrary, { minLength: 1, maxLength: 5 });
  const infos = fc.option(fc.record({ size: fc.nat(), width: fc.nat(1e9), height: fc.nat(1e9), taken: fc.nat() }));
  fc.assert(fc.property(images, infos, fc.integer({ min: 40, max: 120 }), (images, info, width) => {
    const rows = images.map((image, i) => ({ index: i + 1, image }));
    for (const words of [ENGLISH, PORTUGUESE]) {
      const lines = longLines(rows, () => info ? infoWith(info) : undefined, words, width);
      for (const line of lines) ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
      strictEqual(lines.length, rows.length + 1);
    }
  }));
});
