import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { Key } from "ink";
import stringWidth from "string-width";
import { entriesOf, SORTS } from "../../../../../lib/app/cli/screen/list/list_entries.ts";
import { Album } from "../../../../../lib/app/cli/screen/list/album.ts";
import { ListRows, type Place } from "../../../../../lib/app/cli/screen/list/list_rows.ts";
import {
  applyKey,
  INITIAL_LIST_STATE,
  type ListState,
  pageOf,
  selectedImages,
  withList,
} from "../../../../../lib/app/cli/screen/list/list_state.ts";
import { entryLines } from "../../../../../lib/app/cli/screen/list/entry_table.ts";
import type { Address } from "../../../../../lib/protocol/address.ts";
import type { ListedImage } from "../../../../../lib/protocol/image.ts";
import type { ImageInfo } from "../../../../../lib/protocol/peer_reply.ts";
import { infoWith } from "../../../../support.ts";
import { ENGLISH } from "../../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../../lib/app/words/pt/words.ts";
import { listedArbitrary } from "../../../../protocol/arbitraries.ts";

const OWN: Address = { host: "10.0.0.1", port: 1_000 };
const peer = (n: number): Address => ({ host: `10.0.0.${n}`, port: 5_000 });
const md5 = (n: number): string => `${n}`.padStart(32, "a");

const IMAGES: ListedImage[] = [
  { md5: md5(1), name: "praia 10.jpg", peers: [peer(2)] },
  { md5: md5(2), name: "Ação.png", peers: [peer(3), peer(4)] },
  { md5: md5(3), name: "praia 2.jpg", peers: [peer(2), OWN] },
  { md5: md5(4), name: "zebra\x1b[2J.gif", peers: [peer(2)] },
];
const SIZES: Record<string, number> = { [md5(1)]: 5, [md5(2)]: 70, [md5(4)]: 6 };
/** Number 1 is the newest, the date of number 2 is unknown. */
const TAKEN: Record<string, number> = { [md5(1)]: 1_717_180_200, [md5(2)]: 0, [md5(4)]: 86_400 };
const infoOf = ({ md5 }: ListedImage): ImageInfo | undefined =>
  md5 in SIZES ? infoWith({ size: SIZES[md5], taken: TAKEN[md5] }) : undefined;
const HOLDINGS = {
  folder: { here: (it: string) => [md5(3), md5(4)].includes(it) ? { md5: it, name: "here.gif" } : undefined },
  isSelf: ({ port }: Address) => port === OWN.port,
};
const ENTRIES = entriesOf(IMAGES, HOLDINGS);
const LIST = new ListRows(ENTRIES, infoOf, "pt-BR");

/** What is shown at a place: the numbers of images, the paths of albums, `null` for the line of all. */
function shownAt(list: ListRows, place: Partial<Place>): (number | string | null)[] {
  return list.at({ ...INITIAL_LIST_STATE, ...place }).rows.map((row) => row instanceof Album ? row.path : row.index);
}

Deno.test("entries show which images exist here and which are shared, with harmless names", () => {
  deepStrictEqual(ENTRIES.map(({ index, own }) => [index, own]), [[1, "no"], [2, "no"], [3, "share"], [4, "have"]]);
  strictEqual(ENTRIES[3].name, "zebra\\u{1b}[2J.gif");
});

Deno.test("typed text is found in names regardless of accents, at the beginning of MD5s, and in addresses", () => {
  const table: [string, number[]][] = [
    ["", [1, 2, 3, 4]],
    ["PRAIA", [1, 3]],
    ["acao", [2]],
    ["açÃo", [2]],
    ["açÃo".normalize("NFD"), [2]],
    ["aaaaaa", [1, 2, 3, 4]],
    [md5(3), [3]],
    ["10.0.0.4", [2]],
    [":1000", [3]],
    ["0", [1]],
    ["u{1b}", [4]],
    ["no such", []],
  ];
  for (const [filter, found] of table) {
    deepStrictEqual(shownAt(LIST, { filter }), found, filter);
  }
});

Deno.test("entries are sorted by number, by name in natural order, by size or date with unknown ones last, or by peers", () => {
  const sorted = SORTS.map((sort) => shownAt(LIST, { sort }));
  deepStrictEqual(sorted, [[1, 2, 3, 4], [2, 3, 1, 4], [2, 4, 1, 3], [1, 4, 2, 3], [2, 3, 1, 4]]);
});

/** The state after these keys. */
function after(keys: readonly (string | Partial<Key>)[], list = LIST, state = INITIAL_LIST_STATE): ListState {
  return keys.reduce<ListState>(
    (now, key) => typeof key === "string" ? applyKey(now, key, {}, list, 2) : applyKey(now, "", key, list, 2),
    state,
  );
}

Deno.test("a filter matches names regardless of how accents are written and of joiners", () => {
  const listed = ["férias.png".normalize("NFD"), "می‌خواهم.png", "👨‍👩‍👧.png"].map((name, i) => ({
    md5: md5(i),
    name,
    peers: [],
  }));
  const list = new ListRows(entriesOf(listed, HOLDINGS), infoOf, "en");
  const table = [["férias", 1], ["می‌خواهم", 2], ["میخواهم", 2], ["👨‍👩‍👧", 3]] as const;
  for (const [filter, found] of table) deepStrictEqual(shownAt(list, { filter }), [found], filter);
  strictEqual(after(["می‌خ"]).filter, "می‌خ");
});

Deno.test("keys move, choose, filter and sort", () => {
  const table: [(string | Partial<Key>)[], Partial<ListState>][] = [
    [[{ downArrow: true }, { downArrow: true }, { upArrow: true }], { cursor: 1 }],
    [[{ upArrow: true }], { cursor: 0 }],
    [[{ pageDown: true }], { cursor: 2 }],
    [[{ pageDown: true }, { pageDown: true }, { pageDown: true }], { cursor: 3 }],
    [[{ end: true }, { pageUp: true }], { cursor: 1 }],
    [[{ end: true }, { home: true }], { cursor: 0 }],
    [["p", "ra", { backspace: true }], { filter: "pr", cursor: 0 }],
    [[{ end: true }, "p"], { filter: "p", cursor: 0 }],
    [["p", { escape: true }], { filter: "" }],
    [["a\x1bb\u202e\n"], { filter: "ab" }],
    [["x".repeat(200)], { filter: "x".repeat(60) }],
    [["👍🏽", { backspace: true }], { filter: "👍" }],
    [[{ rightArrow: true }], { sort: "name" }],
    [[{ leftArrow: true }], { sort: "peers" }],
    [[" ", " "], { chosen: new Set([md5(1), md5(2)]), cursor: 2 }],
    [[" ", { upArrow: true }, " "], { chosen: new Set() }],
    [[{ downArrow: true }, { downArrow: true }, " "], { chosen: new Set() }],
  ];
  for (const [keys, expected] of table) {
    const state = after(keys);
    for (const [key, value] of Object.entries(expected)) {
      deepStrictEqual(state[key as keyof ListState], value, JSON.stringify(keys));
    }
  }
});

Deno.test("Ctrl-A chooses all shown images that do not exist here, and the second time none", () => {
  const all = applyKey(INITIAL_LIST_STATE, "a", { ctrl: true }, LIST, 2);
  deepStrictEqual([...all.chosen], [md5(1), md5(2)]);
  strictEqual(applyKey(all, "a", { ctrl: true }, LIST, 2).chosen.size, 0);
});

Deno.test("Enter fetches the chosen images, even if a filter hides them, else the image under the cursor", () => {
  const at = (state: Partial<ListState>): ListedImage[] => selectedImages({ ...INITIAL_LIST_STATE, ...state }, LIST);
  deepStrictEqual(at({ filter: "zebra", chosen: new Set([md5(2), md5(1)]) }), [IMAGES[0], IMAGES[1]]);
  deepStrictEqual(at({ filter: "zebra" }), [IMAGES[3]]);
  deepStrictEqual(at({ filter: "nothing" }), []);
});

Deno.test("the cursor is on the page after any keys", () => {
  const keys: fc.Arbitrary<string | Partial<Key>> = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom<Partial<Key>>(
      { upArrow: true },
      { downArrow: true },
      { pageUp: true },
      { pageDown: true },
      { end: true },
      {
        rightArrow: true,
      },
      { escape: true },
      { backspace: true },
    ),
  );
  fc.assert(fc.property(fc.array(keys, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (keys, rows) => {
    const state = after(keys);
    const shown = LIST.at(state).rows;
    const { from, page, pages } = pageOf(state, shown.length, rows);
    ok(state.cursor >= from && state.cursor < from + rows && page <= pages, JSON.stringify(state));
    ok(shown.length === 0 || state.cursor < shown.length, JSON.stringify(state));
  }));
});

Deno.test("no line of a page is wider than the terminal, in both languages", () => {
  const images = fc.array(listedArbitrary, { minLength: 1, maxLength: 5 });
  const sizes = fc.option(fc.nat(), { nil: undefined });
  fc.assert(fc.property(images, sizes, fc.integer({ min: 40, max: 120 }), (images, size, width) => {
    const holdings = { folder: { here: (md5: string) => ({ md5, name: "here.gif" }) }, isSelf: () => false };
    const { rows } = new ListRows(entriesOf(images, holdings), infoOf, "en").at(INITIAL_LIST_STATE);
    const info = size === undefined ? undefined : infoWith({ size, taken: size });
    for (const words of [ENGLISH, PORTUGUESE]) {
      for (const sort of SORTS) {
        const state = { ...INITIAL_LIST_STATE, sort };
        const lines = entryLines(rows, state, { from: 0, infoOf: () => info, words, width });
        for (const line of lines) ok(stringWidth(line) <= width, `${stringWidth(line)} > ${width}: ${line}`);
        strictEqual(lines.length, rows.length + 1);
      }
    }
  }));
});

Deno.test("chosen images that are no longer listed are no longer chosen", () => {
  const chosen = new Set([md5(1), md5(9)]);
  deepStrictEqual([...withList({ ...INITIAL_LIST_STATE, chosen }, LIST, LIST).chosen], [md5(1)]);
});

Deno.test("the bytes of chosen images are added up, and images of unknown size are counted", () => {
  deepStrictEqual(LIST.bytes(new Set([md5(1), md5(2), md5(3)]), 3), { bytes: 75, unknown: 1 });
  deepStrictEqual(LIST.bytes(new Set(), 3), { bytes: 0, unknown: 0 });
});

Deno.test("new properties move nothing until the list is sorted again, with the cursor on the same image", () => {
  const known = new Map<string, number>();
  const list = new ListRows(
    ENTRIES,
    ({ md5 }) => known.has(md5) ? infoWith({ size: known.get(md5)! }) : undefined,
    "en",
  );
  const place = { sort: "size" as const };
  deepStrictEqual(shownAt(list, place), [1, 2, 3, 4]);
  known.set(md5(3), 9).set(md5(1), 5);
  deepStrictEqual(shownAt(list, place), [1, 2, 3, 4]);
  const again = list.again();
  deepStrictEqual(shownAt(again, place), [3, 1, 2, 4]);
  strictEqual(withList({ ...INITIAL_LIST_STATE, ...place, cursor: 1 }, again, list).cursor, 2);
});
