import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { type GalleryImages, IMAGE_FLAG, type ImageRow } from "../../../../lib/app/gallery/api.ts";
import { NONE_CHOSEN, toggled, withoutGone, withRange } from "../../../../lib/app/gallery/page/model/chosen.ts";
import { type Filter, matching, NO_FILTER } from "../../../../lib/app/gallery/page/model/filter.ts";
import { fileName, formatName } from "../../../../lib/app/gallery/page/model/image_facts.ts";
import { ImageOrder, type Sort } from "../../../../lib/app/gallery/page/model/image_order.ts";
import { ImageTable } from "../../../../lib/app/gallery/page/model/image_table.ts";
import { rowOf } from "./fake_gallery.ts";

/** A row with these fields, and nothing known of the others. */
function row(letter: string, name: string, part: { [K in 2 | 3 | 6 | 7 | 8 | 9 | 12]?: ImageRow[K] } = {}): ImageRow {
  const [size, type, taken, modified, seen, flags] = [part[2], part[3], part[6], part[7], part[8], part[9]];
  return [
    ...[letter.repeat(32), name, size ?? 0, type ?? "", 0, 0, taken ?? 0, modified ?? 0, seen ?? 0, flags ?? 0],
    ...[name.startsWith("peer1") ? [1] : [0], "", part[12] ?? []],
  ] as unknown as ImageRow;
}

const { shared, here, fetching, recent } = IMAGE_FLAG;

const ROWS = [
  row("a", "Lisboa/Praça do Comércio.jpg", { 2: 500, 3: "image/jpeg", 6: 1_000, 9: shared | here }),
  row("b", "lisboa/img10.PNG", { 2: 200_000, 7: 2_000, 9: here, 12: [0, 1] }),
  row("c", "img9.png", { 2: 0, 6: 3_000, 9: fetching, 12: [1] }),
  row("d", "peer1 Straße.heic", { 2: 20_000_000, 9: recent }),
  row("e", "Lisboa/tag1/İstanbul.jpg", {}),
];

function load(table: ImageTable, images: GalleryImages): void {
  table.load(images).forEach(() => {});
}

function tableOf(rows: readonly ImageRow[]): ImageTable {
  const table = new ImageTable();
  load(table, { at: 1, peers: ["192.0.2.1:1", "192.0.2.2:2"], images: rows });
  return table;
}

/** The first digits of the MD5s of images, which name them here. */
function letters(table: ImageTable, slots: readonly number[]): string {
  return slots.map((slot) => table.rows[slot]![0][0]).join("");
}

Deno.test("a filter shows what its fields say", () => {
  const table = tableOf(ROWS);
  const cases: [Partial<Filter>, string][] = [
    [{}, "abcde"],
    [{ text: "praca" }, "a"],
    [{ text: "PRAÇA lisboa" }, "a"],
    [{ text: "img" }, "bc"],
    [{ text: "  " }, "abcde"],
    [{ text: "ccccc" }, "c"],
    [{ text: "istanbul" }, "e"],
    [{ text: "nothing" }, ""],
    [{ album: "Lisboa" }, "ae"],
    [{ album: "Lisboa/tag1" }, "e"],
    [{ album: "Lis" }, ""],
    [{ status: "own" }, "ab"],
    [{ status: "remote" }, "cde"],
    [{ status: "fetching" }, "c"],
    [{ status: "recent" }, "d"],
    [{ peer: "192.0.2.2:2" }, "d"],
    [{ peer: "192.0.2.3:3" }, ""],
    [{ format: "PNG" }, "bc"],
    [{ format: "JPEG" }, "ae"],
    [{ minSize: 1, maxSize: 200_000 }, "a"],
    [{ minSize: 0, maxSize: 200_001 }, "ab"],
    [{ minSize: 10_000_000 }, "d"],
    [{ after: 2_000 }, "bc"],
    [{ before: 2_000 }, "ab"],
    [{ after: 1_500, before: 2_500 }, "b"],
    [{ text: "img", status: "own" }, "b"],
  ];
  const all = table.rows.map((_, slot) => slot);
  for (const [filter, expected] of cases) {
    const found = matching(table, all, { ...NO_FILTER, ...filter }, -1);
    strictEqual(letters(table, found), expected, JSON.stringify(filter));
  }
  for (const [network, expected] of [[0, "b"], [1, "bc"], [2, ""]] as const) {
    strictEqual(letters(table, matching(table, all, NO_FILTER, network)), expected);
  }
});

Deno.test("images are sorted by each key, in both directions, those of which it is unknown at the end", () => {
  const table = tableOf(ROWS);
  const cases: [Sort, string][] = [
    [{ key: "name", reversed: false }, "cbaed"],
    [{ key: "name", reversed: true }, "deabc"],
    [{ key: "size", reversed: false }, "dbace"],
    [{ key: "size", reversed: true }, "abdce"],
    [{ key: "date", reversed: false }, "cbade"],
    [{ key: "date", reversed: true }, "abcde"],
    [{ key: "newest", reversed: false }, "abcde"],
  ];
  const order = new ImageOrder();
  for (const [sort, expected] of cases) {
    strictEqual(letters(table, order.sorted(table, sort)), expected, `${sort.key} ${sort.reversed}`);
  }
});

Deno.test("changes applied one after another give the table and the order that the whole list gives", () => {
  const change = fc.record({ added: fc.uniqueArray(fc.nat(40), { maxLength: 8 }), gone: fc.uniqueArray(fc.nat(40)) });
  const key = fc.constantFrom("newest", "name", "date", "size" as const);
  fc.assert(fc.property(fc.array(change, { maxLength: 6 }), key, fc.boolean(), (changes, key, reversed) => {
    const [table, order] = [tableOf([]), new ImageOrder()];
    let known = new Map<string, ImageRow>();
    for (const [i, { added, gone }] of changes.entries()) {
      const removed = gone.filter((it) => !added.includes(it)).map((it) => rowOf(it)[0]);
      ok(table.applyChange({ at: i + 2, peers: [], images: added.map(rowOf), removed }));
      order.sorted(table, { key, reversed });
      known = new Map([...known, ...added.map((it) => [rowOf(it)[0], rowOf(it)] as const)]);
      removed.forEach((md5) => known.delete(md5));
    }
    strictEqual(table.size, known.size);
    const kept = order.sorted(table, { key, reversed });
    deepStrictEqual(new Set(kept.map((slot) => table.rows[slot])), new Set(known.values()));
    deepStrictEqual(kept, new ImageOrder().sorted(table, { key, reversed }));
  }));
});

Deno.test("a change that does not follow the list asks for the whole list, and one of the past changes nothing", () => {
  const table = tableOf(ROWS);
  strictEqual(table.applyChange({ at: 3, peers: [], images: [], removed: [] }), false);
  strictEqual(table.applyChange({ at: 1, peers: [], images: [], removed: [ROWS[0][0]] }), true);
  strictEqual(table.size, ROWS.length);
});

Deno.test("a new list keeps the slots of known images", () => {
  const table = tableOf(ROWS);
  const slot = table.slotOf(ROWS[3][0]);
  load(table, { at: 9, peers: [], images: [ROWS[4], ROWS[3]] });
  strictEqual(table.slotOf(ROWS[3][0]), slot);
  strictEqual(table.rowOf(ROWS[0][0]), undefined);
  strictEqual(table.size, 2);
});

Deno.test("images are selected one by one, and in ranges in either direction", () => {
  const md5At = (place: number): string => "abcdef"[place];
  const one = toggled(NONE_CHOSEN, "b");
  deepStrictEqual([...one], ["b"]);
  deepStrictEqual([...toggled(one, "b")], []);
  deepStrictEqual([...withRange(one, 4, 2, md5At)].sort(), ["b", "c", "d", "e"]);
  deepStrictEqual([...withoutGone(one, () => false)], []);
  strictEqual(withoutGone(one, () => true), one);
});

Deno.test("names and formats of strangers are read without believing them", () => {
  strictEqual(fileName("a/b\\c.jpg"), "c.jpg");
  strictEqual(fileName("a/"), "a/");
  strictEqual(formatName(row("a", "x.JPG")), "JPEG");
  strictEqual(formatName(row("a", "x.jpg", { 3: "image/x-portable-bitmap" })), "PORTABLE-BITMAP");
  strictEqual(formatName(row("a", "no ending")), "");
  strictEqual(formatName(row("a", "x.<img>")), "");
});
