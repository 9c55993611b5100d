/** What is away for a moment is not gone: images stay shared until a change is proven. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { type FolderEvent, FolderWatch } from "../../lib/folder/watch.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { needing } from "../needs.ts";
import { image, imageBytes, Inbox, tempDir } from "../support.ts";
import { disk } from "../support_disk.ts";

const [one, two] = [image(1), image(2)];

/** A folder of two images, one in a directory of its own, that was scanned. */
async function shared(): Promise<AsyncDisposable & { parent: string; path: string; folder: SharedFolder }> {
  const dir = await tempDir();
  const path = join(dir.path, "images");
  await Deno.mkdir(join(path, "sub"), { recursive: true });
  await Deno.writeFile(join(path, "a.gif"), one.bytes);
  await Deno.writeFile(join(path, "sub", "b.gif"), two.bytes);
  const folder = new SharedFolder(path);
  await folder.scan();
  return {
    parent: dir.path,
    path,
    folder,
    async [Symbol.asyncDispose](): Promise<void> {
      folder[Symbol.dispose]();
      await folder.scan().catch(() => {}); // The one that it began.
      await dir[Symbol.asyncDispose]();
    },
  };
}

const names = (folder: SharedFolder): string[] => folder.images.map(({ name }) => name);

for (const [what, moved] of [["its directory", ""], ["a directory within it", "sub"]] as const) {
  Deno.test(`images requested while ${what} has another name are shared when it is back`, async () => {
    await using it = await shared();
    const { folder, path, parent } = it;
    const listed = folder.byMd5(two.md5)!;
    await Deno.rename(join(path, moved), join(parent, "away"));
    await rejects(folder.open(listed), (error) => isFault(error, "image-unreadable"));
    ok(folder.byMd5(two.md5) || moved !== "", "nothing proves that it has gone");
    await Deno.rename(join(parent, "away"), join(path, moved));
    await folder.scan();
    deepStrictEqual(names(folder), ["a.gif", "sub/b.gif"]);
    (await folder.open(folder.byMd5(two.md5)!)).close();
  });

  Deno.test(`a scan while ${what} has another name changes nothing permanently`, async () => {
    await using it = await shared();
    const { folder, path, parent } = it;
    await Deno.rename(join(path, moved), join(parent, "away"));
    await folder.scan().catch(() => {});
    await Deno.rename(join(parent, "away"), join(path, moved));
    await folder.scan();
    deepStrictEqual(names(folder), ["a.gif", "sub/b.gif"]);
  });
}

Deno.test("a file that was dropped after it was replaced is found by the next scan, changed or as before", async () => {
  await using it = await shared();
  const { folder, path, parent } = it;
  const listed = folder.byMd5(one.md5)!;
  await Deno.rename(join(path, "a.gif"), join(parent, "a.gif"));
  await rejects(folder.open(listed), (error) => isFault(error, "image-changed"));
  strictEqual(folder.byMd5(one.md5), undefined);
  await Deno.rename(join(parent, "a.gif"), join(path, "a.gif"));
  await folder.scan();
  deepStrictEqual(names(folder), ["a.gif", "sub/b.gif"]);
});

Deno.test("a download that replaces a listed file leaves no image that does not exist", async () => {
  await using it = await shared();
  const { folder, path } = it;
  await Deno.writeFile(join(path, "a.gif"), image(3).bytes);
  await folder.add(join(path, "a.gif"), image(3).md5);
  await folder.scan();
  deepStrictEqual([folder.byMd5(one.md5), folder.byMd5(image(3).md5)?.name], [undefined, "a.gif"]);
});

Deno.test("a directory that disappears during a scan unshares nothing", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "images");
  await Deno.mkdir(path);
  for (let i = 0; i < 400; i++) await Deno.writeFile(join(path, `${i}.gif`), imageBytes(i));
  using folder = new SharedFolder(path);
  await folder.scan();
  for (let i = 0; i < 400; i++) await Deno.writeFile(join(path, `${i}.gif`), imageBytes(1_000 + i));
  let away = false;
  const onProgress = (): void => {
    if (!away) Deno.renameSync(path, join(dir.path, "away"));
    away = true;
  };
  await rejects(folder.scan({ onProgress }), (error) => isFault(error, "directory-missing"));
  strictEqual(folder.images.length, 400);
  await Deno.rename(join(dir.path, "away"), path);
  await folder.scan();
  strictEqual(folder.images.length, 400);
  strictEqual(folder.byMd5(image(1_007).md5)?.name, "7.gif");
});

Deno.test(
  needing(["mounts"], "an unmounted disk is shared again after mounting, without reading it again", async () => {
    await using dir = await tempDir();
    const [store, path] = ["store", "disk"].map((name) => join(dir.path, name));
    await Deno.mkdir(store);
    await Deno.mkdir(path);
    await using _disk = await disk(store, "1m");
    await Deno.writeFile(join(store, "a.gif"), one.bytes);
    const longAgo = new Date(1_600_000_000_000);
    await Deno.utime(join(store, "a.gif"), longAgo, longAgo);
    const mount = async (...args: string[]): Promise<void> => {
      const { success, stderr } = await new Deno.Command(args[0], { args: args.slice(1) }).output();
      strictEqual(success, true, new TextDecoder().decode(stderr));
    };
    let isMounted = false;
    await mount("mount", "--bind", store, path);
    isMounted = true;
    using folder: SharedFolder = new SharedFolder(path, { onStale: () => watch.scanSoon() });
    await folder.scan();
    folder.takeChange();
    const events = new Inbox<FolderEvent>();
    const ending = new AbortController();
    const watch = new FolderWatch(folder, events.put, ending.signal, {
      debounce: 20,
      maxDebounce: 40,
      watched: 50,
      unwatched: 50,
    });
    watch.start();
    try {
      const listed = folder.byMd5(one.md5)!;
      await mount("umount", "--lazy", path);
      isMounted = false;
      // What is not known at first is a fact once the watch has noticed that the disk is away.
      const codes = ["image-unreadable", "image-changed"] as const;
      await rejects(folder.open(listed), (error) => codes.some((code) => isFault(error, code)));
      await events.find((event) => event.kind === "changed" && event.change.went === 1, "the loss");
      await mount("mount", "--bind", store, path);
      isMounted = true;
      await events.find((event) => event.kind === "changed" && event.change.came === 1, "the return");
      deepStrictEqual(names(folder), ["a.gif"]);
    } finally {
      ending.abort();
      await watch.ended();
      if (isMounted) await mount("umount", "--lazy", path);
    }
  }),
);

Deno.test(
  needing(
    ["linux", "sh"],
    "without free descriptors nothing counts as removed, and everything is shared afterwards",
    async () => {
      await using it = await shared();
      const script = join(import.meta.dirname!, "exhausted.ts");
      const line = 'ulimit -n 100; exec "$@"';
      const args = ["-c", line, "sh", Deno.execPath(), "run", "--no-check", "-A", script, it.path];
      const { success, stdout, stderr } = await new Deno.Command("sh", { args }).output();
      ok(success, new TextDecoder().decode(stderr));
      deepStrictEqual(JSON.parse(new TextDecoder().decode(stdout)), {
        opened: ["image-unreadable", "image-unreadable"],
        kept: ["a.gif", "sub/b.gif"],
        located: ["a.gif", "sub/b.gif"],
        added: "unreadable",
        after: ["a.gif", "c.gif", "sub/b.gif"],
      });
    },
  ),
);
