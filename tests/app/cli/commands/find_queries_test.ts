import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { findQueries } from "../../../../lib/app/cli/commands/find_queries.ts";
import { selectByWords } from "../../../../lib/app/cli/commands/select_words.ts";
import { containsWords } from "../../../../lib/protocol/find.ts";
import { foldName } from "../../../../lib/protocol/fold_name.ts";
import { CAT } from "../../../protocol/arbitraries.ts";

const QUERIES: [string, string[] | null][] = [
  ["cat.gif", ["cat.gif"]],
  ["Lisboa/Ação 1.JPG", ["lisboa", "acao", "1.jpg"]],
  ["lisboa/", ["lisboa"]],
  ["lisboa/*.jpg", ["lisboa", ".jpg"]],
  [CAT, [CAT]],
  ["./cat?.gif", ["cat", ".gif"]],
  ["*", null],
  ["3", null],
  ["3-5", null],
  ["*.{jpg,png}", null],
  ["[ab]*.jpg", null],
  ["a (1).jpg", ["a", "(1).jpg"]],
];

Deno.test("each word has a query that finds what it selects, or needs the whole list", () => {
  for (const [word, query] of QUERIES) deepStrictEqual(findQueries([word]), query && [query], word);
  strictEqual(findQueries(["cat.gif", "3"]), null);
  strictEqual(findQueries([]), null);
});

const piece = fc.constantFrom(
  "cat",
  "Cat",
  "é",
  "e\u0301",
  "ção",
  "/",
  "\\",
  " ",
  "*",
  "?",
  "[a]",
  "(1)",
  ".",
  "..",
  ".jpg",
  "12",
  "Σ",
);
const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));

Deno.test("words select the same among what their queries find as in the whole list", () => {
  const names = fc.array(fc.oneof(text, text.map((it) => `${it}/x`)), { maxLength: 12 });
  fc.assert(
    fc.property(names, fc.array(text, { minLength: 1, maxLength: 3 }), (names, words) => {
      const queries = findQueries(words);
      if (!queries) return;
      const listed = names.map((name, i) => ({ md5: `${i}`.padStart(32, "0"), name, peers: [] }));
      const found = listed.filter(({ name, md5 }) => queries.some((it) => containsWords(foldName(name), md5, it)));
      deepStrictEqual(selectByWords(words, found), selectByWords(words, listed));
    }),
    { numRuns: 2_000 },
  );
});
