/** A worker that reads files, but never comes back from one named `stuck` or `held`, as before a disk that hangs. */
/// <reference lib="deno.worker" />
import type { FileFacts } from "../../lib/files/facts.ts";
import { Inspector } from "../../lib/folder/inspect.ts";
import type { FlaggedOrder } from "../../lib/folder/scan_workers.ts";

const inspector = new Inspector();
let turn = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<FlaggedOrder>): void => {
  turn = turn.then(() => carryOut(data));
};

self.postMessage({ kind: "read", bytes: 0 }); // It has started.

async function carryOut({ root, paths, flag }: FlaggedOrder): Promise<void> {
  const facts: FileFacts[] = [];
  for (const path of paths) {
    if (path === "held") Atomics.add(new Int32Array(flag), 0, 1); // As in code that terminate() cannot stop.
    if (path === "stuck" || path === "held") await new Promise(() => {});
    facts.push(await inspector.inspect(root, path));
  }
  self.postMessage({ kind: "done", root, bytes: 0, facts, unreadable: [] });
}
