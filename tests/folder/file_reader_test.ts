import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import { FileReader } from "../../lib/folder/file_reader.ts";
import { TerminatedWorkers } from "../../lib/worker/busy.ts";
import { needing } from "../needs.ts";
import { image, PATIENCE_MS, soon, tempDir } from "../support.ts";
import { HELD_MS, HeldTimers } from "../support_timers.ts";

const STUCK = new URL("./stuck_worker.ts", import.meta.url);

Deno.test("a file that makes a worker stuck is given up, and the other files of its request are read", async () => {
  const files = { "a.gif": image(1).bytes, "stuck": image(3).bytes, "z.gif": image(2).bytes };
  await using dir = await tempDir(files);
  using timers = new HeldTimers();
  using reader = new FileReader(await Deno.realPath(dir.path), { start: PATIENCE_MS, answer: HELD_MS }, STUCK);
  const onRead = (): void => queueMicrotask(() => timers.end()); // The worker got stuck, and its wait began again.
  const { records, unreadable } = await reader.read(Object.keys(files), { onRead });
  deepStrictEqual(records.map((it) => it.image?.md5).sort(), [1, 2].map((i) => image(i).md5).sort());
  deepStrictEqual(unreadable, [{ path: join(dir.path, "stuck"), reason: "timed out" }]);
});

Deno.test(needing(["unix", "mkfifo"], "a pipe that replaced a file blocks nothing", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  await new Deno.Command("mkfifo", { args: [join(dir.path, "pipe")] }).output();
  await Deno.symlink("/dev/zero", join(dir.path, "link"));
  using reader = new FileReader(await Deno.realPath(dir.path));
  const { records, unreadable } = await reader.read(["a.gif", "pipe", "link"]);
  deepStrictEqual(records.map(({ path }) => path), ["a.gif"]);
  deepStrictEqual(unreadable, [
    { path: join(dir.path, "pipe"), reason: "not a regular file" },
    { path: join(dir.path, "link"), reason: "is a link" },
  ]);
}));

/** The flags of the workers that are terminated until the end. */
function flagsOfWorkers(): Disposable & { flags: Int32Array[] } {
  const { add } = TerminatedWorkers.prototype;
  const flags: Int32Array[] = [];
  TerminatedWorkers.prototype.add = function (flag): void {
    flags.push(new Int32Array(flag));
    add.call(this, flag);
  };
  return { flags, [Symbol.dispose]: () => void (TerminatedWorkers.prototype.add = add) };
}

Deno.test("while a stuck worker does not end, the remaining files are unreadable for now, and no request waits for ever", async () => {
  await using dir = await tempDir({ "held": image(1).bytes, "a.gif": image(2).bytes });
  using workers = flagsOfWorkers();
  using timers = new HeldTimers();
  const timeouts = { start: PATIENCE_MS, answer: HELD_MS };
  using reader = new FileReader(await Deno.realPath(dir.path), timeouts, STUCK);
  const onRead = (): void => {
    queueMicrotask(() => timers.end());
    queueMicrotask(() => timeouts.answer = 100); // For so long the other file waits for a worker.
  };
  const held = reader.read(["held"], { onRead });
  const waiting = reader.read(["a.gif"]);
  try {
    deepStrictEqual((await soon(held, "the end of the one that is held")).unreadable, [
      { path: join(dir.path, "held"), reason: "timed out" },
    ]);
    deepStrictEqual((await soon(waiting, "the end of the one that waits")).unreadable, [
      { path: join(dir.path, "a.gif"), reason: "timed out", transient: true },
    ]);
  } finally {
    for (const flag of workers.flags) Atomics.store(flag, 0, 0); // As if they had ended.
    timeouts.answer = PATIENCE_MS;
  }
  deepStrictEqual((await soon(reader.read(["a.gif"]), "the next file")).records.map(({ path }) => path), ["a.gif"]);
});
