import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { containsWords, FIND_LIMITS, type parseFind, parseFound } from "../../lib/protocol/find.ts";
import { foldName } from "../../lib/protocol/fold_name.ts";
import { parseRequest } from "../../lib/protocol/request.ts";
import { bytes, CAT } from "./arbitraries.ts";

const FOLDED: [string, string][] = [
  ["Ação.JPG", "acao.jpg"],
  ["A\u0301rvore", "arvore"],
  ["İstanbul", "istanbul"],
  ["ΟΔΟΣ", "οδοσ"],
  ["straße", "straße"],
  ["👨\u200d👩", "👨👩"],
  ["plain name_1.png", "plain name_1.png"],
];

Deno.test("names are folded: without accents, joiners and capitals", () => {
  for (const [name, folded] of FOLDED) strictEqual(foldName(name), folded, name);
});

Deno.test("a folded text stays as it is, and its parts are found in it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (a, b) => {
    strictEqual(foldName(foldName(a)), foldName(a));
    ok(foldName(a + b).includes(foldName(a)), JSON.stringify([a, b]));
  }));
});

const REQUESTS: [string, ReturnType<typeof parseFind>][] = [
  ["FND 50 0 cat", { limit: 50, from: 0, words: ["cat"] }],
  ["FND 1 999999999  Two  words; and, signs ", {
    limit: 1,
    from: 999_999_999,
    words: ["Two", "words;", "and,", "signs"],
  }],
  ["FND 0 0 cat", null],
  ["FND 01 0 cat", null],
  ["FND -1 0 cat", null],
  ["FND 1 1000000000 cat", null],
  ["FND 1 0", null],
  ["FND 1 0 ", null],
  ["FND 1", null],
  ["FND", null],
  [`FND 1 0 ${"a ".repeat(FIND_LIMITS.words)}a`, null],
  [`FND 1 0 ${"a".repeat(FIND_LIMITS.length + 1)}`, null],
];

Deno.test("a request has a limit, a place and words; anything else is malformed", () => {
  for (const [text, request] of REQUESTS) {
    const parsed = parseRequest(bytes(text));
    if (request) deepStrictEqual(parsed, { type: "FND", ...request }, text);
    else strictEqual(parsed.type === "malformed" && parsed.reason, "FND takes two numbers and words", text);
  }
});

const ANSWERS: [string, number, number, number][] = [
  ["FND 0 12", 0, 12, 0],
  [`FND 64 12000 ${CAT},cat.gif,10.0.0.1:5000`, 64, 12_000, 1],
];

Deno.test("an answer says where to go on, how long the list is, and what was found", () => {
  for (const [text, next, total, count] of ANSWERS) {
    const found = parseFound(text)!;
    deepStrictEqual([found.next, found.total, found.images.length], [next, total, count]);
  }
  for (
    const text of ["FND", "FND 0", "FND a 1", "ERR INVALID_MESSAGE_FORMAT", `${CAT},cat.gif,10.0.0.1:5000`, "FND 0 1x"]
  ) {
    strictEqual(parseFound(text), null, text);
  }
});

Deno.test("all words must be in the name, or begin the MD5", () => {
  const md5 = "abcdef0123456789abcdef0123456789";
  ok(containsWords("lisboa/cat.jpg", md5, ["cat", "lis"]));
  ok(containsWords("lisboa/cat.jpg", md5, ["abcdef"]));
  ok(containsWords("lisboa/cat.jpg", md5, [md5, "cat"]));
  strictEqual(containsWords("lisboa/cat.jpg", md5, ["cat", "dog"]), false);
  strictEqual(containsWords("lisboa/cat.jpg", md5, ["abcde"]), false, "too few digits");
  strictEqual(containsWords("lisboa/cat.jpg", md5, ["bcdef0"]), false, "not its beginning");
});
