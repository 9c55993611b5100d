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
  fetched: { path: `/${image.name}`, file: image.name, bytes: 1_000, resumedFrom: 0, peer: FROM, shared: true },
});
const failed = (image: ListedImage): FetchOutcome => ({
  kind: "failed",
  image,
  fault: new Fault("no-peers", { name: image.name }),
});

/** A peer that fetches as the test says, and the lines that are shown meanwhile. */
function session({ left = [], listed = [] }: { left?: ListedImage[]; listed?: ListedImage[] } = {}): {
  downloads: Downloads;
  /** Each batch that was begun. */
  batches: { images: readonly ListedImage[]; watcher: FetchAllWatcher; end: PromiseWithResolvers<FetchOutcome[]> }[];
  lines: string[];
  forgotten: string[];
} {
  const batches: ReturnType<typeof session>["batches"] = [];
  const forgotten: string[] = [];
  const open = new Map<string, () => void>();
  const fetchAll: DownloadingPeer["downloads"]["fetchAll"] = (images, watcher) => {
    const end = Promise.withResolvers<FetchOutcome[]>();
    const rest = new Set(images.map(({ md5 }) => md5));
    const done = (md5: string): void => {
      if (rest.delete(md5) && rest.size === 0) end.resolve([]);
    };
    images.forEach(({ md5 }) => open.set(md5, () => done(md5)));
    const onOutcome = (outcome: FetchOutcome): void => {
      watcher!.onOutcome!(outcome);
      done(outcome.image.md5);
    };
    batches.push({ images, watcher: { ...watcher, onOutcome }, end });
    return end.promise;
  };
  const pause: DownloadingPeer["downloads"]["pause"] = (images) => images.forEach(({ md5 }) => open.get(md5)?.());
  const peer: DownloadingPeer = {
    networks: { registered: true, find: () => Promise.resolve({ images: listed, mayBeCut: false }) },
    downloads: {
      fetchAll,
      pause,
      remember: () => left,
      forget: (images) => {
        pause(images);
        forgotten.push(...images.map(({ name }) => name));
      },
    },
  };
  const lines: string[] = [];
  const terminal = new Terminal();
  terminal.attach({ line: (text) => lines.push(text), status: () => {} });
  return { downloads: new Downloads(peer, terminal, ENGLISH), batches, lines, forgotten };
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
  const { downloads, batches, lines, forgotten } = session();
  const first = downloads.start([image(1), image(2)]);
  batches[0].watcher.onOutcome!(failed(image(1)));
  downloads.stop();
  await first;
  strictEqual(downloads.progress(performance.now()), null);
  ok(lines.some((line) => line.startsWith("Stopped.")), lines.join("\n"));
  deepStrictEqual(downloads.resting, [image(1)]);
  const again = downloads.resume();
  deepStrictEqual(batches[1].images, [image(1)]);
  downloads.pause();
  await again;
  deepStrictEqual(downloads.unfinished, [{ image: image(1), state: "paused" }]);
  const last = downloads.resume();
  batches[2].watcher.onOutcome!(fetched(image(1)));
  batches[2].end.resolve([]);
  await last;
  deepStrictEqual(forgotten, ["2.gif"], "what failed is still wanted");
  deepStrictEqual(downloads.resting, []);
});

Deno.test("images that failed because the disk was full can be retried", async () => {
  const { downloads, batches, lines } = session();
  const batch = downloads.start([image(1), image(2)]);
  batches[0].watcher.onProgress!({ image: image(2), received: 100, size: 1_000, resumedFrom: 0, peer: FROM });
  batches[0].watcher.onOutcome!(fetched(image(1)));
  batches[0].end.reject(new Fault("disk-full", { path: "/photos" }));
  await batch;
  deepStrictEqual(downloads.resting, [image(2)]);
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

Deno.test("for a single image every failing peer but the last is shown, and then the image fails", async () => {
  const { downloads, batches, lines } = session();
  const of = { ...image(1), peers: [FROM, { ...FROM, port: 5_001 }] };
  const batch = downloads.start([of]);
  const fault = new Fault("peer-said", { peer: "10.0.0.2:5000", text: "ERR" });
  for (const peer of of.peers) batches[0].watcher.onFailure!({ image: of, fault, peer });
  deepStrictEqual(lines, [ENGLISH.client.nextPeer(fault.message)]);
  batches[0].watcher.onOutcome!(fetched(of));
  await batch;
});

Deno.test("a download is paused and resumed while others continue, and all are counted together", async () => {
  const { downloads, batches, lines } = session();
  const first = downloads.start([image(1), image(2)]);
  downloads.pause([image(1)]);
  deepStrictEqual(downloads.unfinished.map(({ image, state }) => [image.name, state]), [
    ["1.gif", "paused"],
    ["2.gif", "active"],
  ]);
  strictEqual(downloads.progress(performance.now())?.total, 1);
  const again = downloads.resume([image(1)]);
  strictEqual(downloads.progress(performance.now())?.total, 2);
  batches[0].watcher.onOutcome!(fetched(image(2)));
  batches[1].watcher.onOutcome!(fetched(image(1)));
  await Promise.all([first, again]);
  strictEqual(lines.filter((line) => line.startsWith("2 images downloaded")).length, 1, lines.join("\n"));
  deepStrictEqual(downloads.unfinished, []);
});

Deno.test("a download that is saved while it is being paused is finished", async () => {
  const { downloads, batches, lines } = session();
  const batch = downloads.start([image(1), image(2)]);
  downloads.pause([image(1)]);
  batches[0].watcher.onOutcome!(fetched(image(1)));
  batches[0].watcher.onOutcome!(fetched(image(2)));
  await batch;
  deepStrictEqual(downloads.unfinished, []);
  ok(lines.some((line) => line.startsWith("2 images downloaded")), lines.join("\n"));
});

Deno.test("downloads of an earlier run are resumed from current peers, and those without a peer are named and kept", async () => {
  const left = [1, 2, 3, 4, 5, 6, 7].map((n) => ({ ...image(n), peers: [] }));
  const { downloads, batches, lines } = session({ left, listed: [image(9), image(1)] });
  strictEqual(downloads.remember(), 7);
  strictEqual(downloads.progress(performance.now()), null);
  const resuming = downloads.resume();
  await Promise.resolve();
  await Promise.resolve();
  deepStrictEqual(batches[0].images, [image(1)]);
  batches[0].watcher.onOutcome!(fetched(image(1)));
  await resuming;
  strictEqual(lines.filter((line) => line.startsWith("No peer shares")).length, 6, lines.join("\n"));
  deepStrictEqual(downloads.resting.map(({ name }) => name), ["2.gif", "3.gif", "4.gif", "5.gif", "6.gif", "7.gif"]);
  downloads.stop(downloads.resting);
  deepStrictEqual(downloads.unfinished, []);
});
