/** Downloads of a peer that are paused, resumed, and remembered. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Peer, startTracker } from "../../mod.ts";
import { leftDownloads } from "../../lib/download/journal.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";

/** A peer that has everything in this directory, and fetches into it. */
async function taker(directory: string): Promise<AsyncDisposable & { peer: Peer }> {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const peer = await Peer.start({ tracker: tracker.address, host: "127.0.0.1", directory, watch: false });
  return {
    peer,
    async [Symbol.asyncDispose](): Promise<void> {
      await peer.close();
      await tracker.close();
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  let given = false;
  const polling = (async () => {
    while (!given && !await holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  })();
  await soon(polling, what).finally(() => given = true);
}

Deno.test("a paused download holds no connection, keeps its part and resumes there, while others continue", async () => {
  const [large, small] = [image(1, 3_000_000), image(2)];
  let stalls = true;
  await using giver = new RangePeer((conn, asked) =>
    asked.md5 === small.md5
      ? PARTS.gives(small.bytes)(conn, asked)
      : (stalls ? PARTS.stallsAt(large.bytes, 2_500_000) : PARTS.gives(large.bytes))(conn, asked)
  );
  await using dir = await tempDir();
  await using started = await taker(dir.path);
  const { downloads } = started.peer;
  const [first, other] = [large, small].map(({ md5 }, i) => ({ md5, name: `${i}.gif`, peers: [giver.address] }));
  downloads.remember();
  const came = Promise.withResolvers<void>();
  const onProgress = ({ received }: { received: number }): void => received === 2_500_000 ? came.resolve() : undefined;
  const batch = downloads.fetchAll([first, other], { onProgress });
  await soon(came.promise, "what is sent before it stalls");
  await until(async () => (await namesIn(dir.path)).includes("1.gif"), "the other image");
  downloads.pause([first]);
  deepStrictEqual((await soon(batch, "the end of the batch")).map(({ kind }) => kind), ["fetched"]);
  await until(() => giver.open === 0, "the end of the connection");
  const part = join(dir.path, `.idp2pi-${large.md5}.part`);
  ok((await Deno.stat(part)).size >= 2_000_000);
  await until(async () => (await namesIn(dir.path)).some((name) => name.endsWith(".queue")), "what is remembered");

  stalls = false;
  const [outcome] = await downloads.fetchAll([first]);
  strictEqual(outcome.kind === "fetched" && outcome.fetched.resumedFrom >= 2_000_000, true);
  strictEqual(giver.asked.at(-1)!.offset >= 2_000_000, true);
  deepStrictEqual(await Deno.readFile(join(dir.path, "0.gif")), large.bytes);
  await until(async () => (await namesIn(dir.path)).join() === "0.gif,1.gif", "nothing is left to be remembered");
});

Deno.test("an image that is paused and resumed again and again is saved once", async () => {
  const all = Array.from({ length: 6 }, (_, i) => image(i + 1, 400_000));
  await using giver = new RangePeer((conn, asked) =>
    PARTS.gives(all.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked)
  );
  await using dir = await tempDir();
  await using started = await taker(dir.path);
  const { downloads } = started.peer;
  const images = all.map(({ md5 }, i) => ({ md5, name: `${i}.gif`, peers: [giver.address] }));
  const kinds = new Map<string, number>();
  const batches: Promise<unknown>[] = []; // Their end waits for the tracker: the next begins before.
  for (let round = 0; round < 20; round++) {
    batches.push(downloads.fetchAll(images, {
      onOutcome: ({ kind }) => void kinds.set(kind, (kinds.get(kind) ?? 0) + 1),
    }));
    await new Promise((resolve) => setTimeout(resolve, round % 4));
    downloads.pause(round % 2 === 0 ? images : images.slice(0, 3));
  }
  await soon(Promise.all([...batches, downloads.fetchAll(images)]), "the end of all batches");
  deepStrictEqual(await namesIn(dir.path), images.map(({ name }) => name));
  strictEqual(kinds.get("failed") ?? 0, 0);
});

Deno.test("a new run is offered unfinished downloads, except existing images and those of a running client", async () => {
  const stalled = image(1, 100_000);
  await using giver = new RangePeer(PARTS.stallsAt(stalled.bytes, 10));
  await using dir = await tempDir();
  const images = [stalled, image(2)].map(({ md5 }, i) => ({ md5, name: `${i}.gif`, peers: [giver.address] }));
  {
    await using first = await taker(dir.path);
    deepStrictEqual(first.peer.downloads.remember(), []);
    void first.peer.downloads.fetchAll(images);
    await until(() => giver.asked.length === 2, "the requests");
    await using second = await taker(dir.path);
    await until(async () => (await namesIn(dir.path)).some((name) => name.endsWith(".queue")), "what is remembered");
    deepStrictEqual(second.peer.downloads.left(), []);
    deepStrictEqual(second.peer.downloads.remember(), []);
  }
  await Deno.writeFile(join(dir.path, "renamed.gif"), image(2).bytes);
  await using third = await taker(dir.path);
  const left = [{ md5: stalled.md5, name: "0.gif" }];
  deepStrictEqual(third.peer.downloads.left(), left);
  deepStrictEqual(third.peer.downloads.remember(), left);
  third.peer.downloads.forget(left);
  await third.peer.close();
  deepStrictEqual(leftDownloads(dir.path), []);
});
