/** Albums in the list: levels, what a filter finds, what keys do, and that hostile names change nothing. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { Key } from "ink";
import stringWidth from "string-width";
import { Album } from "../../../../../lib/app/cli/screen/list/album.ts";
import { entryLines } from "../../../../../lib/app/cli/screen/list/entry_table.ts";
import { entriesOf, SORTS } from "../../../../../lib/app/cli/screen/list/list_entries.ts";
import { ListRows, type Place } from "../../../../../lib/app/cli/screen/list/list_rows.ts";
import {
  applyKey,
  INITIAL_LIST_STATE,
  type ListState,
  selectedImages,
  withList,
} from "../../../../../lib/app/cli/screen/list/list_state.ts";
import type { ImageInfo } from "../../../../../lib/protocol/peer_reply.ts";
import { infoWith } from "../../../../support.ts";
import { ENGLISH } from "../../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../../lib/app/words/pt/words.ts";
import type { ListedImage } from "../../../../../lib/protocol/image.ts";
import { nameArbitrary } from "../../../../protocol/arbitraries.ts";

const md5 = (n: number): string => `${n}`.padStart(32, "f");

/** When image number 2 was taken, in seconds since 1970; of the others it is not known. */
const TAKEN = new Date(2024, 4, 1, 12).getTime() / 1_000;

/** A list of images with these names, numbered from 1, which become their sizes; number 9 has none, number 3 is here. */
function listOf(...names: string[]): ListRows {
  const images = names.map((name, i) => ({ md5: md5(i + 1), name, peers: [{ host: "10.0.0.1", port: i + 1 }] }));
  const holdings = {
    folder: { here: (it: string) => it === md5(3) ? { md5: it, name: "here.jpg" } : undefined },
    isSelf: () => false,
  };
  const infoOf = ({ md5: it }: ListedImage): ImageInfo | undefined =>
    it === md5(9) ? undefined : infoWith({ size: Number(it.replaceAll("f", "")), taken: it === md5(2) ? TAKEN : 0 });
  return new ListRows(entriesOf(images, holdings), infoOf, "en");
}

const LIST = listOf(
  "lisboa/DSC_0001.jpg",
  "lisboa/praia 10/DSC_0001.jpg",
  "cat.jpg",
  "lisboa/praia 2/DSC_0001.jpg",
  "Ávila/DSC_0001.jpg",
  "avila/DSC_0002.jpg",
  "lisboa", // The same name as an album.
  "2024/trips/lisboa/DSC_0007.jpg",
  "avila/DSC_0003.jpg",
);

/** What is shown: the numbers of images, the paths of albums, `null` for the line of all. */
function shownAt(list: ListRows, place: Partial<Place>): (number | string | null)[] {
  return list.at({ ...INITIAL_LIST_STATE, ...place }).rows.map((row) => row instanceof Album ? row.path : row.index);
}

Deno.test("a level shows its albums, then its images, each sorted; the top level has a line for all images", () => {
  const table: [Partial<Place>, (number | string | null)[]][] = [
    [{}, [null, "lisboa", "Ávila", "avila", "2024", 3, 7]],
    [{ sort: "name" }, [null, "2024", "avila", "Ávila", "lisboa", 3, 7]],
    [{ sort: "size" }, [null, "2024", "lisboa", "Ávila", "avila", 7, 3]],
    [{ album: "lisboa" }, ["lisboa/praia 10", "lisboa/praia 2", 1]],
    [{ album: "lisboa", sort: "name" }, ["lisboa/praia 2", "lisboa/praia 10", 1]],
    [{ album: "2024" }, ["2024/trips"]],
    [{ album: "2024/trips/lisboa" }, [8]],
    [{ album: null }, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [{ album: null, sort: "name" }, [8, 5, 6, 9, 3, 7, 1, 4, 2]],
    [{ album: "lis" }, []],
  ];
  for (const [place, shown] of table) deepStrictEqual(shownAt(LIST, place), shown, JSON.stringify(place));
  deepStrictEqual(shownAt(listOf("cat.jpg", "dog.jpg"), {}), [1, 2]);
});

Deno.test("a filter finds the outermost albums of that name and images by their paths, below the level", () => {
  const table: [Partial<Place>, (number | string | null)[]][] = [
    [{ filter: "LISBOA" }, ["lisboa", "2024/trips/lisboa", 1, 2, 4, 7, 8]],
    [{ filter: "avila" }, ["Ávila", "avila", 5, 6, 9]],
    [{ filter: "praia" }, ["lisboa/praia 10", "lisboa/praia 2", 2, 4]],
    [{ filter: "lisboa/" }, ["lisboa", "2024/trips/lisboa", 1, 2, 4, 8]],
    [{ filter: "boa/pra" }, ["lisboa/praia 10", "lisboa/praia 2", 2, 4]],
    [{ filter: "boa/dsc" }, [1, 8]],
    [{ filter: "s/l" }, ["2024/trips/lisboa", 8]],
    [{ filter: "2" }, ["lisboa/praia 2", "2024", 4, 6, 8]],
    [{ filter: "lisboa", album: "lisboa" }, []],
    [{ filter: "0001", album: "lisboa" }, [1, 2, 4]],
    [{ filter: "praia 2", album: "lisboa" }, ["lisboa/praia 2", 4]],
    [{ filter: "lisboa", album: null }, [1, 2, 4, 7, 8]],
    [{ filter: md5(8) }, [8]],
  ];
  for (const [place, shown] of table) deepStrictEqual(shownAt(LIST, place), shown, JSON.stringify(place));
});

/** The state after these keys. */
function after(keys: readonly (string | Partial<Key>)[], list = LIST): ListState {
  return keys.reduce<ListState>(
    (now, key) => typeof key === "string" ? applyKey(now, key, {}, list, 5) : applyKey(now, "", key, list, 5),
    INITIAL_LIST_STATE,
  );
}

const [ENTER, DOWN, ESC, BACK] = [{ return: true }, { downArrow: true }, { escape: true }, { backspace: true }];

Deno.test("Enter goes into an album, Esc and Backspace back to its line, and a filter is cleared first", () => {
  const table: [(string | Partial<Key>)[], Partial<ListState>][] = [
    [[ENTER], { album: null, cursor: 0 }],
    [[ENTER, DOWN, ESC], { album: "", cursor: 0 }],
    [[DOWN, ENTER, DOWN, ENTER], { album: "lisboa/praia 2", cursor: 0 }],
    [[DOWN, ENTER, DOWN, ENTER, BACK], { album: "lisboa", cursor: 1 }],
    [[DOWN, ENTER, DOWN, ENTER, ESC, ESC], { album: "", cursor: 1 }],
    [[DOWN, ENTER, "x", ESC], { album: "lisboa", filter: "" }],
    [[DOWN, ENTER, "x", BACK, BACK], { album: "", filter: "" }],
    [["trips", ENTER], { album: "2024/trips", filter: "", cursor: 0 }],
    [["trips", ENTER, ESC], { album: "2024", cursor: 0 }],
    [["cat", ENTER], { album: "", filter: "cat" }],
    [[BACK], { album: "", cursor: 0 }],
  ];
  for (const [keys, expected] of table) {
    const { album, cursor, filter } = after(keys);
    deepStrictEqual({ album, cursor, filter, ...expected }, { album, cursor, filter }, JSON.stringify(keys));
  }
});

Deno.test("choosing an album chooses its images that do not exist here, which are downloaded in the list's order", () => {
  const numbers = (state: ListState): number[] =>
    selectedImages(state, LIST).map(({ md5 }) => Number(md5.replaceAll("f", "")));
  deepStrictEqual(numbers(after([DOWN])), [1, 2, 4]); // The album under the cursor.
  deepStrictEqual(numbers(after([])), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  deepStrictEqual([...after([DOWN, " "]).chosen].sort(), [md5(1), md5(2), md5(4)]);
  strictEqual(after([DOWN, " ", { upArrow: true }, " "]).chosen.size, 0);
  strictEqual(after([" "]).chosen.size, 8);
  deepStrictEqual(numbers(after(["2024", " ", BACK, BACK, BACK, BACK, DOWN, " "])), [1, 2, 4, 8]);
  const marks = (keys: (string | Partial<Key>)[]): string[] => {
    const state = { ...after(keys), album: "", filter: "", cursor: 0 };
    const options = { from: 0, infoOf: LIST.infoOf, words: ENGLISH, width: 80 };
    return entryLines(LIST.at(state).rows, state, options).slice(1).map((line) => line.slice(2, 5));
  };
  deepStrictEqual(marks([DOWN, ENTER, " "]), ["[-]", "[-]", "[ ]", "[ ]", "[ ]", "   ", "[ ]"]);
  deepStrictEqual(marks([DOWN, " "]), ["[-]", "[x]", "[ ]", "[ ]", "[ ]", "   ", "[ ]"]);
});

Deno.test("a new list keeps the album and the line under the cursor; if the album is gone, the one around it", () => {
  const [inLisboa, atAvila] = [after([DOWN, ENTER, DOWN]), after([DOWN, DOWN, DOWN])];
  const more = listOf("new/1.jpg", "x", "y", "lisboa/a/1.jpg", "lisboa/praia 2/1.jpg", "avila/1.jpg");
  const place = ({ album, cursor }: ListState) => [album, cursor];
  deepStrictEqual(place(withList(inLisboa, more, LIST)), ["lisboa", 1]);
  deepStrictEqual(shownAt(more, {})[withList(atAvila, more, LIST).cursor], "avila");
  deepStrictEqual(place(withList(after([DOWN, ENTER, ENTER]), listOf("lisboa/1.jpg"), LIST)), ["lisboa", 0]);
  deepStrictEqual(place(withList(inLisboa, listOf("cat.jpg"), LIST))[0], "");
  deepStrictEqual(place(withList(after([ENTER]), listOf("cat.jpg"), LIST))[0], "");
});

Deno.test("an album shows its number of images, their size once all are known, and its path shortened in front", () => {
  const state = { ...INITIAL_LIST_STATE, album: "2024" };
  const list = listOf("2024/a very long name of an album/lisboa/1.jpg", "2024/x/2.jpg", "2024/x/3.jpg");
  const lines = (width: number, place: ListState) =>
    entryLines(list.at(place).rows, place, { from: 0, infoOf: list.infoOf, words: ENGLISH, width });
  deepStrictEqual(lines(60, state), [
    "       #  peers     size  name",
    "› [ ]             1 byte  a very long nam…n album/  1 image",
    "  [ ]            5 bytes  x/                        2 images",
  ]);
  deepStrictEqual(lines(40, { ...state, filter: "lisboa" }), [
    "      # peers   size name",
    "› [ ]         1 byte a very l…/lisboa/ 1",
    "  [ ] 1     1 1 byte a very lon…/1.jpg",
  ]);
  deepStrictEqual(lines(60, { ...state, sort: "date" }), [
    "       #  peers     size       taken  name",
    "› [ ]            5 bytes  2024-05-01  x/            2 images",
    "  [ ]             1 byte              a very …bum/  1 image",
  ]);
});

const HOSTILE = [
  ...[
    "--all/x.jpg",
    "\x1b[2J/\u202egpj.exe",
    "../../etc/passwd",
    "/",
    "a//b.jpg",
    "..",
    "a\\b\\c.jpg",
    "\u0301/\u0301.jpg",
  ],
  "d/".repeat(120) + "x.jpg",
  "d/".repeat(119) + "y.jpg",
];

Deno.test("every image is below exactly one line of each level, whatever the names are", () => {
  const part = fc.oneof(nameArbitrary, fc.constantFrom("a", "b", "A", "á", "a\u0301"));
  const name = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
    fc.constantFrom(...HOSTILE),
  );
  fc.assert(fc.property(fc.array(name, { minLength: 1, maxLength: 12 }), fc.constantFrom(...SORTS), (names, sort) => {
    const list = listOf(...names);
    const visit = (album: string, expected: number, depth: number): void => {
      const { rows, found } = list.at({ album, sort, filter: "" });
      strictEqual(found, expected);
      ok(depth <= 16);
      const state = { ...INITIAL_LIST_STATE, album, sort };
      for (const words of [ENGLISH, PORTUGUESE]) {
        for (const line of entryLines(rows, state, { from: 0, infoOf: list.infoOf, words, width: 40 })) {
          ok(stringWidth(line) <= 40 && !/[\p{Cc}\u202e]/u.test(line), JSON.stringify(line));
        }
      }
      for (const row of rows) {
        if (!(row instanceof Album)) continue;
        if (row.path !== null) visit(row.path, row.count, depth + 1);
        // A filter with the name of an album finds its images.
        const { found } = list.at({ album: "", sort, filter: row.path === null ? "" : row.name });
        ok(found >= row.count, JSON.stringify([row.path, names]));
      }
    };
    visit("", names.length, 0);
    strictEqual(list.at({ album: null, sort, filter: "" }).found, names.length);
  }));
});
