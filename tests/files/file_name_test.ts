import { match, ok, strictEqual } from "node:assert/strict";
import { basename } from "node:path";
import fc from "fast-check";
import { numbered, sanitizeFileName, sanitizePath } from "../../lib/files/file_name.ts";
import { HOSTILE_NAMES, UNSEEN } from "../hostile_names.ts";
import { isLitter } from "../../lib/files/litter.ts";
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
    ok(!isLitter(local), local);
    ok(
      !new RegExp(`[<>:"/\\\\|?*\\p{Cc}]|${UNSEEN}`, "u").test(local) && !local.startsWith(".") && local !== "",
      local,
    );
  }));
});

/** Names from the network and the paths they become. */
const PATHS: [string, string][] = [
  ["cat.png", "cat.png"],
  ["lisboa/tag 1/cat.png", "lisboa/tag 1/cat.png"],
  ["../../etc/passwd", "etc/passwd"],
  ["/etc/shadow", "etc/shadow"],
  ["C:\\Windows\\x.bmp", "C_/Windows/x.bmp"],
  ["\\\\server\\share\\x.bmp", "server/share/x.bmp"],
  ["a/../../b.gif", "a/b.gif"],
  ["%2e%2e%2fx.gif", "%2e%2e%2fx.gif"],
  [".ssh/authorized_keys", "_ssh/authorized_keys"],
  ["~/x.gif", "_~_/x.gif"],
  ["~ana/x.gif", "_ana/x.gif"],
  ["x.part", "_x.part_"],
  ["Thumbs.db", "_Thumbs.db_"],
  ["CON/aux.txt", "CON_/aux_.txt"],
  ["dots.../blank /x.gif", "dots/blank/x.gif"],
  ["$RECYCLE.BIN/x.gif", "_$RECYCLE.BIN_/x.gif"],
  ["f.{21EC2020-3AEA-1069-A2DD-08002B30309D}/x.gif", "f_{21EC2020-3AEA-1069-A2DD-08002B30309D}/x.gif"],
  [`.idp2pi-${"0".repeat(32)}.part/x.gif`, `__idp2pi-${"0".repeat(32)}.part_/x.gif`],
  ["", "_"],
  ["..", "_"],
];

Deno.test("a name from the network becomes this path", () => {
  for (const [name, path] of PATHS) {
    const { folders, file } = sanitizePath(name, "/home/ana");
    strictEqual([...folders, file].join("/"), path, name);
  }
});

Deno.test("a path that is too long for the system loses its first folders, which depends on the directory", () => {
  const name = `${"a".repeat(60)}/${"b".repeat(60)}/${"c".repeat(60)}/x.gif`;
  const folders = (directory: string, os: string): number => sanitizePath(name, directory, os).folders.length;
  for (
    const [directory, os, expected] of [
      ["C:\\Users\\ana", "windows", 3],
      [`C:\\${"d".repeat(90)}`, "windows", 2],
      [`C:\\${"d".repeat(250)}`, "windows", 0],
      [`/${"d".repeat(250)}`, "linux", 3],
      [`/${"d".repeat(900)}`, "darwin", 1],
      [`/${"d".repeat(4_000)}`, "linux", 1],
    ] as const
  ) {
    strictEqual(folders(directory, os), expected, `${os} ${directory.length}`);
  }
});

Deno.test("any name becomes a path of visible parts within the directory, on every system", () => {
  const part = new RegExp(
    `^[. ]|^~.*/|[<>:"/\\\\|?*\\p{Cc}]|${UNSEEN}|[. ]$|^(?:con|prn|aux|nul|(?:com|lpt)\\d)(?:\\.|$)`,
    "iu",
  );
  const check = (name: string, directory: string): void => {
    for (const os of ["windows", "linux", "darwin"]) {
      const { folders, file } = sanitizePath(name, directory, os);
      for (const it of [...folders, file]) {
        ok(it !== "" && !part.test(it), `${JSON.stringify(name)} -> ${JSON.stringify(it)}`);
        ok(new TextEncoder().encode(it).length <= 255, it);
      }
      ok(folders.length <= 16);
      const path = [directory, ...folders, file].join("/");
      ok(os !== "windows" || folders.length === 0 || path.length <= 259, path);
    }
  };
  for (const name of HOSTILE_NAMES) check(name, "/home/ana/Pictures");
  fc.assert(fc.property(fc.array(nameArbitrary, { minLength: 1, maxLength: 6 }), fc.nat(300), (names, length) => {
    check(names.join("/"), `/${"d".repeat(length)}`);
  }));
});
