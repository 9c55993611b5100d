import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { albumOf, announcedName, pathParts } from "../../lib/protocol/image_path.ts";
import { decodeName, encodeName } from "../../lib/protocol/name.ts";
import { HOSTILE_NAMES } from "../hostile_names.ts";
import { nameArbitrary } from "./arbitraries.ts";

/** Names on the wire, the folders and the file that they stand for. */
const WIRE: [string, string[], string][] = [
  ["cat.png", [], "cat.png"],
  ["lisboa%2FDSC_0001.jpg", ["lisboa"], "DSC_0001.jpg"],
  ["lisboa%2Ftag1%2Fa.jpg", ["lisboa", "tag1"], "a.jpg"],
  ["lisboa/tag1/a.jpg", ["lisboa", "tag1"], "a.jpg"],
  ["lisboa\\tag1\\a.jpg", ["lisboa", "tag1"], "a.jpg"],
  ["lisboa%5Ca.jpg", ["lisboa"], "a.jpg"],
  ["f%C3%A9rias%20de%20ver%C3%A3o%2Fa.jpg", ["férias de verão"], "a.jpg"],
  ["fe\u0301rias/a.jpg", ["férias"], "a.jpg"],
  ["lisboa%252Fa.jpg", [], "lisboa%2Fa.jpg"],
  ["%252e%252e%252fpasswd", [], "%2e%2e%2fpasswd"],
  ["/etc/shadow", ["etc"], "shadow"],
  ["a/../../b.gif", ["a"], "b.gif"],
  ["....//....//c.gif", [], "c.gif"],
  ["..%5C..%5Cboot.ini", [], "boot.ini"],
  ["a/. ./ /b.gif ", ["a"], "b.gif"],
  ["lisboa/", [], "lisboa"],
  ["..", [], ""],
  ["", [], ""],
];

Deno.test("a name on the wire stands for these folders and this file", () => {
  for (const [wire, folders, file] of WIRE) {
    deepStrictEqual(pathParts(decodeName(wire)), { folders, file }, wire);
    strictEqual(albumOf(decodeName(wire)), folders.join("/"));
  }
});

Deno.test("a path is sent as these bytes", () => {
  strictEqual(encodeName("lisboa/DSC_0001.jpg"), "lisboa%2FDSC_0001.jpg");
});

Deno.test("of too many folders the innermost are kept", () => {
  const folders = Array.from({ length: 1_000 }, (_, i) => `${i}`);
  const kept = pathParts([...folders, "a.gif"].join("/"));
  deepStrictEqual(kept, { folders: folders.slice(-16), file: "a.gif" });
});

Deno.test("a path that is too long on the wire loses its first folders, and never its last part", () => {
  strictEqual(announcedName("lisboa/a.gif"), "lisboa/a.gif");
  // 1 + 3 for the slash, and 251 more: 255 bytes.
  strictEqual(announcedName(`x/${"n".repeat(251)}`), `x/${"n".repeat(251)}`);
  strictEqual(announcedName(`x/${"n".repeat(252)}`), "n".repeat(252));
  strictEqual(announcedName(`${"é".repeat(100)}/${"é".repeat(100)}/a.gif`), `${"é".repeat(100)}/a.gif`);
  strictEqual(announcedName(`x/${"n".repeat(300)}`), "n".repeat(300));
});

Deno.test("no part of any name leads out of a directory, and nothing is lost by announcing it", () => {
  const check = (path: string): void => {
    const { folders, file } = pathParts(path);
    for (const part of [...folders, ...file === "" ? [] : [file]]) {
      ok(!/^[\s.]*$|[/\\]/.test(part), JSON.stringify(part));
    }
    ok(folders.length <= 16);
    const announced = announcedName(path);
    ok(path === announced || path.endsWith(`/${announced}`));
    ok(!announced.includes("/") || new TextEncoder().encode(encodeName(announced)).length <= 255);
  };
  HOSTILE_NAMES.forEach(check);
  fc.assert(fc.property(fc.array(nameArbitrary, { minLength: 1 }), (names) => check(names.join("/"))));
});
