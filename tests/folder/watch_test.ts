import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { stableIn } from "../../lib/files/file_record.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { type FolderEvent, FolderWatch, WATCH_INTERVALS, type WatchIntervals } from "../../lib/folder/watch.ts";
import { md5Of } from "../../lib/hash/md5.ts";
import * as b from "../formats/builders.ts";
import { image, imageBytes, Inbox, soon, tempDir } from "../support.ts";

/** A folder that is watched until the test ends. */
async function watched(
  files: Record<string, Uint8Array>,
  waits?: WatchIntervals,
): Promise<AsyncDisposable & { path: string; folder: SharedFolder; events: FolderEvent[]; inbox: Inbox<FolderEvent> }> {
  const dir = await tempDir(files);
  const folder: SharedFolder = new SharedFolder(dir.path, { onStale: () => watch.scanSoon() });
  await folder.scan();
  folder.takeChange();
  const ending = new AbortController();
  const events: FolderEvent[] = [];
  const inbox = new Inbox<FolderEvent>();
  const watch = new FolderWatch(folder, (event) => [events.push(event), inbox.put(event)], ending.signal, waits);
  watch.start();
  const end = async (): Promise<void> => {
    ending.abort();
    await watch.ended();
    await Deno.remove(dir.path, { recursive: true }).catch(() => {}); // A test may have taken it away.
  };
  return { path: dir.path, folder, events, inbox, [Symbol.asyncDispose]: end };
}

/** Waits until the folder shares exactly these MD5s. */
async function shares({ folder, inbox }: Awaited<ReturnType<typeof watched>>, md5s: string[]): Promise<void> {
  const expected = md5s.toSorted().join();
  const is = (): boolean => folder.images.map(({ md5 }) => md5).sort().join() === expected;
  if (!is()) await inbox.find(is, `sharing ${md5s.length} images`);
}

const md5s = (...seeds: number[]): string[] => seeds.map((seed) => image(seed).md5);

for (const way of ["the system reports changes", "the system reports nothing"] as const) {
  Deno.test(`new, changed, renamed and removed images are noticed when ${way}`, async () => {
    using _stub = way === "the system reports nothing" ? withoutWatchFs() : null;
    await using it = await watched({ "a.gif": imageBytes(1), "b.gif": imageBytes(2) });
    await Deno.writeFile(join(it.path, "c.gif"), imageBytes(3));
    await shares(it, md5s(1, 2, 3));
    await Deno.mkdir(join(it.path, "sub"));
    await Deno.writeFile(join(it.path, "sub", "d.gif"), imageBytes(4));
    await shares(it, md5s(1, 2, 3, 4));
    await Deno.writeFile(join(it.path, "a.gif"), imageBytes(5));
    await shares(it, md5s(5, 2, 3, 4));
    await Deno.remove(join(it.path, "b.gif"));
    await Deno.rename(join(it.path, "c.gif"), join(it.path, "sub", "e.gif"));
    await shares(it, md5s(5, 3, 4));
  });
}

Deno.test("changes reach the tracker within ten seconds", () => {
  const stable = stableIn(0, 0);
  const announced = 1_000; // As often as changes are announced.
  ok(WATCH_INTERVALS.debounce <= WATCH_INTERVALS.maxDebounce);
  ok(WATCH_INTERVALS.maxDebounce + stable + announced < 10_000);
  ok(WATCH_INTERVALS.unwatched + stable + announced < 10_000);
});

/** As on a system that has no more watches to give. */
function withoutWatchFs(): Disposable {
  const original = Deno.watchFs;
  Deno.watchFs = () => {
    throw new Error("No space left on device (os error 28)");
  };
  return { [Symbol.dispose]: () => void (Deno.watchFs = original) };
}

Deno.test("a large image that is copied slowly is not listed while it grows, and once when it is complete", async () => {
  await using it = await watched({});
  const piece = imageBytes(1, 2_000_000);
  const whole = new Uint8Array(200_000_000);
  const { now } = Date;
  let written = now();
  Date.now = () => Math.min(now(), written + 1_000); // A busy machine may pause for so long that the file seems quiet.
  using _clock = { [Symbol.dispose]: () => void (Date.now = now) };
  {
    using file = await Deno.open(join(it.path, "large.gif"), { write: true, createNew: true });
    for (let done = 0; done < whole.length; done += piece.length) {
      whole.set(piece, done);
      await file.write(piece);
      written = now();
      strictEqual(it.folder.images.length, 0);
      await new Promise((resolve) => setTimeout(resolve, 70)); // So slow is the disk that it comes from.
    }
  }
  written = Infinity;
  await shares(it, [md5Of(whole)]);
  deepStrictEqual(it.events.map((event) => event.kind === "changed" && [event.change.came, event.change.went]), [[
    1,
    0,
  ]]);
});

Deno.test("an image that is half copied is reported once, and shared when it is whole", async () => {
  const often = { debounce: 20, maxDebounce: 40, watched: 50, unwatched: 50 };
  const jpeg = b.jpeg(b.segment(0xfe, "a comment"));
  const half = b.jpeg(b.segment(0xfe, "another")).subarray(0, 30);
  await using it = await watched({ "before.jpg": half }, often);
  /** Writes so much of it, as if it had been quiet since: a time far in the future proves nothing. */
  const write = async (length: number, hour: number): Promise<void> => {
    const path = join(it.path, "new.jpg.part");
    await Deno.writeFile(path, jpeg.subarray(0, length));
    await Deno.utime(path, new Date(), new Date(Date.now() + hour * 3_600_000));
    await Deno.rename(path, join(it.path, "new.jpg"));
  };
  await write(30, 1);
  await it.inbox.find(({ kind }) => kind === "incomplete", "that it is not whole");
  await write(32, 2);
  await it.folder.scan({ onlyStable: true });
  deepStrictEqual(it.folder.skipped.map(({ why }) => why), ["incomplete", "incomplete"]);
  await write(jpeg.length, 3);
  await shares(it, [md5Of(jpeg)]);
  deepStrictEqual(it.events, [
    { kind: "incomplete", path: "new.jpg" },
    { kind: "changed", change: { came: 1, went: 0, renamed: 0 } },
  ]);
});

Deno.test("a burst of changes is reported once", async () => {
  await using it = await watched({});
  await using elsewhere = await tempDir();
  const names = Array.from({ length: 200 }, (_, i) => `${i}.gif`);
  for (const [i, name] of names.entries()) await Deno.writeFile(join(elsewhere.path, name), imageBytes(i));
  // Synchronously: no scan begins before the last of them, however busy the machine is.
  for (const name of names) Deno.renameSync(join(elsewhere.path, name), join(it.path, name));
  await shares(it, md5s(...names.keys()));
  deepStrictEqual(it.events.map((event) => event.kind === "changed" && event.change.came), [200]);
});

Deno.test("a renamed image is not read again, and is listed under its new name", async () => {
  await using it = await watched({ "a.gif": imageBytes(1) });
  const { folder, path } = it;
  // Until its times prove that it is the same it may be read once more.
  await soon(
    (async () => {
      let read = 1;
      while (read > 0) await folder.scan({ onProgress: ({ totalBytes }) => read = totalBytes });
    })(),
    "a scan that reads nothing",
  );
  await Deno.rename(join(path, "a.gif"), join(path, "b.gif"));
  let read = 0;
  await folder.scan({ onProgress: ({ totalBytes }) => read += totalBytes });
  strictEqual(read, 0);
  strictEqual(folder.byMd5(image(1).md5)?.name, "b.gif");
});

Deno.test("a directory that disappears is reported once, and watched again when it is back", async () => {
  await using it = await watched({ "a.gif": imageBytes(1) });
  await Deno.rename(it.path, `${it.path}-away`);
  await it.inbox.find(({ kind }) => kind === "lost", "that it is gone");
  await Deno.mkdir(it.path);
  await it.inbox.find(({ kind }) => kind === "found", "that it is back");
  await Deno.writeFile(join(it.path, "b.gif"), imageBytes(2));
  await shares(it, md5s(2));
  strictEqual(it.events.filter(({ kind }) => kind === "lost").length, 1);
  await Deno.remove(`${it.path}-away`, { recursive: true });
});

Deno.test("a directory that replaces another is watched", async () => {
  await using it = await watched({ "a.gif": imageBytes(1) });
  const [listed] = it.folder.images;
  await using other = await tempDir({ "b.gif": imageBytes(2) });
  await Deno.rename(it.path, `${it.path}-away`);
  await Deno.rename(other.path, it.path);
  await Deno.mkdir(other.path);
  await Deno.writeFile(join(it.path, "c.gif"), imageBytes(3));
  await rejects(it.folder.open(listed)); // No event came; somebody asks for a file that has gone.
  await shares(it, md5s(2, 3));
  await Deno.writeFile(join(it.path, "d.gif"), imageBytes(4));
  await shares(it, md5s(2, 3, 4));
  await Deno.remove(`${it.path}-away`, { recursive: true });
});

Deno.test("a requested file that is not as listed is read again", async () => {
  await using it = await watched({ "a.gif": imageBytes(1) }, {
    debounce: 10,
    maxDebounce: 20,
    watched: 1e8,
    unwatched: 1e8,
  });
  const [listed] = it.folder.images;
  await Deno.writeFile(join(it.path, "a.gif"), imageBytes(2));
  await it.folder.open(listed).then((file) => file.close(), () => {});
  await shares(it, md5s(2));
});
