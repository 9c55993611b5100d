import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type DownloadingPeer, Downloads } from "../../../../lib/app/cli/commands/downloads.ts";
import { Terminal } from "../../../../lib/app/cli/output/terminal.ts";
import type { FetchAllWatcher, FetchOutcome } from "../../../../lib/download/fetch_options.ts";
import { Fault } from "../../../../lib/fault/fault.ts";
import type { ListedImage } from "../../../../lib/protocol/image.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";

const FROM = { host: "10.0.0.2", port: 5_000 };
const image = (n: number): ListedImage => ({ md5: `${n}`.padStart(32, "0"), name: `${n}.gif`, peers: [FROM] });
const fetched = (image: ListedImage): FetchOutcome => ({
  kind: "fetched",
  image,
  fetched: { path: `/${image.name}`, bytes: 1_000, resumedFrom: 0, peer: FROM, shared: true },
});
const failed = (image: ListedImage): FetchOutcome => ({
  kind: "failed",
  image,
  fault: new Fault("no-peers", { name: image.name }),
});

/** A peer that fetches as the test says, and the lines that are shown meanwhile. */
function session(): {
  downloads: Downloads;
  /** Each batch that was begun. */
  batches: { images: readonly ListedImage[]; watcher: FetchAllWatcher; end: PromiseWithResolvers<FetchOutcome[]> }[];
  lines: string[];
} {
  const batches: ReturnType<typeof session>["batches"] = [];
  const fetchAll: DownloadingPeer["downloads"]["fetchAll"] = (images, watcher, signal) => {
    const end = Promise.withResolvers<FetchOutcome[]>();
    signal?.addEventListener("abort", () => end.resolve([]));
    if (signal?.aborted) end.resolve([]);
    batches.push({ images, watcher: watcher!, end });
    return end.promise;
  };
  const peer: DownloadingPeer = { tracker: { registered: true }, downloads: { fetchAll } };
  const lines: string[] = [];
  const terminal = new Terminal();
  terminal.attach({ line: (text) => lines.push(text), status: () => {} });
  return { downloads: new Downloads(peer, terminal, ENGLISH), batches, lines };
}

Deno.test("an image that is being downloaded is not downloaded twice, and added images are counted with it", async () => {
  const { downloads, batches, lines } = session();
  const all = [downloads.start([image(1)]), downloads.start([image(1), image(2)]), downloads.start([image(2)])];
  deepStrictEqual(batches.map(({ images }) => images.map(({ name }) => name)), [["1.gif"], ["2.gif"]]);
  strictEqual(downloads.progress(performance.now())?.total, 2);
  batches[0].watcher.onOutcome!(fetched(image(1)));
  batches[1].watcher.onOutcome!(fetched(image(2)));
  // It is over when all have come, though the tracker may not have registered them yet.
  strictEqual(downloads.progress(performance.now()), null);
  batches.forEach(({ end }) => end.resolve([]));
  await Promise.all(all);
  strictEqual(lines.filter((line) => line.startsWith("2 images downloaded")).length, 1, lines.join("\n"));
});

Deno.test("stopped downloads are not counted, and failed ones can be retried afterwards", async () => {
  const { downloads, batches, lines } = session();
  const first = downloads.start([image(1), image(2)]);
  batches[0].watcher.onOutcome!(failed(image(1)));
  downloads.stop();
  await first;
  strictEqual(downloads.progress(performance.now()), null);
  ok(lines.some((line) => line.startsWith("Stopped.")), lines.join("\n"));
  deepStrictEqual(downloads.failed, [image(1)]);
  const again = downloads.retry();
  deepStrictEqual(batches[1].images, [image(1)]);
  downloads.stop();
  await again;
  deepStrictEqual(downloads.failed, [image(1)]);
  const last = downloads.retry();
  batches[2].watcher.onOutcome!(fetched(image(1)));
  batches[2].end.resolve([]);
  await last;
  deepStrictEqual(downloads.failed, []);
});

Deno.test("images that failed because the disk was full can be retried", async () => {
  const { downloads, batches, lines } = session();
  const batch = downloads.start([image(1), image(2)]);
  batches[0].watcher.onProgress!({ image: image(2), received: 100, size: 1_000, resumedFrom: 0, peer: FROM });
  batches[0].watcher.onOutcome!(fetched(image(1)));
  batches[0].end.reject(new Fault("disk-full", { path: "/photos" }));
  await batch;
  deepStrictEqual(downloads.failed, [image(2)]);
  strictEqual(downloads.progress(performance.now()), null);
  ok(lines.some((line) => line.includes("/photos")), lines.join("\n"));
});

Deno.test("no summary is shown if the program ends during a download", async () => {
  const { downloads, batches, lines } = session();
  const batch = downloads.start([image(1), image(2)]);
  batches[0].watcher.onOutcome!(fetched(image(1)));
  const before = lines.length;
  batches[0].end.resolve([fetched(image(1))]);
  await batch;
  deepStrictEqual(lines.slice(before), []);
  strictEqual(downloads.progress(performance.now()), null);
});
