import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import {
  findFile,
  listRunning,
  removeRunning,
  type RunningFile,
  writeRunning,
} from "../../../lib/app/control/running_files.ts";
import { needing } from "../../needs.ts";
import { namesIn, tempDir } from "../../support.ts";

const one: RunningFile = { pid: 4711, port: 40_001, token: "a".repeat(64), proof: "b".repeat(64) };
const other: RunningFile = { ...one, pid: 4712, port: 40_002, token: "c".repeat(64) };

const modeOf = async (path: string): Promise<number> => ((await Deno.lstat(path)).mode ?? 0) & 0o777;

Deno.test(needing(["unix"], "a written file is found, and only its user can read it", async () => {
  await using dir = await tempDir();
  const running = join(dir.path, "cache", "running");
  deepStrictEqual(await listRunning(running), []);
  await Promise.all([writeRunning(running, one), writeRunning(running, other)]);
  deepStrictEqual((await listRunning(running)).sort((a, b) => a.pid - b.pid), [one, other]);
  deepStrictEqual(await namesIn(running), ["4711.json", "4712.json"]);
  deepStrictEqual([await modeOf(running), await modeOf(join(running, "4711.json"))], [0o700, 0o600]);
}));

Deno.test("only the file of the same client is removed", async () => {
  await using dir = await tempDir();
  await writeRunning(dir.path, one);
  await removeRunning(dir.path, { ...one, token: other.token });
  deepStrictEqual(await findFile(dir.path, one.pid), one);
  await writeRunning(dir.path, { ...other, pid: one.pid });
  await removeRunning(dir.path, one);
  deepStrictEqual(await findFile(dir.path, one.pid), { ...other, pid: one.pid });
  await removeRunning(dir.path, { ...other, pid: one.pid });
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test(needing(["unix"], "a directory that others could enter becomes private", async () => {
  await using dir = await tempDir();
  await Deno.chmod(dir.path, 0o777);
  await writeRunning(dir.path, one);
  strictEqual(await modeOf(dir.path), 0o700);
}));

Deno.test(needing(["unix"], "files that are not ours are skipped and not touched", async () => {
  const text = JSON.stringify({ version: 1, ...one });
  await using dir = await tempDir();
  const files: Record<string, string> = {
    "1.json": "{",
    "2.json": "null",
    "3.json": JSON.stringify({ version: 2, ...one }),
    "4.json": JSON.stringify({ version: 1, ...one, port: 70_000 }),
    "5.json": JSON.stringify({ version: 1, ...one, port: "40001" }),
    "6.json": JSON.stringify({ version: 1, ...one, token: 7 }),
    "7.json": text + " ".repeat(4_096),
    "readme.json": text,
    "0.json": text,
    ".4711.part": text,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(dir.path, name), text, { mode: 0o600 });
  }
  await Deno.writeTextFile(join(dir.path, "8.json"), text);
  await Deno.chmod(join(dir.path, "8.json"), 0o644);
  await Deno.writeTextFile(join(dir.path, "target"), text, { mode: 0o600 });
  await Deno.symlink("target", join(dir.path, "9.json"));
  await Deno.mkdir(join(dir.path, "10.json"));
  const before = await namesIn(dir.path);
  deepStrictEqual(await listRunning(dir.path), []);
  deepStrictEqual(await namesIn(dir.path), before);
}));

Deno.test(needing(["links"], "nothing is written if there can be no such directory", async () => {
  await using dir = await tempDir({ file: new Uint8Array() });
  await using target = await tempDir();
  await Deno.symlink(target.path, join(dir.path, "link"));
  for (const name of ["file", "link"]) {
    await rejects(writeRunning(join(dir.path, name), one));
    deepStrictEqual(await listRunning(join(dir.path, name)), []);
  }
  deepStrictEqual(await namesIn(target.path), []);
}));
