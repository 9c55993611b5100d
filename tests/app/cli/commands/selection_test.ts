import { deepStrictEqual } from "node:assert/strict";
import { selectByWords } from "../../../../lib/app/cli/commands/select_words.ts";
import { limitToPeer, selectTyped } from "../../../../lib/app/cli/commands/selection.ts";
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
    [["a*.jpg"], "", ["a*.jpg"]],
    [["b.jpg", "a/*.jpg"], "e"],
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

/** Images of albums, the first letter of each MD5 before its name. */
const TREE = [
  "a DSC_1.jpg",
  "b lisboa/DSC_1.jpg",
  "c lisboa/praia/DSC_2.jpg",
  "d porto/DSC_1.jpg",
  "e porto/lisboa/only.png",
  "f 2024/2",
  "0 2024/--all/x.jpg",
  "1 lisboa",
  "2 .hidden/.dot.jpg",
  "3 Lisboa/DSC_1.jpg",
  "4 ../../etc/passwd",
  "5 porto\\nazaré/z[1].jpg",
].map((it) => ({ md5: md5(it[0]), name: it.slice(2), peers: [] }));

Deno.test("albums, paths, ends of paths and patterns select as in .gitignore; an ambiguous end selects nothing", () => {
  const table: [string, string, string[]?][] = [
    ["lisboa/", "bc"],
    ["lisboa/praia", "c"],
    ["./lisboa/praia/", "c"],
    ["lisboa", "1"], // A whole name takes precedence over an album.
    ["2024", "", []], // A number too.
    ["2024/", "f0"],
    ["lisboa/DSC_1.jpg", "b"],
    ["DSC_1.jpg", "a"],
    ["DSC_2.jpg", "c"],
    ["only.png", "e"],
    ["praia/DSC_2.jpg", "c"],
    ["praia/", "c"],
    ["--all/", "0"],
    ["x.jpg", "0"],
    ["passwd", "4"],
    ["etc/", "4"],
    ["../etc/passwd", "4"],
    ["porto/nazare\u0301/", "5"],
    ["porto/nazaré/z[1].jpg", "5"],
    ["lisboa/**", "bc"],
    ["lisboa/*", "b"],
    ["/lisboa/*", "b"],
    ["/*.jpg", "a"],
    ["*.jpg", "abcd0235"],
    ["**/DSC_1.jpg", "abd3"],
    ["[lL]isboa/*.jpg", "b3"],
    ["l*a/", "bce"],
    ["porto/*/", "e5"],
    ["*/", "bcdef02345"],
    ["**", "abcdef012345"],
    ["porto/{lisboa,naz*}/*.{png,jpg}", "e5"],
    ["lis", "", []],
    ["/", "", []],
    ["", "", []],
  ];
  for (const [word, images, paths] of table) {
    const picked = selectByWords([word], TREE);
    const found = picked.images.map((it) => it.md5[0]).join("");
    deepStrictEqual([found, picked.unknown.length, picked.ambiguous], [images, paths ? 1 : 0, []], word);
  }
  const twice = [...TREE, { md5: md5("9"), name: "madrid/praia/only.png", peers: [] }];
  const { images, unknown, ambiguous } = selectByWords(["only.png", "praia/", "a.jpg", "DSC_2.jpg"], twice);
  deepStrictEqual([images.map((it) => it.md5[0]), unknown], [["c"], ["a.jpg"]]);
  deepStrictEqual(ambiguous, [
    { word: "only.png", paths: ["porto/lisboa/only.png", "madrid/praia/only.png"] },
    { word: "praia/", paths: ["lisboa/praia/", "madrid/praia/"] },
  ]);
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

Deno.test("images of one peer are fetched only from this peer", () => {
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

Deno.test("typed numbers, ranges, words and peers select the expected images", () => {
  for (const [typed, selected] of SELECTIONS) {
    const expected = typeof selected === "string"
      ? { wrong: selected }
      : { images: selected.map((number) => MENU_LIST[number - 1]) };
    deepStrictEqual(selectTyped(typed, MENU_LIST, WORDS), expected, typed);
  }
});
