/** The worker of {@link FileReader}, which reads files. */
/// <reference lib="deno.worker" />
import { join } from "node:path";
import type { FileRecord, Unreadable } from "../files/file_record.ts";
import { unreadable } from "../files/transient.ts";
import { serve } from "../worker/serve_requests.ts";
import { Inspector } from "./inspect.ts";
import type { FileContents, FilesToRead } from "./file_reader.ts";

/** Progress is reported after this many bytes or milliseconds. */
const REPORT_BYTES = 8 << 20;
const REPORT_MS = 1_000;

const inspector = new Inspector();

/** Requests run one at a time, since the inspector has one memory. */
let turn: Promise<unknown> = Promise.resolve();
serve((request: FilesToRead, report: (bytes: number) => void) => {
  const contents = turn.then(() => read(request, report));
  turn = contents;
  return contents;
});

async function read({ root, paths, md5 }: FilesToRead, report: (bytes: number) => void): Promise<FileContents> {
  const records: FileRecord[] = [];
  const failed: Unreadable[] = [];
  let [bytes, reportedAt] = [0, performance.now()];
  const onRead = (more: number): void => {
    bytes += more;
    if (bytes < REPORT_BYTES && performance.now() - reportedAt < REPORT_MS) return;
    report(bytes);
    [bytes, reportedAt] = [0, performance.now()];
  };
  for (const path of paths) {
    onRead(0);
    try {
      records.push(await inspector.inspect(root, path, { md5, onRead }));
    } catch (error) {
      failed.push(unreadable(join(root, path), error));
    }
  }
  return { bytes, records, unreadable: failed };
}
