import { deepStrictEqual, notDeepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { findCollisions } from "../../lib/folder/collisions.ts";
import { type FileRecord, versionOf } from "../../lib/files/file_record.ts";
import { HashCache } from "../../lib/folder/hash_cache.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { needing } from "../needs.ts";
import { tempDir } from "../support.ts";

/** The first two messages of one MD5 that were published (Wang, Feng, Lai, Yu, 2004). */
const ONE = Uint8Array.fromHex(
  "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a" +
    "085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0" +
    "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70",
);
const OTHER = ONE.slice();
for (const at of [19, 45, 59, 83, 109, 123]) OTHER[at] ^= 0x80;

/** What a scan knows of the files of a directory, if each of them were an image. */
async function recordOf(root: string, names: string[]): Promise<Map<string, FileRecord>> {
  const all = await Promise.all(names.map(async (path): Promise<FileRecord> => {
    const info = await Deno.lstat(join(root, path));
    const md5 = md5Of(await Deno.readFile(join(root, path)));
    const image = { md5, mime: "image/gif", width: 1, height: 1, taken: 0, located: false };
    return { path, size: info.size, version: versionOf(info), reliable: true, image };
  }));
  return new Map(all.map((record) => [record.path, record]));
}

Deno.test("two files of one MD5 and different bytes are found, and compared once", async () => {
  strictEqual(md5Of(ONE), md5Of(OTHER));
  notDeepStrictEqual(ONE, OTHER);
  const large = new Uint8Array(600_000).fill(7);
  await using dir = await tempDir({ a: ONE, b: OTHER, c: ONE, d: large, e: large, f: new Uint8Array(9) });
  const root = await Deno.realPath(dir.path);
  const files = await recordOf(root, ["f", "e", "d", "c", "b", "a"]);
  const first = await findCollisions(root, files);
  deepStrictEqual(first.collisions, [{ path: "b", other: "a" }]);
  deepStrictEqual(first.compared.map(({ path, compared }) => [path, compared!.same]).sort(), [
    ["b", false],
    ["c", true],
    [
      "e",
      true,
    ],
  ]);
  const again = await findCollisions(root, files);
  deepStrictEqual([again.collisions, again.compared], [first.collisions, []]);
});

Deno.test("a collision is reported by every scan and after a restart, and one of the files is shared", async () => {
  await using dir = await tempDir({ a: ONE, b: OTHER });
  await using place = await tempDir();
  const root = await Deno.realPath(dir.path);
  // These are no images: what a cache knows of them is believed.
  {
    using cache = new HashCache(join(place.path, "files.sqlite"));
    cache.load(root);
    cache.put(root, (await recordOf(root, ["a", "b"])).values());
  }
  for (let start = 0; start < 2; start++) {
    using cache = new HashCache(join(place.path, "files.sqlite"));
    if (start === 1) strictEqual(cache.load(root).get("b")?.compared?.same, false, "it need not be compared again");
    using folder = new SharedFolder(dir.path, { cache });
    for (let scan = 0; scan < 2; scan++) {
      await folder.scan();
      deepStrictEqual(folder.collisions, [{ path: "b", other: "a" }]);
      deepStrictEqual(folder.images.map(({ name }) => name), ["a"]);
    }
  }
});

Deno.test(needing(["unix"], "aborting the comparison of two large files takes effect at once", async () => {
  await using dir = await tempDir({ a: new Uint8Array(1), b: new Uint8Array(1) });
  const root = await Deno.realPath(dir.path);
  const size = 256 * 2 ** 30; // Of holes: reading them takes minutes.
  const image = { md5: md5Of(ONE), mime: "image/gif", width: 1, height: 1, taken: 0, located: false };
  const files = new Map<string, FileRecord>();
  for (const path of ["a", "b"]) {
    await Deno.truncate(join(root, path), size);
    files.set(path, { path, size, version: path, reliable: true, image });
  }
  const ending = new AbortController();
  const search = findCollisions(root, files, ending.signal);
  setTimeout(() => ending.abort(), 20);
  const began = performance.now();
  await rejects(search, (error) => error === ending.signal.reason);
  ok(performance.now() - began < 30_000, "before both were read");
  strictEqual(files.get("b")!.compared, undefined);
}));
