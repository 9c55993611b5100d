import { deepStrictEqual } from "node:assert/strict";
import { join } from "node:path";
import { type FlaggedOrder, type FromScanWorker, ScanWorkers } from "../../lib/folder/scan_workers.ts";
import { needing } from "../needs.ts";
import { image, soon, tempDir } from "../support.ts";

Deno.test("a file that holds a worker is given up, and the others of its order are read all the same", async () => {
  const files = { "a.gif": image(1).bytes, "stuck": image(3).bytes, "z.gif": image(2).bytes };
  await using dir = await tempDir(files);
  const messages: FromScanWorker[] = [];
  const start = (): Worker => new Worker(new URL("./stuck_worker.ts", import.meta.url), { type: "module" });
  using workers = new ScanWorkers((message) => messages.push(message), 1_500, start);
  workers.order({ root: await Deno.realPath(dir.path), paths: Object.keys(files) });
  await workers.done();
  const done = messages.filter((it) => it.kind === "done");
  deepStrictEqual(
    done.flatMap(({ facts }) => facts.map((it) => it.image?.md5)).sort(),
    [1, 2].map((i) => image(i).md5).sort(),
  );
  deepStrictEqual(done.flatMap(({ unreadable }) => unreadable), [
    { path: join(dir.path, "stuck"), reason: "timed out" },
  ]);
});

Deno.test(needing(["unix", "mkfifo"], "a pipe that came in the place of a file holds nobody", async () => {
  await using dir = await tempDir({ "a.gif": image(1).bytes });
  await new Deno.Command("mkfifo", { args: [join(dir.path, "pipe")] }).output();
  await Deno.symlink("/dev/zero", join(dir.path, "link"));
  const messages: FromScanWorker[] = [];
  using workers = new ScanWorkers((message) => messages.push(message));
  workers.order({ root: await Deno.realPath(dir.path), paths: ["a.gif", "pipe", "link"] });
  await workers.done();
  const done = messages.filter((it) => it.kind === "done");
  deepStrictEqual(done.flatMap(({ facts }) => facts.map(({ path }) => path)), ["a.gif"]);
  deepStrictEqual(done.flatMap(({ unreadable }) => unreadable), [
    { path: join(dir.path, "pipe"), reason: "it is no plain file" },
    { path: join(dir.path, "link"), reason: "it is a link" },
  ]);
}));

Deno.test("while a stuck worker does not end, the files that are left are unreadable for now, and nobody waits for ever", async () => {
  await using dir = await tempDir({ "held": image(1).bytes, "a.gif": image(2).bytes });
  const messages: FromScanWorker[] = [];
  const flags: SharedArrayBuffer[] = [];
  const start = (): Worker => {
    const worker = new Worker(new URL("./stuck_worker.ts", import.meta.url), { type: "module" });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (order: FlaggedOrder) => (flags.push(order.flag), post(order));
    return worker;
  };
  using workers = new ScanWorkers((message) => messages.push(message), 300, start);
  const root = await Deno.realPath(dir.path);
  workers.order({ root, paths: ["held"] });
  workers.order({ root, paths: ["a.gif"] });
  try {
    await soon(workers.done(), "the end of the scan");
    deepStrictEqual(messages.flatMap((it) => it.kind === "done" ? it.unreadable : []), [
      { path: join(dir.path, "held"), reason: "timed out" },
      { path: join(dir.path, "a.gif"), reason: "timed out", passing: true },
    ]);
  } finally {
    for (const flag of flags) Atomics.store(new Int32Array(flag), 0, 0); // Others in this process may start workers.
  }
  workers.order({ root, paths: ["a.gif"] });
  await soon(workers.done(), "the end of the next scan");
  deepStrictEqual(messages.flatMap((it) => it.kind === "done" ? it.facts.map(({ path }) => path) : []), ["a.gif"]);
});
