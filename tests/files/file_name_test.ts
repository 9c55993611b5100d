import { match, ok, strictEqual } from "node:assert/strict";
import { basename } from "node:path";
import fc from "fast-check";
import { numbered, sanitizeFileName } from "../../lib/files/file_name.ts";
import { UNSEEN } from "../hostile_names.ts";
import { nameArbitrary } from "../protocol/arbitraries.ts";

/** Names from the network and the files they become. */
const NAMES: [string, string][] = [
  ["cat.png", "cat.png"],
  ["café 1.png", "café 1.png"],
  ["../../etc/passwd", "passwd"],
  ["..\\..\\boot.ini", "boot.ini"],
  ["/etc/shadow", "shadow"],
  ["C:\\Windows\\x.bmp", "x.bmp"],
  ["pictures/2024/cat.png", "cat.png"],
  [".bashrc", "_bashrc"],
  ["photo\u202egnp.exe", "photognp.exe"],
  ["a\u200bb.png", "ab.png"],
  ["a\u200cb\u200d.png", "ab.png"],
  ["می‌خواهم.jpg", "می‌خواهم.jpg"],
  ["क्‍.jpg", "क्‍.jpg"],
  ["👨‍👩‍👧‍👦🧑🏽‍💻🏳️‍🌈.png", "👨‍👩‍👧‍👦🧑🏽‍💻🏳️‍🌈.png"],
];

Deno.test("a name from the network becomes this file name", () => {
  for (const [name, local] of NAMES) strictEqual(sanitizeFileName(name), local, name);
});

Deno.test("names of directories and devices, and empty names, become ordinary files", () => {
  for (const name of ["..", ".", "", " ", "/", "\\", "...", "CON", "nul.png", "LPT1", "a\0b.png", "x.", "y "]) {
    const local = sanitizeFileName(name);
    ok(local.length > 0 && !/^(con|nul|lpt1)(\.|$)/i.test(local), `${JSON.stringify(name)} -> ${local}`);
    ok(!/[\\/\0]|^\.|[. ]$/.test(local), `${JSON.stringify(name)} -> ${local}`);
  }
});

Deno.test("a name of 300 characters keeps its extension and leaves room for a number", () => {
  for (const long of [`${"n".repeat(300)}.jpeg`, `${"é".repeat(200)}.jpeg`, `${"😀".repeat(100)}.jpeg`]) {
    const local = numbered(sanitizeFileName(long), 1_234);
    ok(new TextEncoder().encode(local).length <= 255, local);
    match(local, / \(1234\)\.jpeg$/);
    ok(local.isWellFormed());
  }
});

Deno.test("names that fit are not cut, except to add a number", () => {
  for (let bytes = 240; bytes <= 260; bytes++) {
    const name = `${"n".repeat(bytes - 4)}.gif`;
    strictEqual(sanitizeFileName(name), bytes <= 255 ? name : `${"n".repeat(251)}.gif`);
    const second = numbered(sanitizeFileName(name), 2);
    strictEqual(second, `${"n".repeat(Math.min(bytes - 4, 247))} (2).gif`);
  }
  strictEqual(sanitizeFileName(`${"é".repeat(125)}.jpeg`), `${"é".repeat(125)}.jpeg`);
});

Deno.test("numbers precede the extension", () => {
  strictEqual(numbered("cat.png", 1), "cat.png");
  strictEqual(numbered("cat.png", 2), "cat (2).png");
  strictEqual(numbered("cat", 3), "cat (3)");
  strictEqual(numbered("v1.2 final version", 2), "v1.2 final version (2)");
});

Deno.test("any name becomes one visible file of the directory, on every system", () => {
  fc.assert(fc.property(nameArbitrary, (name) => {
    const local = sanitizeFileName(name);
    strictEqual(basename(local), local);
    ok(
      !new RegExp(`[<>:"/\\\\|?*\\p{Cc}]|${UNSEEN}`, "u").test(local) && !local.startsWith(".") && local !== "",
      local,
    );
  }));
});
