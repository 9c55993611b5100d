/**
 * The worker behind {@link ScanWorkers}: reads files.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { join } from "node:path";
import type { FileFacts, Unreadable } from "../files/facts.ts";
import { Inspector } from "./inspect.ts";
import { unreadable } from "../files/passing.ts";
import { keepFlag } from "../worker/busy.ts";
import type { FlaggedOrder, FromScanWorker } from "./scan_workers.ts";

/** It is told how reading goes on after so many bytes, and after so many milliseconds. */
const TOLD_BYTES = 8 << 20;
const TOLD_MS = 1_000;

const inspector = new Inspector();
const say = (message: FromScanWorker): void => self.postMessage(message);

/** One order after the other: the inspector has one memory. */
let turn = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<FlaggedOrder>): void => {
  turn = turn.then(() => carryOut(data));
};

say({ kind: "read", bytes: 0 }); // It has started.

async function carryOut({ root, paths, md5, flag }: FlaggedOrder): Promise<void> {
  keepFlag(flag);
  const facts: FileFacts[] = [];
  const failed: Unreadable[] = [];
  let [bytes, told] = [0, performance.now()];
  const seen = (more: number): void => {
    bytes += more;
    if (bytes < TOLD_BYTES && performance.now() - told < TOLD_MS) return;
    say({ kind: "read", bytes });
    [bytes, told] = [0, performance.now()];
  };
  for (const path of paths) {
    seen(0);
    try {
      facts.push(await inspector.inspect(root, path, { md5, seen }));
    } catch (error) {
      failed.push(unreadable(join(root, path), error));
    }
  }
  say({ kind: "done", root, bytes, facts, unreadable: failed });
}
