import { deepStrictEqual } from "node:assert/strict";
import { NO_CHOICES } from "../../../../lib/folder/choices.ts";
import { selectShared } from "../../../../lib/app/cli/commands/select_shared.ts";
import { sharingEntries, type SharingState } from "../../../../lib/app/cli/screen/sharing_entries.ts";
import { image } from "../../../support.ts";

const PATHS = ["2024/a.jpg", "a.jpg", "cafe\u0301/b.jpg", "lisboa", "porto/lisboa/c d.jpg", "porto/x.jpg"];
const md5 = (i: number): string => image(i).md5;
const FILES = PATHS.map((path, i) => ({ path, image: { md5: md5(i) } }));

Deno.test("words select albums with all that comes into them, and images by path, MD5 or pattern", () => {
  const cases: [word: string, albums: string[], images: number[]][] = [
    ["porto/", ["porto/"], []],
    ["porto", ["porto/"], []],
    ["./porto/lisboa", ["porto/lisboa/"], []],
    ["porto\\lisboa\\", ["porto/lisboa/"], []],
    ["caf\u00e9", ["caf\u00e9/"], []],
    ["2024", ["2024/"], []],
    ["lisboa", [], [3]], // A file goes first.
    ["gone/", ["gone/"], []], // It was chosen before its images went.
    ["porto/lisboa/c d.jpg", [], [4]],
    ["c d.jpg", [], [4]],
    [md5(5).toUpperCase(), [], [5]],
    ["porto/**", [], [4, 5]],
    ["*.jpg", [], [0, 1, 2, 4, 5]],
  ];
  const choices = { albums: new Map([["gone/", false]]) };
  for (const [word, albums, images] of cases) {
    const selection = selectShared([word], FILES, choices);
    deepStrictEqual(selection, { albums, images: images.map(md5), unknown: [], ambiguous: [] }, word);
  }
  for (const word of ["1", "2-3", "nothing.jpg", "none/"]) {
    deepStrictEqual(selectShared([word], FILES, choices).unknown, [word]);
  }
});

Deno.test("the rows show what is shared as a whole, in part or not at all", () => {
  const choices = {
    ...NO_CHOICES,
    albums: new Map([["porto/lisboa/", false]]),
    images: new Map([[md5(1), false]]),
    downloaded: new Set([md5(1), md5(5), md5(9)]),
  };
  const state: SharingState = { files: FILES, choices, reshares: true, located: 2, skipsLocated: true, skipped: 1 };
  const rows = sharingEntries(state).map((it) =>
    [it.kind, "path" in it ? it.path : "", "on" in it ? it.on : "", "images" in it ? it.images : ""].join(" ").trim()
  );
  deepStrictEqual(rows, [
    "reshare  true",
    "located  false 2",
    "downloaded  part 2",
    "album 2024/ true 1",
    "album cafe\u0301/ true 1",
    "album porto/ part 2",
    "album porto/lisboa/ false 1",
    "image 2024/a.jpg true",
    "image a.jpg false",
    "image cafe\u0301/b.jpg true",
    "image lisboa true",
    "image porto/lisboa/c d.jpg false",
    "image porto/x.jpg true",
    "skipped",
  ]);
});
