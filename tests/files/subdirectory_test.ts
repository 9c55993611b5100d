import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { OutsideError } from "../../lib/files/inside.ts";
import { Subdirectory } from "../../lib/files/subdirectory.ts";
import { needing } from "../needs.ts";
import { namesIn, tempDir } from "../support.ts";

Deno.test("missing directories are created, and existing ones entered", async () => {
  await using dir = await tempDir();
  const { path, paths } = await Subdirectory.enter(dir.path, ["lisboa", "tag1"]);
  strictEqual(path, join(dir.path, "lisboa", "tag1"));
  deepStrictEqual(paths, [dir.path, join(dir.path, "lisboa"), path]);
  ok((await Deno.lstat(path)).isDirectory);
  strictEqual((await Subdirectory.enter(dir.path, ["lisboa", "tag1"])).path, path);
  strictEqual(Subdirectory.find(dir.path, ["lisboa"])?.path, join(dir.path, "lisboa"));
  strictEqual(Subdirectory.find(dir.path, ["lisboa", "tag2"]), null);
  strictEqual((await Subdirectory.enter(dir.path, [])).path, dir.path);
});

Deno.test("only empty directories that it created are removed", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(join(dir.path, "mine"));
  (await Subdirectory.enter(dir.path, ["mine", "a", "b"])).removeEmpty();
  deepStrictEqual(await namesIn(join(dir.path, "mine")), []);
  (await Subdirectory.enter(dir.path, ["mine"])).removeEmpty();
  const kept = await Subdirectory.enter(dir.path, ["mine", "a", "b"]);
  await Deno.writeTextFile(join(dir.path, "mine", "a", "x.gif"), "");
  kept.removeEmpty();
  deepStrictEqual(await namesIn(join(dir.path, "mine")), ["a"]);
  deepStrictEqual(await namesIn(join(dir.path, "mine", "a")), ["x.gif"]);
});

Deno.test(needing(["links"], "a file or a link of the name stays, and the directory gets a number", async () => {
  await using outside = await tempDir();
  await using dir = await tempDir({ "lisboa": new Uint8Array(1) });
  await Deno.symlink(outside.path, join(dir.path, "porto"));
  await Deno.symlink(join(outside.path, "nowhere"), join(dir.path, "porto (2)"));
  strictEqual((await Subdirectory.enter(dir.path, ["lisboa", "a"])).path, join(dir.path, "lisboa (2)", "a"));
  strictEqual((await Subdirectory.enter(dir.path, ["porto"])).path, join(dir.path, "porto (3)"));
  deepStrictEqual(await namesIn(outside.path), []);
}));

Deno.test(needing(["linux"], "a directory matches however its accents are written", async () => {
  await using dir = await tempDir();
  await Deno.mkdir(join(dir.path, "fe\u0301rias"));
  strictEqual((await Subdirectory.enter(dir.path, ["f\u00e9rias"])).path, join(dir.path, "fe\u0301rias"));
}));

Deno.test(
  needing(
    ["links"],
    "a file that got its name through a link is removed again, however the link was made",
    async () => {
      await using outside = await tempDir();
      await using dir = await tempDir({ "temporary": new Uint8Array(9) });
      using file = await Deno.open(join(dir.path, "temporary"), { read: true, write: true });
      const inside = await Subdirectory.enter(dir.path, ["lisboa"]);
      await Deno.rename(inside.path, join(dir.path, "away"));
      await Deno.symlink(outside.path, inside.path);
      await Deno.link(join(dir.path, "temporary"), join(inside.path, "x.gif"));
      strictEqual(inside.isHere(), false);
      await rejects(inside.confirm("x.gif", { path: join(dir.path, "temporary"), file }), { name: "OutsideError" });
      deepStrictEqual(await namesIn(outside.path), []);
      strictEqual(file.statSync().size, 9);

      // The link is gone by then: where the name is cannot be known any more, but what has it is empty.
      await Deno.link(join(dir.path, "temporary"), join(inside.path, "x.gif"));
      await Deno.remove(inside.path);
      await rejects(inside.confirm("x.gif", { path: join(dir.path, "temporary"), file }), { name: "OutsideError" });
      strictEqual((await Deno.stat(join(outside.path, "x.gif"))).size, 0);
    },
  ),
);

Deno.test(
  needing(["links"], "no contents get outside while a directory becomes a link ten thousand times", async () => {
    await using outside = await tempDir();
    await using dir = await tempDir({ "temporary": new Uint8Array(9) });
    await Deno.mkdir(join(dir.path, "album"));
    using file = await Deno.open(join(dir.path, "temporary"), { read: true, write: true });
    const worker = new Worker(new URL("./album_swapper.ts", import.meta.url), { type: "module" });
    let done = false;
    const swapped = new Promise<void>((resolve) => worker.onmessage = () => resolve());
    swapped.then(() => done = true);
    /** How many files got their names inside, and how many did not. */
    const counts = new Int32Array(new SharedArrayBuffer(8));
    worker.postMessage({ inside: dir.path, outside: outside.path, times: 10_000, counts });
    try {
      for (let i = 0; !done; i++) {
        try {
          const inside = await Subdirectory.enter(dir.path, i % 2 ? ["album"] : ["album", `sub ${i}`]);
          for (const began = performance.now(); performance.now() - began < i % 8 / 100;); // It may be another by now.
          Deno.linkSync(join(dir.path, "temporary"), join(inside.path, `${i}.gif`));
          await inside.confirm(`${i}.gif`, { path: join(dir.path, "temporary"), file });
          Atomics.add(counts, 0, 1);
        } catch (error) {
          if (error instanceof OutsideError) Atomics.add(counts, 1, 1);
        }
        if (i % 32 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      // What cannot be taken back, since the link did not return in time, is empty.
      for (const name of await namesIn(outside.path)) {
        const { isDirectory, size } = await Deno.lstat(join(outside.path, name));
        if (isDirectory) deepStrictEqual(await namesIn(join(outside.path, name)), []);
        else strictEqual(size, 0, name);
      }
    } finally {
      worker.terminate();
    }
  }),
);
