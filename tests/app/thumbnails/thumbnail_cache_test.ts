import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ThumbnailCache } from "../../../lib/app/thumbnails/thumbnail_cache.ts";
import { needing } from "../../needs.ts";
import { disk } from "../../support_disk.ts";
import { image, soon, tempDir } from "../../support.ts";

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
  const damaged = new TextEncoder().encode("not a database".repeat(100));
  await using dir = await tempDir({ "thumbnails.sqlite": damaged });
  const path = join(dir.path, "thumbnails.sqlite");
  const problems: string[] = [];
  using cache = new ThumbnailCache(path, { onProblem: (problem) => problems.push(problem) });
  cache.put(CAT, 256, kept(1));
  strictEqual(cache.get(CAT, 256)?.isOwn, true);
  deepStrictEqual(problems, ["damaged"]);
});

Deno.test("a database of another program is not changed, and thumbnails are kept in memory then", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "thumbnails.sqlite");
  using other = new DatabaseSync(path);
  other.exec("CREATE TABLE letters (text TEXT)");
  const before = await Deno.readFile(path);
  const problems: string[] = [];
  using cache = new ThumbnailCache(path, { onProblem: (problem) => problems.push(problem) });
  for (const md5 of [CAT, DOG]) cache.put(md5, 256, kept(1));
  cache.put(CAT, 256, kept(2));
  deepStrictEqual([cache.get(CAT, 256)?.hash, problems], [Uint8Array.of(2), ["foreign"]]);
  deepStrictEqual(await Deno.readFile(path), before);
});

/** A process that keeps thumbnails until it is killed; says so when it has kept some. */
function keeping(path: string, first: number): Deno.ChildProcess {
  const module = new URL("../../../lib/app/thumbnails/thumbnail_cache.ts", import.meta.url);
  const code = `
    import { ThumbnailCache } from "${module}";
    const cache = new ThumbnailCache(${JSON.stringify(path)}, { most: 300_000, spare: 20_000 });
    for (let i = ${first};; i++) {
      const md5 = i.toString(16).padStart(32, "0");
      cache.put(md5, 256, { bytes: new Uint8Array(1_000).fill(i), hash: Uint8Array.of(i), isOwn: true });
      if (i === ${first + 100}) console.log("kept");
    }`;
  const args = ["eval", "--no-check", code];
  return new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
}

Deno.test("two processes that are killed while they keep thumbnails leave whole ones, within the limit", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "thumbnails.sqlite");
  const children = [1_000, 5_000_000].map((first) => keeping(path, first));
  for (const child of children) {
    const reader = child.stdout.getReader();
    ok((await soon(reader.read(), "some thumbnails")).value);
    reader.releaseLock();
  }
  for (const child of children) {
    child.kill("SIGKILL");
    await child.output();
  }
  using cache = new ThumbnailCache(path, { most: 300_000, onProblem: (problem) => ok(false, problem) });
  cache.put(CAT, 256, kept(1)); // Each process may have added somewhat more than the limit.
  using db = new DatabaseSync(path);
  const rows = db.prepare("SELECT md5, size, bytes, hash FROM thumbnails").all();
  ok(rows.length > 100 && rows.reduce((sum, { size }) => sum + Number(size), 0) <= 300_000, `${rows.length}`);
  for (const { md5, bytes } of rows.filter(({ md5 }) => md5 !== CAT)) {
    deepStrictEqual(bytes, new Uint8Array(1_000).fill(parseInt(`${md5}`, 16)));
  }
  strictEqual(db.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
});

Deno.test(
  needing(["mounts"], "on a full disk what is kept stays, and when there is room again more is", async () => {
    await using dir = await tempDir();
    await using small = await disk(dir.path, "400k");
    using cache = new ThumbnailCache(join(dir.path, "thumbnails.sqlite"), { onProblem: (it) => ok(false, it) });
    cache.put(CAT, 256, kept(1));
    const md5s = Array.from({ length: 400 }, (_, i) => image(i + 10).md5);
    for (const md5 of md5s) cache.put(md5, 256, kept(2));
    const missing = cache.missing(md5s, 256);
    ok(missing.length > 0 && missing.length < md5s.length, `${missing.length}`);
    strictEqual(cache.get(CAT, 256)?.isOwn, true);
    await small.remount("size=4m");
    cache.put(missing[0], 256, kept(3));
    strictEqual(cache.get(missing[0], 256)?.isOwn, true);
  }),
);
