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
  networks: [],
  isFound: false,
  ...some,
});

const parse = <T>(json: string | null): T => JSON.parse(json!);

Deno.test("a page that applies the changes has what a page that loads the whole list has", async () => {
  const images = fc.uniqueArray(fc.nat(8), { maxLength: 8 }).chain((ns) =>
    fc.tuple(...ns.map((n) => fc.string().map((name) => row(n, { name }))))
  );
  await fc.assert(fc.asyncProperty(fc.array(images, { maxLength: 6 }), async (lists) => {
    const table = new RowTable();
    const page = { at: 0, peers: [] as string[], rows: new Map<string, ImageRow>() };
    for (const list of lists) {
      const json = await table.replace(list, 1_000);
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

Deno.test("images that come after the first list are recent, and keep the time when they were seen first", async () => {
  const table = new RowTable();
  await table.replace([row(1)], 1_000);
  table.begin();
  const { images } = parse<ImagesChange>(await table.replace([row(1), row(2)], 2_000));
  deepStrictEqual(images.map(([md5, , , , , , , , seen, flags]) => [md5.at(-1), seen, flags]), [["2", 2_000, 16]]);
  strictEqual(await table.replace([row(1), row(2)], 3_000), null);
  await table.replace([row(2)], 3_000);
  const back = parse<ImagesChange>(await table.replace([row(1), row(2)], 4_000)).images;
  deepStrictEqual(back.map(([, , , , , , , , seen, flags]) => [seen, flags]), [[1_000, 0]]);
});

Deno.test("a hundred thousand images are less than 15 MB", async () => {
  const table = new RowTable();
  const images = Array.from({ length: 100_000 }, (_, n) => row(n, { name: `album ${n % 100}/DSC_${n}.JPG` }));
  await table.replace(images, 1_000);
  strictEqual(await table.replace(images, 1_000), null);
  ok(table.all().length < 15_000_000, `${table.all().length}`);
});

Deno.test("a page that loads the list while it is being replaced gets one version, and the next change fits", async () => {
  const table = new RowTable();
  await table.replace([row(1)], 1_000);
  const images = Array.from(
    { length: 9_000 },
    (_, n) => row(n, { peers: [{ host: `10.0.${n >> 8}.${n & 255}`, port: 1 }] }),
  );
  const replacing = table.replace(images, 1_000);
  const loaded = parse<GalleryImages>(table.all());
  deepStrictEqual([loaded.at, loaded.images.length, loaded.peers.length], [1, 1, 1]);
  const change = parse<ImagesChange>(await replacing);
  deepStrictEqual([...loaded.peers, ...change.peers], parse<GalleryImages>(table.all()).peers);
});

Deno.test("peers and images that come and go are forgotten, and then pages load everything again", async () => {
  const table = new RowTable();
  const round = (n: number): RowSource[] =>
    Array.from(
      { length: 8_000 },
      (_, i) => row(n * 8_000 + i, { peers: [{ host: `10.${n}.${i >> 8}.${i & 255}`, port: 1 }] }),
    );
  table.begin();
  for (let n = 0; n < 20; n++) {
    const { at, peers } = parse<GalleryImages>(table.all());
    const change = parse<ImagesChange>(await table.replace(round(n), n + 1));
    const now = parse<GalleryImages>(table.all());
    if (change.at === at + 1) deepStrictEqual([...peers, ...change.peers], now.peers);
    else deepStrictEqual([change.at, change.images], [at + 2, []]);
    strictEqual(change.at, now.at);
    ok(now.peers.length <= 34_000, `${now.peers.length} peers`);
    deepStrictEqual(now.peers[now.images[7_999][10][0]], `10.${n}.31.63:1`);
  }
  const { images: [[, , , , , , , , seen]] } = parse<ImagesChange>(await table.replace([row(0)], 99));
  strictEqual(seen, 99); // Its first sight was long ago.
});
