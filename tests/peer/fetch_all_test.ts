import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import type { FetchOutcome } from "../../lib/download/fetch_options.ts";
import { Peer } from "../../lib/peer/peer.ts";
import type { PeerConfig } from "../../lib/peer/peer_config.ts";
import type { ServedEvent } from "../../lib/peer/served_event.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { isFault } from "../../lib/fault/fault.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { needing } from "../needs.ts";
import { imageBytes, namesIn, quietPort, soon, tempDir } from "../support.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";

/** A tracker and peers beside it; all gone when the test ends. */
function network(onTracker = (_event: { kind: string }): void => {}): AsyncDisposable & {
  updates: number;
  peer(files: Record<string, Uint8Array>, more?: Partial<PeerConfig>): Promise<Peer>;
} {
  const stack = new AsyncDisposableStack();
  const net = { updates: 0 };
  const onEvent = (event: { kind: string }): void => {
    if (event.kind === "updated") net.updates++;
    onTracker(event);
  };
  const tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent });
  stack.defer(() => tracker.close());
  return Object.assign(net, {
    async peer(files: Record<string, Uint8Array>, more: Partial<PeerConfig> = {}): Promise<Peer> {
      const dir = stack.use(await tempDir(files));
      const at = { tracker: tracker.address, host: "127.0.0.1" };
      const peer = await Peer.start({ ...at, directory: dir.path, ...more });
      stack.defer(() => peer.close());
      return peer;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  });
}

/** So many small images, from this seed on. */
function album(count: number, seed = 0): Record<string, Uint8Array> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${seed + i}.gif`, imageBytes(seed + i)]));
}

const kinds = (outcomes: readonly FetchOutcome[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

Deno.test("a thousand images of many sizes from two peers arrive with the right bytes", async () => {
  await using net = network();
  const served: [ServedEvent[], ServedEvent[]] = [[], []];
  // Sizes spread evenly over their logarithm, a few of them large; a number behind the first bytes makes each another.
  const large = [1_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000];
  const files = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => {
    const bytes = imageBytes(i, large[i] ?? Math.round(10 * 20_000 ** (i / 999)));
    bytes.set(new Uint8Array(new Uint32Array([i]).buffer), 6);
    return [`${i}.gif`, bytes];
  }));
  const ana = await net.peer(files, { onServed: (event) => served[0].push(event) });
  const eva = await net.peer(files, { onServed: (event) => served[1].push(event) });
  const ben = await net.peer({});
  await Promise.all([ana, eva, ben].map((peer) => peer.tracker.register()));
  const { images } = await ben.tracker.list();
  const outcomes = await ben.downloads.fetchAll(images);
  deepStrictEqual(kinds(outcomes), { fetched: 1_000 });
  for (const { name } of images) {
    const came = await Deno.readFile(join(ben.folder.path, name));
    strictEqual(Buffer.compare(came, files[name]), 0, name);
  }
  strictEqual((await namesIn(ben.folder.path)).length, images.length);
  for (const events of served) {
    const connections = new Set(events.map(({ to }) => to.port)).size;
    ok(events.length > images.length / 5, `one peer gave only ${events.length} of ${images.length}`);
    // Four at once, and another for each that waited too long for its next image, on a machine that is busy otherwise.
    ok(connections < events.length / 4, `${connections} connections for ${events.length} images`);
  }
  ok(net.updates < images.length / 5, `${net.updates} updates`);
  strictEqual((await ana.tracker.list()).images.every(({ peers }) => peers.length === 3), true, "Ben shares them all");
});

Deno.test("existing images are not fetched again, and a failure does not affect others", async () => {
  await using net = network();
  let given = 0;
  const ana = await net.peer(album(20), { onServed: ({ kind }) => given += kind === "served" ? 1 : 0 });
  const ben = await net.peer(album(5));
  await ana.tracker.register();
  const { images } = await ben.tracker.list();
  const nowhere: ListedImage = { md5: "0".repeat(32), name: "x.gif", peers: [{ host: "127.0.0.1", port: deadPort() }] };
  await using liar = new BaselinePeer(ANSWERS.sends(imageBytes(99)));
  const lie: ListedImage = { md5: "1".repeat(32), name: "lie.gif", peers: [liar.address] };
  const outcomes = await ben.downloads.fetchAll([nowhere, lie, ...images]);
  deepStrictEqual(kinds(outcomes), { fetched: 15, here: 5, failed: 2 });
  strictEqual(given, 15);
  deepStrictEqual(kinds(await ben.downloads.fetchAll(images)), { here: 20 });
  strictEqual((await namesIn(ben.folder.path)).length, 20);
});

Deno.test("existing images are reported before any peer is waited for", async () => {
  await using net = network();
  const files = album(20);
  const ben = await net.peer(files, { watch: false });
  const peers = [{ host: "127.0.0.1", port: deadPort() }];
  const missing = album(10, 20);
  const images = Object.entries({ ...missing, ...files }).map(([name, bytes]) => ({ name, md5: md5Of(bytes), peers }));
  const giveUp = new AbortController();
  let here = 0;
  const onOutcome = ({ kind }: FetchOutcome): void => {
    if (kind === "here" && ++here === 20) giveUp.abort();
  };
  let tried = 0;
  const onFailure = (): void => void tried++;
  await soon(ben.downloads.fetchAll(images, { onOutcome, onFailure }, giveUp.signal), "the end of what is here");
  deepStrictEqual([here, tried], [20, 0]);
});

Deno.test("a peer that is closed during a batch waits until it has ended", async () => {
  await using net = network();
  const ben = await net.peer({});
  const looking = Promise.withResolvers<void>();
  ben.folder.find = () => { // A slow disk.
    looking.resolve();
    return new Promise((resolve) => setTimeout(() => resolve(undefined), 300));
  };
  let hasEnded = false;
  const peers = [{ host: "127.0.0.1", port: deadPort() }];
  void ben.downloads.fetchAll([{ md5: "0".repeat(32), name: "x.gif", peers }]).then(() => hasEnded = true);
  await looking.promise;
  await ben.close();
  strictEqual(hasEnded, true);
});

Deno.test("only the file that is removed before it is shared fails", async () => {
  await using net = network();
  const ana = await net.peer(album(20));
  const ben = await net.peer({});
  await ana.tracker.register();
  const { images } = await ben.tracker.list();
  const add = ben.folder.add.bind(ben.folder);
  ben.folder.add = async (path) => {
    if (path.endsWith("7.gif")) await Deno.remove(path);
    return await add(path);
  };
  const outcomes = await ben.downloads.fetchAll(images);
  deepStrictEqual(kinds(outcomes), { fetched: 18, failed: 2 });
  for (const outcome of outcomes) ok(outcome.kind !== "failed" || isFault(outcome.fault, "image-changed"));
  strictEqual((await namesIn(ben.folder.path)).length, 18);
});

Deno.test("an aborted batch leaves only complete images, and can be resumed", async () => {
  await using net = network();
  let given = 0;
  const ana = await net.peer(album(200), { onServed: ({ kind }) => given += kind === "served" ? 1 : 0 });
  const ben = await net.peer({});
  await ana.tracker.register();
  const { images } = await ben.tracker.list();
  const giveUp = new AbortController();
  let done = 0;
  const onOutcome = (): void => ++done === 100 ? giveUp.abort() : undefined;
  const before = await ben.downloads.fetchAll(images, { onOutcome }, giveUp.signal);
  deepStrictEqual([before.length, kinds(before)], [done, { fetched: done }], "it gives what was done");
  const there = (await namesIn(ben.folder.path)).filter((name) => !name.startsWith("."));
  for (const name of there) {
    deepStrictEqual(await Deno.readFile(join(ben.folder.path, name)), imageBytes(parseInt(name)));
  }
  deepStrictEqual(kinds(await ben.downloads.fetchAll(images)), { here: there.length, fetched: 200 - there.length });
  ok(given <= 200 + 8, `${given} were given`);
  strictEqual((await namesIn(ben.folder.path)).length, 200);
});

Deno.test("a peer that is away for some seconds costs no image of a batch, and every image is retried long enough", async () => {
  await using net = network();
  const ben = await net.peer({});
  const port = quietPort();
  const files = Object.values(album(30));
  const images = files.map((bytes, i) => {
    return { md5: md5Of(bytes), name: `${i}.gif`, peers: [{ host: "127.0.0.1", port }] };
  });
  const batch = ben.downloads.fetchAll(images);
  await new Promise((resolve) => setTimeout(resolve, 2_000)); // So long nobody answers there.
  const ana = await net.peer(album(30), { port });
  deepStrictEqual(kinds(await batch), { fetched: 30 });
  await ana.close();
});

Deno.test("if several peers have the images, all are used from the start", async () => {
  await using net = network();
  const ben = await net.peer({});
  const bytes = Object.values(album(8));
  const all = Promise.withResolvers<void>();
  let asked = 0;
  const gives = (conn: Deno.TcpConn, request: { md5: string; offset: number }): Promise<"close" | void> => {
    if (++asked === 8) all.resolve();
    const wanted = bytes.find((it) => md5Of(it) === request.md5)!;
    return all.promise.then(() => PARTS.gives(wanted)(conn, { kind: "RNG", ...request }));
  };
  await using one = new RangePeer(gives);
  await using two = new RangePeer(gives);
  const peers = [one.address, two.address];
  // Four connections with each are all that there are: nobody is answered before both were asked.
  const images = bytes.map((it, i) => ({ md5: md5Of(it), name: `${i}.gif`, peers }));
  deepStrictEqual(kinds(await soon(ben.downloads.fetchAll(images), "the batch")), { fetched: 8 });
});

Deno.test(
  needing(["mounts"], "a full disk ends a batch with one clear fault, and leaves nothing half-done", async () => {
    await using net = network();
    const large = Object.fromEntries([1, 2, 3].map((i) => [`${i}.gif`, imageBytes(i, 3_000_000)]));
    const ana = await net.peer({ ...album(50), ...large });
    await using small = await tempDir();
    const mounted = await new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=100k", "tmpfs", small.path] })
      .output();
    strictEqual(mounted.success, true);
    try {
      const ben = await net.peer({}, { directory: small.path });
      await ana.tracker.register();
      const { images } = await ben.tracker.list();
      await rejects(ben.downloads.fetchAll(images), (error) => isFault(error, "disk-full"));
      for (const name of await namesIn(small.path)) {
        deepStrictEqual(await Deno.readFile(join(small.path, name)), imageBytes(parseInt(name)), name);
      }
      await ben.close();
    } finally {
      await new Deno.Command("umount", { args: [small.path] }).output();
    }
  }),
);

Deno.test("a directory that is removed during a batch ends it with one clear fault", async () => {
  await using net = network();
  const ana = await net.peer(album(50));
  const ben = await net.peer({});
  await ana.tracker.register();
  const { images } = await ben.tracker.list();
  // Removed in one step: taking the files away one by one would lose the race against those that come.
  await using elsewhere = await tempDir();
  let removed = false;
  const onOutcome = (): void => {
    if (!removed) Deno.renameSync(ben.folder.path, join(elsewhere.path, "removed"));
    removed = true;
  };
  await rejects(
    ben.downloads.fetchAll(images, { onOutcome }),
    (error) => isFault(error, "not-written") || isFault(error, "directory-missing"),
  );
  await Deno.mkdir(ben.folder.path, { recursive: true }); // For the end of the test, which takes it away.
});

Deno.test("what is fetched is announced once", async () => {
  const announced: string[] = [];
  await using net = network(({ kind }) => announced.push(kind));
  const ana = await net.peer(album(1));
  const ben = await net.peer({}, { watch: false });
  await Promise.all([ana, ben].map((peer) => peer.tracker.register()));
  const { images } = await ben.tracker.list();
  announced.length = 0;
  await ben.downloads.fetchAll(images);
  deepStrictEqual(announced, ["updated"]);
});
