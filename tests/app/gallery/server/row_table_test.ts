import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { GalleryImages, ImageRow, ImagesChange } from "../../../../lib/app/gallery/api.ts";
import { type RowSource, RowTable } from "../../../../lib/app/gallery/server/row_table.ts";

const row = (n: number, some: Partial<RowSource> = {}): RowSource => ({
  md5: n.toString(16).padStart(32, "0"),
  name: `${n}.jpg`,
  size: n,
  type: "image/jpeg",
  width: 1,
  height: 2,
  taken: 3,
  modified: 4,
  flags: 0,
  peers: [{ host: `10.0.0.${n % 3}`, port: 5_000 }],
  hash: "",
  ...some,
});

const parse = <T>(json: string | null): T => JSON.parse(json!);

Deno.test("a page that applies the changes has what a page that loads the whole list has", () => {
  const images = fc.uniqueArray(fc.nat(8), { maxLength: 8 }).chain((ns) =>
    fc.tuple(...ns.map((n) => fc.string().map((name) => row(n, { name }))))
  );
  fc.assert(fc.property(fc.array(images, { maxLength: 6 }), (lists) => {
    const table = new RowTable();
    const page = { at: 0, peers: [] as string[], rows: new Map<string, ImageRow>() };
    for (const list of lists) {
      const json = table.replace(list, 1_000);
      if (json === null) continue;
      const { at, peers, images, removed } = parse<ImagesChange>(json);
      strictEqual(at, ++page.at);
      page.peers.push(...peers);
      removed.forEach((md5) => ok(page.rows.delete(md5)));
      for (const image of images) page.rows.set(image[0], image);
    }
    const { at, peers, images: all } = parse<GalleryImages>(table.all());
    deepStrictEqual([at, peers], [page.at, page.peers]);
    deepStrictEqual(all.toSorted(), [...page.rows.values()].sort());
  }));
});

Deno.test("images that come after the first list are recent, and keep the time when they were seen first", () => {
  const table = new RowTable();
  table.replace([row(1)], 1_000);
  table.begin();
  const { images } = parse<ImagesChange>(table.replace([row(1), row(2)], 2_000));
  deepStrictEqual(images.map(([md5, , , , , , , , seen, flags]) => [md5.at(-1), seen, flags]), [["2", 2_000, 16]]);
  strictEqual(table.replace([row(1), row(2)], 3_000), null);
  table.replace([row(2)], 3_000);
  const back = parse<ImagesChange>(table.replace([row(1), row(2)], 4_000)).images;
  deepStrictEqual(back.map(([, , , , , , , , seen, flags]) => [seen, flags]), [[1_000, 0]]);
});

Deno.test("a hundred thousand images are less than 15 MB, and are compared in less than a second", () => {
  const table = new RowTable();
  const images = Array.from({ length: 100_000 }, (_, n) => row(n, { name: `album ${n % 100}/DSC_${n}.JPG` }));
  const began = performance.now();
  table.replace(images, 1_000);
  strictEqual(table.replace(images, 1_000), null);
  ok(performance.now() - began < 2_000);
  ok(table.all().length < 15_000_000, `${table.all().length}`);
});
