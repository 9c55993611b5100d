import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { ThumbnailCache } from "../../../lib/app/thumbnails/thumbnail_cache.ts";
import { image, tempDir } from "../../support.ts";

const [CAT, DOG, COW] = [1, 2, 3].map((seed) => image(seed).md5);
const HOUR = 3_600_000;

const kept = (fill: number, isOwn = true) => ({
  bytes: new Uint8Array(1_000).fill(fill),
  hash: Uint8Array.of(fill),
  isOwn,
});

Deno.test("thumbnails are kept over runs, by MD5 and size; what peers made is asked for again after a week", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "thumbnails.sqlite");
  let now = 1_000 * HOUR;
  const open = (): ThumbnailCache => new ThumbnailCache(path, { now: () => now });
  {
    using cache = open();
    strictEqual(cache.get(CAT, 256), null);
    cache.put(CAT, 256, kept(1));
    cache.put(DOG, 256, kept(2, false));
    cache.put(DOG, 64, kept(3, false));
  }
  using cache = open();
  deepStrictEqual(cache.get(CAT, 256), { type: "image/webp", ...kept(1) });
  strictEqual(cache.get(CAT, 64), null);
  strictEqual(cache.get(DOG, 256)?.isOwn, false);
  deepStrictEqual(cache.missing([CAT, DOG, COW], 256), [DOG, COW]);
  deepStrictEqual([...cache.hashes([CAT, DOG, COW])].sort(), [[CAT, Uint8Array.of(1)], [DOG, Uint8Array.of(2)]].sort());
  now += 8 * 24 * HOUR;
  strictEqual(cache.get(DOG, 256), null);
  strictEqual(cache.get(CAT, 256)?.isOwn, true);
  if (Deno.build.os !== "windows") strictEqual((await Deno.stat(path)).mode! & 0o077, 0, "others must not read it");
});

Deno.test("the cache has a limit of bytes, and loses what was unused for longest", async () => {
  await using dir = await tempDir();
  let now = 0;
  const options = { most: 10 * 1_200, spare: 2 * 1_200, now: () => now };
  using cache = new ThumbnailCache(join(dir.path, "a", "thumbnails.sqlite"), options);
  const md5s = Array.from({ length: 13 }, (_, i) => image(i).md5);
  for (const md5 of md5s.slice(0, 12)) {
    now += 2 * HOUR;
    cache.put(md5, 256, kept(9));
  }
  strictEqual(cache.missing(md5s, 256).length, 1, "all are there");
  strictEqual(cache.isRoomy, false);
  now += 2 * HOUR;
  cache.get(md5s[0], 256);
  now += 2 * HOUR;
  cache.put(md5s[12], 256, kept(9));
  deepStrictEqual(cache.missing(md5s, 256), md5s.slice(1, 4));
});

Deno.test("without a file thumbnails are kept until the end, and a damaged file is replaced", async () => {
  using none = new ThumbnailCache(null);
  none.put(CAT, 256, kept(1));
  strictEqual(none.get(CAT, 256)?.isOwn, true);
  {
    using another = new ThumbnailCache(null);
    strictEqual(another.get(CAT, 256), null);
  }
  await using dir = await tempDir({ "thumbnails.sqlite": new TextEncoder().encode("not a database".repeat(100)) });
  using cache = new ThumbnailCache(join(dir.path, "thumbnails.sqlite"));
  cache.put(CAT, 256, kept(1));
  strictEqual(cache.get(CAT, 256)?.isOwn, true);
});
