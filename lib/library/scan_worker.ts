/**
 * The worker behind {@link ScanWorkers}: looks through a directory, and reads files.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { join } from "node:path";
import { reasonOf } from "../wire/reason.ts";
import type { FileFacts, Sighting, Unreadable } from "./facts.ts";
import { Inspector } from "./inspect.ts";
import type { FromScanWorker, ToScanWorker } from "./scan_workers.ts";
import { walk } from "./walk.ts";

/** Files told of at once: a message costs about as much as a hundred of them. */
const SEEN_AT_ONCE = 500;

/** Bytes after which a large file's progress is told. */
const TOLD_BYTES = 8 << 20;

const inspector = new Inspector();
const say = (message: FromScanWorker): void => self.postMessage(message);

/** One order after the other: the inspector has one memory. */
let turn = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<ToScanWorker>): void => {
  turn = turn.then(() => data.kind === "walk" ? tellFiles(data) : tellFacts(data));
};

function tellFiles({ root, options }: ToScanWorker & { kind: "walk" }): void {
  let files: Sighting[] = [];
  let unreadable: Unreadable[] = [];
  for (const seen of walk(root, options)) {
    if ("reason" in seen) unreadable.push(seen);
    else files.push(seen);
    if (files.length < SEEN_AT_ONCE) continue;
    say({ kind: "seen", files, unreadable, last: false });
    [files, unreadable] = [[], []];
  }
  say({ kind: "seen", files, unreadable, last: true });
  say({ kind: "done" });
}

async function tellFacts({ root, paths }: ToScanWorker & { kind: "inspect" }): Promise<void> {
  const facts: FileFacts[] = [];
  const unreadable: Unreadable[] = [];
  let bytes = 0;
  for (const path of paths) {
    try {
      facts.push(
        await inspector.inspect(root, path, {
          seen: (n) => {
            if ((bytes += n) < TOLD_BYTES) return;
            say({ kind: "read", bytes });
            bytes = 0;
          },
        }),
      );
    } catch (error) {
      unreadable.push({ path: join(root, path), reason: reasonOf(error) });
    }
  }
  say({ kind: "read", bytes });
  say({ kind: "facts", facts, unreadable });
  say({ kind: "done" });
}
