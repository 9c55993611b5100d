/** A worker that reads files, but never comes back from one named `stuck` or `held`, which it reports: a disk hangs. */
/// <reference lib="deno.worker" />
import "file-type"; // Loaded now: while it is loaded at the first file, a busy machine would look stuck.
import type { FileRecord } from "../../lib/files/file_record.ts";
import type { FileContents, FilesToRead } from "../../lib/folder/file_reader.ts";
import { Inspector } from "../../lib/folder/inspect.ts";
import { ownFlag } from "../../lib/worker/busy.ts";
import { serve } from "../../lib/worker/serve_requests.ts";

const inspector = new Inspector();
let turn: Promise<unknown> = Promise.resolve();
serve((request: FilesToRead, report: (bytes: number) => void) => {
  const contents = turn.then(() => read(request, report));
  turn = contents;
  return contents;
});

async function read({ root, paths }: FilesToRead, report: (bytes: number) => void): Promise<FileContents> {
  const records: FileRecord[] = [];
  for (const path of paths) {
    if (path === "held") Atomics.add(new Int32Array(ownFlag), 0, 1); // As in code that terminate() cannot stop.
    if (path === "stuck" || path === "held") {
      report(0);
      await new Promise(() => {});
    }
    records.push(await inspector.inspect(root, path));
  }
  return { bytes: 0, records, unreadable: [] };
}
