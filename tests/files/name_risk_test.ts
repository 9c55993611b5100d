import { deepStrictEqual } from "node:assert/strict";
import { sanitizeFileName } from "../../lib/files/file_name.ts";
import { nameRisks } from "../../lib/files/name_risk.ts";

const CASES: [string, ReturnType<typeof nameRisks>][] = [
  ["cat.gif", []],
  ["my-cat.jpeg", []],
  ["setup", []],
  ["photo.exe.png", []],
  ["setup.exe", ["program"]],
  ["Setup.EXE", ["program"]],
  ["cat.jpg.scr", ["program"]],
  ["cat.jpg.exe .", ["program"]],
  ["cat\u202Egpj.exe", ["program"]],
  ["cat.lnk", ["program"]],
  ["install.sh", ["program"]],
  ["cat.desktop", ["program"]],
  ["desktop.ini", []], // It is saved under another name.
  ["AUTORUN.INF", ["system"]],
  ["Thumbs.db", []],
  ["setup.ini", ["system"]],
  [".DS_Store", ["system"]],
  ["-rf", ["dash"]],
  ["--help.gif", ["dash"]],
  ["-x.exe", ["program", "dash"]],
];

Deno.test("names of programs, names of system files and names with a leading dash are recognized as they are saved", () => {
  for (const [name, risks] of CASES) deepStrictEqual(nameRisks(sanitizeFileName(name)), risks, name);
});
