/** Which packages go into the executables. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { WORKERS } from "../../scripts/build/executables.ts";
import { packagesFor } from "../../scripts/build/npm_packages.ts";
import { ROOT } from "../support.ts";

const names = (packages: readonly { name: string }[]): Set<string> => new Set(packages.map(({ name }) => name));

Deno.test("the client needs its imports, including those of workers, but no types and no packages of tests", async () => {
  const packages = await packagesFor(["client.ts", ...WORKERS.client].map((module) => join(ROOT, module)));
  const [needed, unneeded] = [names(packages.needed), names(packages.unneeded)];
  for (const name of ["ink", "react", "react-reconciler", "exifreader", "@imagemagick/magick-wasm", "@xmldom/xmldom"]) {
    ok(needed.has(name), name);
  }
  for (const name of ["@types/react", "csstype", "type-fest", "tagged-tag", "ajv", "fast-check", "pure-rand"]) {
    ok(unneeded.has(name), name);
  }
  deepStrictEqual(needed.intersection(unneeded), new Set());
  deepStrictEqual(needed.values().filter((name) => name.startsWith("@types/")).toArray(), []);
});

Deno.test("every package of the lock file is found in its version", async () => {
  const { needed, unneeded } = await packagesFor([join(ROOT, "server.ts")]);
  const { npm } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.lock")));
  deepStrictEqual(needed.length + unneeded.length, Object.keys(npm).length);
  for (const { name, version, directory } of [...needed, ...unneeded]) {
    const found = JSON.parse(await Deno.readTextFile(join(directory, "package.json")));
    deepStrictEqual([found.name, found.version], [name, version]);
  }
  deepStrictEqual(
    names(needed),
    new Set([
      "@leichtgewicht/ip-codec",
      "@redis/client",
      "ansi-regex",
      "dns-packet",
      "get-east-asian-width",
      "ipaddr.js",
      "leven",
      "smol-toml",
      "string-width",
      "strip-ansi",
    ]),
  );
});
