/** The cache that executables are made from. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { leanCache } from "../../scripts/build/lean_cache.ts";
import { filesOf } from "../../scripts/build/npm_packages.ts";
import { tempDir } from "../support.ts";

Deno.test("the cache contains what can be loaded of needed packages, and nothing of others", async () => {
  await using dir = await tempDir();
  const cache = join(dir.path, "cache");
  const directoryOf = (name: string): string => join(cache, "npm", "registry", name, "1.0.0");
  for (const name of ["needed", "unneeded"]) {
    await Deno.mkdir(join(directoryOf(name), "lib"), { recursive: true });
    for (
      const file of [
        "package.json",
        "lib/a.js",
        "lib/a.d.ts",
        "lib/a.js.map",
        "b.wasm",
        "c.wasm",
        "LICENSE",
        "README.md",
      ]
    ) {
      await Deno.writeTextFile(join(directoryOf(name), file), file);
    }
  }
  const packageOf = (name: string): { name: string; version: string; directory: string } => ({
    name,
    version: "1.0.0",
    directory: directoryOf(name),
  });
  const lean = join(dir.path, "lean");
  await leanCache(
    { needed: [packageOf("needed")], unneeded: [packageOf("unneeded")], cache },
    [join(directoryOf("needed"), "c.wasm")],
    lean,
  );
  const registry = join(lean, "npm", "registry");
  const found = await filesOf({ directory: registry });
  deepStrictEqual(found.sort(), ["b.wasm", "lib/a.js", "package.json"].map((it) => join(registry, "needed/1.0.0", it)));
  strictEqual((await Deno.stat(join(registry, "unneeded/1.0.0"))).isDirectory, true);
  const times = await Promise.all(found.map(async (path) => (await Deno.stat(path)).mtime!.toISOString().slice(0, 10)));
  deepStrictEqual(times, ["1985-10-26", "1985-10-26", "1985-10-26"]);
});

Deno.test("runtimes are downloaded into the cache that it was made from", async () => {
  await using dir = await tempDir();
  const [cache, lean] = [join(dir.path, "cache"), join(dir.path, "lean")];
  await Deno.mkdir(lean);
  await leanCache({ needed: [], unneeded: [], cache }, [], lean);
  await Deno.writeTextFile(join(lean, "dl", "denort.zip"), "runtime");
  await Deno.remove(lean, { recursive: true });
  strictEqual(await Deno.readTextFile(join(cache, "dl", "denort.zip")), "runtime");
});
