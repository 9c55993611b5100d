/** The rule against spreading into arguments finds what it is for, and nothing else. */
import { deepStrictEqual } from "node:assert/strict";
import plugin from "../../scripts/lint_spread.ts";

const TABLE: [string, string, number][] = [
  ["/x/lib/net/a.ts", "peers.push(...entry.peers);", 1],
  ["/x/lib/net/a.ts", "Math.max(...sizes); new Set(...lists); String.fromCharCode.apply(null, bytes);", 3],
  ["C:\\x\\lib\\net\\a.ts", "f(1, ...rest)", 1],
  ["/x/lib/net/a.ts", "const all = [...some, ...others]; f({ ...one }); const g = (...rest: string[]) => rest;", 0],
  [
    "/x/lib/net/a.ts",
    "const g = (...rest: string[]) => f(...rest); function h(...a: string[]) { return f(...a, ...b); }",
    1,
  ],
  ["/x/tests/a.ts", "peers.push(...entry.peers);", 0],
];

Deno.test("a spread into arguments is reported in lib/, and one into an array is not", () => {
  for (const [file, source, count] of TABLE) {
    const found = Deno.lint.runPlugin(plugin, file, source).map(({ id }) => id);
    deepStrictEqual(found, Array(count).fill("lib-arguments/no-spread"), source);
  }
});
