import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { type FromScanWorker, ScanWorkers } from "../../lib/library/scan_workers.ts";
import { needing } from "../needs.ts";
import { image, tempDir } from "../support.ts";

/** A worker that is silent for so long is given up, in milliseconds; on a busy machine one takes a while to start. */
const PATIENCE_MS = 4_000;

Deno.test(
  needing(
    ["unix", "mkfifo"],
    "a file that holds a worker is given up, and the others of its order are read all the same",
    async () => {
      await using dir = await tempDir({ "a.gif": image(1).bytes, "z.gif": image(2).bytes });
      // Whoever opens a pipe to which nobody writes waits for ever, as before a disk that hangs.
      const pipe = join(dir.path, "pipe");
      strictEqual((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success, true);
      const messages: FromScanWorker[] = [];
      using workers = new ScanWorkers((message) => messages.push(message), PATIENCE_MS);
      workers.order({ root: await Deno.realPath(dir.path), paths: ["a.gif", "pipe", "z.gif"] });
      await workers.done();
      const done = messages.filter((it) => it.kind === "done");
      deepStrictEqual(
        done.flatMap(({ facts }) => facts.map((it) => it.image?.md5)).sort(),
        [1, 2].map((i) => image(i).md5).sort(),
      );
      deepStrictEqual(done.flatMap(({ unreadable }) => unreadable), [{ path: pipe, reason: "timed out" }]);
      // The threads are still in the system's hands: each is let go by somebody who writes.
      for (let i = 0; i < 2; i++) (await Deno.open(pipe, { read: true, write: true })).close();
    },
  ),
);
