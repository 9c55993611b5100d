/** Single files instead of a directory are found, scanned and watched, and no other files. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { locateFiles } from "../../lib/folder/single_files.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { type FolderEvent, FolderWatch } from "../../lib/folder/watch.ts";
import { needing } from "../needs.ts";
import { image, Inbox, tempDir } from "../support.ts";

/** Images in two directories, two of one name, and what is not named. */
async function scattered(): Promise<AsyncDisposable & { path: string }> {
  const dir = await tempDir({ "beside.gif": image(9).bytes, ".idp2piignore": new TextEncoder().encode("*\n") });
  for (const [i, path] of ["x/a.gif", "x/private.gif", "y/z/a.gif", "y/b.gif"].entries()) {
    await Deno.mkdir(join(dir.path, path, ".."), { recursive: true });
    await Deno.writeFile(join(dir.path, path), image(i).bytes);
  }
  return dir;
}

Deno.test("files are found from the directory that holds all of them, each once", async () => {
  await using dir = await scattered();
  const at = async (...paths: string[]): Promise<unknown> => {
    const { directory, only } = await locateFiles(paths.map((path) => join(dir.path, path)));
    return [directory, only];
  };
  const root = await Deno.realPath(dir.path);
  deepStrictEqual(await at("x/a.gif"), [join(root, "x"), ["a.gif"]]);
  deepStrictEqual(await at("x/a.gif", "x/../x/a.gif", "x/private.gif"), [join(root, "x"), ["a.gif", "private.gif"]]);
  deepStrictEqual(await at("y/z/a.gif", "y/b.gif"), [join(root, "y"), ["z/a.gif", "b.gif"]]);
  deepStrictEqual(await at("x/a.gif", "y/z/a.gif"), [root, ["x/a.gif", "y/z/a.gif"]]);
  deepStrictEqual(await at("x/none.gif", "none/a.gif"), [root, ["x/none.gif", "none/a.gif"]]);
});

Deno.test("only these files are read and shared, under their last names, also two of one name", async () => {
  await using dir = await scattered();
  const { directory, only } = await locateFiles(
    ["x/a.gif", "y/z/a.gif", "y", "none.gif"].map((it) => join(dir.path, it)),
  );
  using folder = new SharedFolder(directory, { only, flat: true });
  const { unreadable } = await folder.scan();
  deepStrictEqual(
    folder.images.map(({ name, md5 }) => [name, md5]).sort(),
    [
      ["a.gif", image(0).md5],
      ["a.gif", image(2).md5],
    ].sort(),
  );
  deepStrictEqual(unreadable.map(({ reason }) => reason), ["is a directory", "does not exist"]);
  (await folder.open(folder.byMd5(image(2).md5)!)).close();
});

Deno.test(needing(["links"], "a link is not followed", async () => {
  await using dir = await scattered();
  await Deno.symlink("a.gif", join(dir.path, "x", "link.gif"));
  const { directory, only } = await locateFiles([join(dir.path, "x", "link.gif")]);
  using folder = new SharedFolder(directory, { only });
  await folder.scan();
  deepStrictEqual([folder.images, folder.skipped], [[], [{ path: "link.gif", why: "link" }]]);
}));

Deno.test("a file that vanishes, comes back and changes is noticed as in a directory", async () => {
  await using dir = await scattered();
  const { directory, only } = await locateFiles(["x/a.gif", "y/b.gif"].map((it) => join(dir.path, it)));
  using folder = new SharedFolder(directory, { only });
  await folder.scan();
  folder.takeChange();
  const ending = new AbortController();
  const events = new Inbox<FolderEvent>();
  const often = { debounce: 20, maxDebounce: 40, watched: 60_000, unwatched: 60_000 };
  const watch = new FolderWatch(folder, events.put, ending.signal, often);
  watch.start();
  try {
    await Deno.rename(join(dir.path, "y", "b.gif"), join(dir.path, "y", "away.gif"));
    await events.find((event) => event.kind === "changed" && event.change.went === 1, "the loss");
    await Deno.rename(join(dir.path, "y", "away.gif"), join(dir.path, "y", "b.gif"));
    await events.find((event) => event.kind === "changed" && event.change.came === 1, "the return");
    strictEqual(folder.images.length, 2);
  } finally {
    ending.abort();
    await watch.ended();
  }
});
