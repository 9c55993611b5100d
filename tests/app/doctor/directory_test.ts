/** What is wrong with a directory and its disk is found, and nothing else beside. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { examineDirectory } from "../../../lib/app/doctor/directory.ts";
import { DOCTOR_TIMEOUTS } from "../../../lib/app/doctor/examination.ts";
import { CHOICES_FILE } from "../../../lib/folder/choices_file.ts";
import type { Finding, FindingCode } from "../../../lib/app/doctor/finding.ts";
import { needing } from "../../needs.ts";
import { imageBytes, namesIn, SAMPLES, tempDir } from "../../support.ts";
import { faultsAre, valuesOf } from "./support.ts";

/** What is found of a directory. */
async function examined(path: string, recursive = true): Promise<Finding[]> {
  const findings: Finding[] = [];
  const signal = new AbortController().signal;
  const report = (it: Finding): void => void findings.push(it);
  await examineDirectory(path, recursive, { timeouts: DOCTOR_TIMEOUTS, signal, report, clock: Date.now });
  return findings;
}

/** That these are the findings, but for the room on the disk of whoever runs the tests. */
function codesAre(findings: readonly Finding[], ...codes: FindingCode[]): void {
  const reported = findings.map(({ code }) => code).filter((it) => it !== "disk-fine" && it !== "disk-low");
  deepStrictEqual(reported, codes, JSON.stringify(findings));
}

Deno.test("a directory with images is reported as good, and nothing is left in it", async () => {
  await using dir = await tempDir({
    "a.gif": imageBytes(1),
    "b.txt": imageBytes(2),
    "c.gif": new TextEncoder().encode("no"),
  });
  const findings = await examined(dir.path);
  codesAre(findings, "directory-fine", "images-found");
  deepStrictEqual(
    valuesOf(findings, "images-found"),
    { path: dir.path, images: 2, whole: true },
    "recognized by content",
  );
  deepStrictEqual(await namesIn(dir.path), ["a.gif", "b.txt", "c.gif"]);
});

Deno.test("a directory without images is reported with its number of files", async () => {
  await using dir = await tempDir({ "a.txt": new TextEncoder().encode("text"), ".hidden.gif": imageBytes(1) });
  await Deno.mkdir(join(dir.path, "sub"));
  const none = await examined(dir.path);
  codesAre(none, "directory-fine", "no-images");
  deepStrictEqual(valuesOf(none, "no-images"), { path: dir.path, files: 1, whole: true });
  await Deno.writeFile(join(dir.path, "half.png"), (await Deno.readFile(join(SAMPLES, "moon.png"))).subarray(0, -9));
  deepStrictEqual(valuesOf(await examined(dir.path), "no-images"), { path: dir.path, files: 2, whole: true });
  await Deno.writeFile(join(dir.path, "sub", "b.gif"), imageBytes(1));
  codesAre(await examined(dir.path), "directory-fine", "images-found");
  codesAre(await examined(dir.path, false), "directory-fine", "no-images");
  await Deno.writeTextFile(join(dir.path, ".idp2piignore"), "sub/\n");
  codesAre(await examined(dir.path), "directory-fine", "no-images");
});

Deno.test("a large directory is read only until enough images are found", async () => {
  await using dir = await tempDir();
  for (let i = 0; i < 1_050; i++) await Deno.writeFile(join(dir.path, `${i}.gif`), imageBytes(i, 30));
  const found = valuesOf(await examined(dir.path), "images-found");
  ok(found.images <= 1_000 && !found.whole, JSON.stringify(found));
});

Deno.test("a missing directory, and a file instead of a directory, are reported", async () => {
  await using dir = await tempDir({ "file": imageBytes(1) });
  const missing = join(dir.path, "missing");
  const findings = await examined(missing);
  deepStrictEqual(findings.map(({ code, values }) => ({ code, values })), [
    { code: "directory-missing", values: { path: missing } },
  ]);
  const file = join(dir.path, "file");
  const instead = await examined(file);
  deepStrictEqual(instead.map(({ code, values }) => ({ code, values })), [
    { code: "directory-unreadable", values: { path: file, reason: "not a directory" } },
  ]);
  const long = join(dir.path, "x".repeat(300));
  deepStrictEqual(valuesOf(await examined(long), "directory-unreadable"), { path: long, reason: "name too long" });
});

Deno.test("an unreadable .idp2piignore is reported, and no image is counted", async () => {
  await using dir = await tempDir({ "a.gif": imageBytes(1) });
  const path = join(dir.path, ".idp2piignore");
  await Deno.mkdir(path);
  const findings = await examined(dir.path);
  codesAre(findings, "ignore-unreadable");
  strictEqual(valuesOf(findings, "ignore-unreadable").reason, "is a directory");
  await Deno.remove(path);
  await Deno.writeFile(path, Uint8Array.of(0xff, 0xfe, 0x61));
  const utf16 = await examined(dir.path);
  faultsAre(utf16, "ignore-unreadable");
  strictEqual(valuesOf(utf16, "ignore-unreadable").reason, "not UTF-8");
  await Deno.remove(path);
  await Deno.writeTextFile(join(dir.path, CHOICES_FILE), "{");
  strictEqual(valuesOf(await examined(dir.path), "ignore-unreadable").reason, "damaged");
});

Deno.test(
  needing(
    ["linux", "sh"],
    "unreadable files are counted, and the images among the others too",
    async () => {
      await using dir = await tempDir({ "a.gif": imageBytes(1) });
      // A name that is no UTF-8: Deno can neither make nor open it, whoever runs the test.
      const args = ["-c", `printf GIF89a > "$(printf '\\377.gif')"`];
      strictEqual((await new Deno.Command("sh", { args, cwd: dir.path }).output()).success, true);
      const findings = await examined(dir.path);
      codesAre(findings, "directory-fine", "images-found", "files-unreadable");
      strictEqual(valuesOf(findings, "images-found").images, 1);
      strictEqual(valuesOf(findings, "files-unreadable").count, 1);
    },
  ),
);

Deno.test("aborting while a directory is read takes effect at once", async () => {
  await using dir = await tempDir({ "a.gif": imageBytes(1), "b.gif": imageBytes(2) });
  const giveUp = new AbortController();
  const reported: FindingCode[] = [];
  const report = ({ code }: Finding): void => {
    reported.push(code);
    giveUp.abort(new Error("enough"));
  };
  const examination = { timeouts: DOCTOR_TIMEOUTS, signal: giveUp.signal, report, clock: Date.now };
  await rejects(examineDirectory(dir.path, true, examination), /enough/);
  deepStrictEqual(reported, ["directory-fine"]);
});

Deno.test("the clock of a disk is compared by the time of a file", async () => {
  await using dir = await tempDir();
  const signal = new AbortController().signal;
  const examination = { timeouts: DOCTOR_TIMEOUTS, signal, report: () => {}, clock: Date.now };
  const ahead = (by: number): Promise<number | null> =>
    examineDirectory(dir.path, true, { ...examination, clock: () => Date.now() + by });
  ok(Math.abs((await ahead(0))!) < 300_000); // However long a busy machine takes for it.
  ok(Math.abs((await ahead(-3_600_000))! - 3_600_000) < 300_000);
  ok(Math.abs((await ahead(3_600_000))! + 3_600_000) < 300_000);
  strictEqual(await examineDirectory(join(dir.path, "missing"), true, examination), null);
});

/** A small file system of its own in a directory; gone when the test ends. */
async function mounted(path: string, options: string): Promise<AsyncDisposable> {
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const { success, stderr } = await new Deno.Command(program, { args }).output();
    ok(success, new TextDecoder().decode(stderr));
  };
  await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path);
  return { [Symbol.asyncDispose]: () => run("umount", "--lazy", path) };
}

Deno.test(needing(["mounts"], "a read-only directory is reported", async () => {
  await using dir = await tempDir();
  await using _ = await mounted(dir.path, "size=2000m,ro");
  const findings = await examined(dir.path);
  codesAre(findings, "directory-not-writable", "no-images");
  faultsAre(findings, "directory-not-writable");
  deepStrictEqual(valuesOf(findings, "directory-not-writable"), { path: dir.path, reason: "read-only file system" });
}));

Deno.test(needing(["mounts"], "a disk that is nearly full, and a full disk, are reported", async () => {
  await using dir = await tempDir();
  await using _ = await mounted(dir.path, "size=20m");
  await Deno.writeFile(join(dir.path, "a.gif"), imageBytes(1, 100_000));
  const low = await examined(dir.path);
  deepStrictEqual(low.map(({ code }) => code), ["directory-fine", "images-found", "disk-low"]);
  const { free } = valuesOf(low, "disk-low");
  ok(free > 15_000_000 && free < 20_971_520, `${free}`);
  await rejects(Deno.writeFile(join(dir.path, "b.gif"), imageBytes(2, 30_000_000)));
  const full = await examined(dir.path);
  deepStrictEqual(full.map(({ code }) => code), ["directory-fine", "images-found", "disk-full"]);
  faultsAre(full, "disk-full");
}));
