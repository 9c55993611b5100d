import { deepStrictEqual } from "node:assert/strict";
import { limitToPeer, selectByWords, selectTyped } from "../../../../lib/app/cli/commands/selection.ts";
import type { ListedImage } from "../../../../lib/protocol/image.ts";

const md5 = (digit: string): string => digit.repeat(32);
const at = (host: string, port: number) => ({ host, port });
const LISTED = [
  { md5: md5("a"), name: "cat.png", peers: [at("10.0.0.1", 5000), at("10.0.0.2", 5000)] },
  { md5: md5("b"), name: "Cat (2).png", peers: [at("10.0.0.2", 5001)] },
  { md5: md5("c"), name: "3", peers: [at("10.0.0.1", 5000)] },
  { md5: md5("d"), name: "trip/dog.jpg", peers: [at("10.0.0.3", 5000)] },
  { md5: md5("e"), name: "a\\b.jpg", peers: [at("10.0.0.3", 5000)] },
];

Deno.test("images are selected by number, MD5, name and pattern, each once, in the list's order", () => {
  const table: [string[], string, string[]?][] = [
    [["1"], "a"],
    [["4", "2-4", "2"], "bcd"],
    [["3"], "c"], // A name takes precedence over a number.
    [[md5("B")], "b"],
    [["trip/dog.jpg", "cat.png"], "ad"],
    [["*.png"], "ab"],
    [["*.{png,jpg}", "?"], "abcde"],
    [["a*.jpg"], "e"],
    [["0", "6", "3-2", "-1", "1-", "cat", md5("f")], "", ["0", "6", "3-2", "-1", "1-", "cat", md5("f")]],
    [["0-1", "bird*", "[", "1"], "a", ["0-1", "bird*", "["]],
    [["__proto__"], "", ["__proto__"]],
  ];
  for (const [words, images, unknown = []] of table) {
    const picked = selectByWords(words, LISTED);
    deepStrictEqual(
      [picked.images.map((it) => it.md5[0]).join(""), picked.unknown],
      [images, unknown],
      words.join(" "),
    );
  }
});

Deno.test("a name is the same however its accents are written", () => {
  const listed = ["NFC", "NFD"].map((form) => ({
    md5: md5(form === "NFC" ? "a" : "b"),
    name: "férias.png".normalize(form),
    peers: [],
  }));
  for (const word of ["férias.png", "f?rias.*", "fé*"].flatMap((it) => [it.normalize("NFC"), it.normalize("NFD")])) {
    deepStrictEqual(selectByWords([word], listed).images.map(({ md5 }) => md5[0]), ["a", "b"], word);
  }
});

Deno.test("images of one peer are fetched from this peer alone", () => {
  deepStrictEqual(limitToPeer({ host: "10.0.0.2" }, LISTED).map(({ name, peers }) => [name, peers]), [
    ["cat.png", [at("10.0.0.2", 5000)]],
    ["Cat (2).png", [at("10.0.0.2", 5001)]],
  ]);
  deepStrictEqual(limitToPeer({ host: "10.0.0.2", port: 5001 }, LISTED).map(({ name }) => name), ["Cat (2).png"]);
  deepStrictEqual(limitToPeer({ host: "10.0.0.9" }, LISTED), []);
});

const WORDS = { all: ["all"], from: ["from"] };
const [ANA, EVA] = [{ host: "10.0.0.1", port: 4_000 }, { host: "::1", port: 5_000 }];
const MENU_LIST: ListedImage[] = [[ANA], [ANA, EVA], [EVA], [ANA]].map((peers, i) => ({
  md5: `${i}`.repeat(32),
  name: `${i}.png`,
  peers,
}));

/** What is typed, and the numbers of the selected images, or the invalid word. */
const SELECTIONS: [string, number[] | string][] = [
  ["3", [3]],
  [" 1-2 ", [1, 2]],
  ["4, 1-2,2", [1, 2, 4]],
  ["1 3", [1, 3]],
  ["all", [1, 2, 3, 4]],
  ["ALL", [1, 2, 3, 4]],
  ["*", [1, 2, 3, 4]],
  ["from 10.0.0.1:4000", [1, 2, 4]],
  ["From [::1]:5000", [2, 3]],
  ["from 10.0.0.1", [1, 2, 4]],
  ["from ::1", [2, 3]],
  ["from 10.0.0.9:4000", "10.0.0.9:4000"],
  ["from Ana", "ana"],
  ["from", ""],
  ["0", "0"],
  ["5", "5"],
  ["1-5", "1-5"],
  ["3-2", "3-2"],
  ["1 x", "x"],
  ["-1", "-1"],
  ["1.5", "1.5"],
  ["9999999999", "9999999999"],
  ["all 3", "all"],
];

Deno.test("typed numbers, ranges, words and peers select these images", () => {
  for (const [typed, selected] of SELECTIONS) {
    const expected = typeof selected === "string"
      ? { wrong: selected }
      : { images: selected.map((number) => MENU_LIST[number - 1]) };
    deepStrictEqual(selectTyped(typed, MENU_LIST, WORDS), expected, typed);
  }
});
