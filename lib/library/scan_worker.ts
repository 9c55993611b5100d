/**
 * The worker behind {@link ScanWorkers}: reads files.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { join } from "node:path";
import { reasonOf } from "../wire/reason.ts";
import type { FileFacts, Unreadable } from "./facts.ts";
import { Inspector } from "./inspect.ts";
import type { FromScanWorker, ToScanWorker } from "./scan_workers.ts";

/** Bytes after which a large file's progress is told. */
const TOLD_BYTES = 8 << 20;

const inspector = new Inspector();
const say = (message: FromScanWorker): void => self.postMessage(message);

/** One order after the other: the inspector has one memory. */
let turn = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<ToScanWorker>): void => {
  turn = turn.then(() => carryOut(data));
};

async function carryOut({ root, paths }: ToScanWorker): Promise<void> {
  const facts: FileFacts[] = [];
  const unreadable: Unreadable[] = [];
  let bytes = 0;
  const seen = (more: number): void => {
    if ((bytes += more) < TOLD_BYTES) return;
    say({ kind: "read", bytes });
    bytes = 0;
  };
  for (const path of paths) {
    try {
      facts.push(await inspector.inspect(root, path, { seen }));
    } catch (error) {
      unreadable.push({ path: join(root, path), reason: reasonOf(error) });
    }
  }
  say({ kind: "done", bytes, facts, unreadable });
}
