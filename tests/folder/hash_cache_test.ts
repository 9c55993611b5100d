import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { changedAt, isReliable } from "../../lib/files/file_record.ts";
import { HashCache } from "../../lib/folder/hash_cache.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { needing } from "../needs.ts";
import { image, imageBytes, namesIn, tempDir } from "../support.ts";

/** A folder of this directory with this cache, scanned; and how many bytes were read for it. */
async function scanned(path: string, cachePath: string | null): Promise<{ folder: SharedFolder; read: number }> {
  using cache = new HashCache(cachePath);
  const folder = new SharedFolder(path, { cache });
  let read = 0;
  await folder.scan({ onProgress: ({ bytes }) => read = bytes });
  return { folder, read };
}

/** Waits until the times of the directory's files prove that they are unchanged. */
async function untilReliable(path: string): Promise<void> {
  for (const name of await namesIn(path)) {
    const changed = changedAt(await Deno.lstat(join(path, name)));
    while (!isReliable(changed, Date.now())) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const raf = new TextEncoder().encode("FUJIFILMCCD-RAW 0201");
const album = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.gif`, imageBytes(i)]));

Deno.test("a restart reads no unchanged file again, including renamed files and files that are no images", async () => {
  await using dir = await tempDir({ ...album, "notes.txt": new Uint8Array(5_000), "x.raf": raf });
  await using caches = await tempDir();
  const cache = join(caches.path, "new", "files.sqlite");
  await untilReliable(dir.path);
  const first = await scanned(dir.path, cache);
  strictEqual(first.read, 40_000);
  const second = await scanned(dir.path, cache);
  strictEqual(second.read, 0);
  deepStrictEqual(second.folder.images, first.folder.images);
  strictEqual(second.folder.skipped.length, 2);
  deepStrictEqual(second.folder.skipped, first.folder.skipped);
  deepStrictEqual(second.folder.skipped.at(-1), { path: "x.raf", why: "raw", kind: "Fujifilm" });

  await Deno.mkdir(join(dir.path, "sub"));
  await Deno.rename(join(dir.path, "3.gif"), join(dir.path, "sub", "three.gif"));
  await Deno.writeFile(join(dir.path, "4.gif"), imageBytes(40, 3_000));
  await Deno.remove(join(dir.path, "5.gif"));
  const third = await scanned(dir.path, cache);
  strictEqual(third.read, 3_000);
  strictEqual(third.folder.byMd5(image(3).md5)?.path, "sub/three.gif");
  strictEqual(third.folder.images.length, 19);
  await untilReliable(dir.path);
  await scanned(dir.path, cache);
  strictEqual((await scanned(dir.path, cache)).read, 0, "what was renamed is kept under its new name");
});

Deno.test("a file that changed just before it was read is read again, since its time proves too little", async () => {
  await using dir = await tempDir({ "a.gif": imageBytes(1) });
  await using caches = await tempDir();
  const cache = join(caches.path, "files.sqlite");
  strictEqual((await scanned(dir.path, cache)).read, 2_000);
  const again = await scanned(dir.path, cache);
  const reliableMeanwhile = isReliable(changedAt(await Deno.lstat(join(dir.path, "a.gif"))), Date.now());
  if (!reliableMeanwhile) strictEqual(again.read, 2_000);
});

Deno.test("an interrupted scan continues next time where it stopped", async () => {
  const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${i}.gif`, imageBytes(i, 10_000)]));
  await using dir = await tempDir(files);
  await using caches = await tempDir();
  const path = join(caches.path, "files.sqlite");
  await untilReliable(dir.path);
  const giveUp = new AbortController();
  {
    using cache = new HashCache(path);
    const onProgress = ({ bytes }: { bytes: number }): void => bytes > 3_000_000 ? giveUp.abort() : undefined;
    await rejects(new SharedFolder(dir.path, { cache }).scan({ signal: giveUp.signal, onProgress }));
  }
  const { folder, read } = await scanned(dir.path, path);
  strictEqual(folder.images.length, 1_000);
  ok(read <= 10_000_000 - 2_000_000, `${read} bytes were read again`);
});

const BROKEN: [string, Uint8Array][] = [
  ["no database", new TextEncoder().encode("this is no database, and longer than a header of one is".repeat(40))],
  ["empty", new Uint8Array()],
];
for (const [what, bytes] of BROKEN) {
  Deno.test(`a cache that is ${what} is rebuilt and works`, async () => {
    await using dir = await tempDir(album);
    await using caches = await tempDir({ "files.sqlite": bytes });
    const cache = join(caches.path, "files.sqlite");
    await untilReliable(dir.path);
    const first = await scanned(dir.path, cache);
    strictEqual(first.folder.images.length, 20);
    strictEqual((await scanned(dir.path, cache)).read, 0);
  });
}

Deno.test("a cache that is damaged in the middle, or of another version, costs at most a second reading", async () => {
  await using dir = await tempDir(album);
  await using caches = await tempDir();
  const cache = join(caches.path, "files.sqlite");
  await untilReliable(dir.path);
  for (let seed = 0; seed < 20; seed++) {
    await scanned(dir.path, cache);
    const bytes = await Deno.readFile(cache);
    bytes.set(imageBytes(seed, 2_000), (seed * 1_009) % (bytes.length - 2_000));
    await Deno.writeFile(cache, bytes);
    const { folder } = await scanned(dir.path, cache);
    deepStrictEqual(folder.images.map(({ md5 }) => md5).sort(), [...Array(20).keys()].map((i) => image(i).md5).sort());
  }
});

Deno.test("a scan without subdirectories forgets nothing about them", async () => {
  await using dir = await tempDir(album);
  await using caches = await tempDir();
  const path = join(caches.path, "files.sqlite");
  await Deno.mkdir(join(dir.path, "sub"));
  await Deno.writeFile(join(dir.path, "sub", "deep.gif"), imageBytes(50));
  await untilReliable(dir.path);
  await untilReliable(join(dir.path, "sub"));
  await scanned(dir.path, path);
  {
    using cache = new HashCache(path);
    await new SharedFolder(dir.path, { cache, recursive: false }).scan();
  }
  strictEqual((await scanned(dir.path, path)).read, 0);
});

// Only root may mount a small file system of its own; CI runs as root.
Deno.test(needing(["mounts"], "a disk that is full for a moment does not destroy the cache", async () => {
  await using dir = await tempDir(album);
  await using caches = await tempDir();
  const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=1m", "tmpfs", caches.path] })
    .output();
  strictEqual(mount.success, true);
  try {
    const path = join(caches.path, "files.sqlite");
    await untilReliable(dir.path);
    await scanned(dir.path, path);
    const filler = join(caches.path, "filler");
    await Deno.writeFile(filler, new Uint8Array(2_000_000)).catch(() => {});
    {
      using cache = new HashCache(path);
      const record = { path: "x".repeat(5_000), size: 1, version: "1 2 3", reliable: true, image: null };
      for (let i = 0; i < 200; i++) cache.put("/elsewhere", [{ ...record, path: record.path + i }]);
    }
    await Deno.remove(filler);
    strictEqual((await scanned(dir.path, path)).read, 0);
  } finally {
    await new Deno.Command("umount", { args: [caches.path] }).output();
  }
}));

Deno.test("if there can be no cache, everything works without", async () => {
  await using dir = await tempDir(album);
  await using caches = await tempDir({ "file": new Uint8Array(1) });
  for (const cache of [join(caches.path, "file", "files.sqlite"), null]) {
    strictEqual((await scanned(dir.path, cache)).folder.images.length, 20);
  }
});

Deno.test("two programs may use the cache at once", async () => {
  await using one = await tempDir(album);
  await using two = await tempDir(album);
  await using caches = await tempDir();
  const cache = join(caches.path, "files.sqlite");
  await untilReliable(two.path);
  await Promise.all([one, two, one, two].map(({ path }) => scanned(path, cache)));
  strictEqual((await scanned(one.path, cache)).read, 0);
  strictEqual((await scanned(two.path, cache)).read, 0);
});

Deno.test("a disk that leaves an empty directory, or another one, does not remove its records", async () => {
  await using dir = await tempDir();
  await using caches = await tempDir();
  const [path, away] = [join(dir.path, "disk"), join(dir.path, "away")];
  await Deno.mkdir(path);
  for (const [name, bytes] of Object.entries(album)) await Deno.writeFile(join(path, name), bytes);
  await untilReliable(path);
  using cache = new HashCache(join(caches.path, "files.sqlite"));
  const known = async (): Promise<number> => cache.load(await Deno.realPath(path)).size;
  using folder = new SharedFolder(path, { cache });
  await folder.scan();
  strictEqual(await known(), 20);
  for (const files of [{}, { "a.txt": "another directory" }]) {
    await Deno.rename(path, away);
    await Deno.mkdir(path);
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(path, name), text);
    await folder.scan();
    ok(await known() >= 20);
    if (!("a.txt" in files)) {
      using restarted = new SharedFolder(path, { cache });
      await restarted.scan();
      ok(await known() >= 20, "also when the disk is away at the start");
    }
    await Deno.remove(path, { recursive: true });
    await Deno.rename(away, path);
    await folder.scan();
    strictEqual(folder.images.length, 20);
  }
});
