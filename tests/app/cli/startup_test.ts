/** What is loaded before it is known what is to be done: tests/bench/startup.ts measures how long that takes. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../../support.ts";

interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly { readonly code?: { readonly specifier: string }; readonly isDynamic?: boolean }[];
  }[];
}

/** All that a program loads at once, as `deno info` knows it: no types, nothing that is imported later. */
async function loadedAtOnce(program: string): Promise<string[]> {
  const args = ["info", "--json", join(ROOT, program)];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  const { roots, modules }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const found = new Set(roots);
  for (const specifier of found) {
    const { dependencies = [] } = modules.find((it) => it.specifier === specifier) ?? {};
    for (const { code, isDynamic } of dependencies) if (code && !isDynamic) found.add(code.specifier);
  }
  return [...found];
}

Deno.test("a starting program loads no language, no room of sockets or files, and only one library", async () => {
  for (const program of ["client.ts", "server.ts"]) {
    const loaded = await loadedAtOnce(program);
    ok(loaded.some((it) => it.endsWith("/lib/app/cli/program.ts")), "the graph is read");
    const outside = loaded.filter((it) => !it.startsWith("file:"));
    deepStrictEqual(outside, ["node:util"], `${program}: each of these costs 10 ms or more`);
    const rooms = new Set(loaded.flatMap((it) => /\/lib\/((?:app\/)?\w+)\//.exec(it)?.[1] ?? []));
    deepStrictEqual([...rooms].sort(), ["app/cli", "app/words", "fault", "protocol"], program);
    deepStrictEqual(loaded.filter((it) => /\/lib\/app\/words\/(en|pt)\//.test(it)), [], program);
  }
});
