import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Peer } from "../../lib/peer/peer.ts";
import type { PeerConfig } from "../../lib/peer/peer_config.ts";
import type { ServedEvent } from "../../lib/peer/served_event.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { image, Inbox, namesIn, quietPort, soon, tempDir } from "../support.ts";

const { bytes, md5 } = image(1, 300_000);

/** A tracker and a way to start peers beside it; all gone when the test ends. */
function network(): AsyncDisposable & {
  port: number;
  peer(files: Record<string, Uint8Array>, more?: Partial<PeerConfig>): Promise<Peer>;
} {
  const stack = new AsyncDisposableStack();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  stack.defer(() => tracker.close());
  return {
    port: tracker.address.port,
    async peer(files, more = {}): Promise<Peer> {
      const dir = stack.use(await tempDir(files));
      const at = { tracker: tracker.address, host: "127.0.0.1" };
      const peer = await Peer.start({ ...at, directory: dir.path, ...more });
      stack.defer(() => peer.close());
      return peer;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("an image of one peer is listed, fetched and at once shared by another", async () => {
  await using net = network();
  const ana = await net.peer({ "my cat.gif": bytes });
  const ben = await net.peer({});
  deepStrictEqual(await ana.tracker.register(), { accepted: 1, offered: 1, again: false });
  deepStrictEqual(await ben.tracker.register(), { accepted: 0, offered: 0, again: false });
  const { images: [cat] } = await ben.tracker.list();
  deepStrictEqual(cat, { md5, name: "my cat.gif", peers: [{ host: "127.0.0.1", port: ana.port }] });
  const fetched = await ben.downloads.fetch(cat);
  strictEqual(fetched.shared, true);
  deepStrictEqual(await Deno.readFile(join(ben.folder.path, "my cat.gif")), bytes);
  strictEqual(ben.folder.byMd5(md5)?.name, "my cat.gif");
  const { images: [again] } = await ana.tracker.list();
  deepStrictEqual(again.peers.map(({ port }) => port), [ben.port, ana.port]);
  await ana.close();
  deepStrictEqual((await ben.tracker.list()).images[0].peers.map(({ port }) => port), [ben.port]);
});

Deno.test("a download keeps the time of its peer's file, and is not read again because of it", async () => {
  const modified = new Date("2001-02-03T04:05:06Z");
  await using cache = await tempDir();
  const options = { cache: join(cache.path, "files.sqlite"), watch: false };
  await using net = network();
  const ana = await net.peer({});
  const files = { "small.gif": image(2), "large.gif": image(3, 3_000_000) };
  for (const [name, { bytes }] of Object.entries(files)) {
    await Deno.writeFile(join(ana.folder.path, name), bytes);
    await Deno.utime(join(ana.folder.path, name), modified, modified);
  }
  await ana.update();
  const [ben, eva] = [await net.peer({}, options), await net.peer({}, { keepTimes: false })];
  const { images } = await ben.tracker.list();
  for (const peer of [ben, eva]) await peer.downloads.fetchAll(images);
  for (const name of Object.keys(files)) {
    const times = [ben, eva].map(({ folder }) => Deno.statSync(join(folder.path, name)).mtime!);
    deepStrictEqual(times[0], modified);
    ok(Date.now() - times[1].getTime() < 600_000);
  }
  await ben.close();
  let [read, count] = [0, 0];
  const onScan = ({ bytes, files }: { bytes: number; files: number }): void => void ([read, count] = [bytes, files]);
  const { tracker: { address: tracker } } = ana;
  await using again = await Peer.start({ ...options, tracker, directory: ben.folder.path, onScan });
  deepStrictEqual([again.folder.images.length, count, read], [2, 2, 0]);
});

Deno.test("a tracker is given as text or as the address of a running one, and `await using` closes all", async () => {
  const { port } = { port: quietPort() };
  let closed: Peer;
  {
    await using tracker = startTracker({ host: "127.0.0.1", port });
    for (const place of [`127.0.0.1:${port}`, `localhost:${port}`, tracker.address]) {
      await using dir = await tempDir({ "cat.gif": bytes });
      await using peer = closed = await Peer.start({ tracker: place, directory: dir.path, host: "127.0.0.1" });
      deepStrictEqual(peer.tracker.address, { host: "127.0.0.1", port });
      await peer.tracker.register();
      await using client = await TrackerClient.open(place);
      strictEqual((await client.list()).images.length, 1);
    }
    strictEqual(await say(port, "LST"), "ERR NO_IMAGES_AVAILABLE", "each has unregistered");
    await rejects(Deno.connect({ hostname: "127.0.0.1", port: closed!.port }));
  }
  await rejects(Deno.connect({ hostname: "127.0.0.1", port }));
  await rejects(Peer.start({ tracker: "127.0.0.1:70000", directory: "/nowhere" }), RangeError);
});

Deno.test("an image requested twice at once is fetched once", async () => {
  await using net = network();
  const ana = await net.peer({ "cat.gif": bytes });
  const ben = await net.peer({});
  await ana.tracker.register();
  const { images: [cat] } = await ben.tracker.list();
  const [one, two] = await Promise.all([ben.downloads.fetch(cat), ben.downloads.fetch(cat)]);
  strictEqual(one.path, two.path);
  deepStrictEqual(await namesIn(ben.folder.path), ["cat.gif"]);
});

Deno.test("an update registers new and removed images, and closing unregisters all", async () => {
  await using net = network();
  const ana = await net.peer({ "cat.gif": bytes });
  await ana.tracker.register();
  await Deno.rename(join(ana.folder.path, "cat.gif"), join(ana.folder.path, "kitten.gif"));
  await Deno.writeFile(join(ana.folder.path, "dog.gif"), image(2).bytes);
  deepStrictEqual(await ana.update(), { accepted: 2, offered: 2, again: false, unreadable: [] });
  deepStrictEqual(readList(await say(net.port, "LST")).map(({ name }) => name), ["kitten.gif", "dog.gif"]);
  await ana.tracker.unregister();
  strictEqual(await say(net.port, "LST"), "ERR NO_IMAGES_AVAILABLE");
  await ana.update();
  await ana.close();
  strictEqual(await say(net.port, "LST"), "ERR NO_IMAGES_AVAILABLE");
});

Deno.test("a name that the wire cannot carry, or that leads out of the directory, arrives as one file", async () => {
  await using net = network();
  const name = "a, b; c % 'd' [é] - 猫.gif";
  const ana = await net.peer({ [name]: bytes });
  const ben = await net.peer({});
  await ana.tracker.register();
  await say(net.port, `REG evil ${ana.port + 1 > 65_535 ? 1 : ana.port + 1} ${image(2).md5},../../evil.gif`);
  const { images } = await ben.tracker.list();
  strictEqual(images.find((it) => it.md5 === md5)?.name, name);
  await ben.downloads.fetch(images.find((it) => it.md5 === md5)!);
  await using evil = new BaselinePeer(ANSWERS.sends(image(2).bytes));
  await ben.downloads.fetch({ ...images.find((it) => it.md5 !== md5)!, peers: [evil.address] });
  deepStrictEqual(await namesIn(ben.folder.path), [name, "evil.gif"].sort());
});

Deno.test("a peer never fetches from itself, even if a list still names it", async () => {
  await using net = network();
  const ana = await net.peer({});
  const stale = { md5, name: "cat.gif", peers: [{ host: "127.0.0.1", port: ana.port }] };
  strictEqual(ana.isSelf(stale.peers[0]), true);
  strictEqual(ana.isSelf({ host: "127.0.0.1", port: ana.port === 1 ? 2 : 1 }), false);
  await rejects(ana.downloads.fetch(stale), (error) => isFault(error, "no-peers"));
});

Deno.test("everything works over IPv6 too", async () => {
  const tracker = startTracker({ host: "::1", port: 0 });
  await using anaDir = await tempDir({ "cat.gif": bytes });
  await using benDir = await tempDir();
  const at = { tracker: { host: "::1", port: tracker.address.port }, host: "::1" };
  const [ana, ben] = await Promise.all([anaDir, benDir].map(({ path }) => Peer.start({ ...at, directory: path })));
  await ana.tracker.register();
  const { images: [cat] } = await ben.tracker.list();
  deepStrictEqual(cat.peers, [{ host: "::1", port: ana.port }]);
  deepStrictEqual(await Deno.readFile((await ben.downloads.fetch(cat)).path), bytes);
  await Promise.all([ana.close(), ben.close()]);
  await tracker.close();
});

Deno.test("closing aborts a running fetch and leaves nothing of it", async () => {
  await using net = network();
  const ben = await net.peer({});
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = silent.accept();
  const fetching = ben.downloads.fetch({
    md5,
    name: "cat.gif",
    peers: [{ host: "127.0.0.1", port: silent.addr.port }],
  });
  const given = rejects(fetching);
  const conn = await accepted;
  await ben.close();
  await given;
  deepStrictEqual(await namesIn(ben.folder.path), []);
  conn.close();
  silent.close();
});

Deno.test("a start that fails throws the reason and leaves nothing open", async () => {
  await using net = network();
  const ana = await net.peer({});
  await rejects(net.peer({}, { port: ana.port }), (error) => isFault(error, "port-in-use"));
  await rejects(net.peer({}, { directory: "/no/such/place" }), (error) => isFault(error, "directory-missing"));
  await rejects(net.peer({}, { tracker: "no.such.host.invalid" }), (error) => isFault(error, "host-unknown"));
});

Deno.test("a request that arrives during the first scan is answered after it, and not refused", async () => {
  await using dir = await tempDir({ "cat.gif": bytes, "large.gif": image(2).bytes });
  await Deno.truncate(join(dir.path, "large.gif"), 300_000_000); // A hole: some time to read, nothing on the disk.
  await using net = network();
  const port = quietPort();
  const asking = Promise.withResolvers<Uint8Array>();
  let isAsked = false;
  const onScan = (): void => {
    if (!isAsked) asking.resolve(download({ md5, peers: [`127.0.0.1:${port}`] }));
    isAsked = true;
  };
  await net.peer({}, { directory: dir.path, port, onScan });
  strictEqual((await soon(asking.promise, "the image")).length, bytes.length);
});

Deno.test("an image with a second name from a crash exists and is served after the start has removed that name", async () => {
  await using dir = await tempDir({ "cat.gif": bytes });
  const left = join(dir.path, `.idp2pi-${md5}-${crypto.randomUUID()}.part`);
  await Deno.link(join(dir.path, "cat.gif"), left);
  const yesterday = new Date(Date.now() - 86_400_000);
  await Deno.utime(left, yesterday, yesterday);
  const second = (await Deno.stat(left)).ctime!.getTime();
  // File times may be in whole seconds: taking the name away must be seen as a change.
  while (Date.now() < second + 1_000) await new Promise((resolve) => setTimeout(resolve, 10));
  await using net = network();
  const ana = await net.peer({}, { directory: dir.path });
  deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  const one = { md5, name: "cat.gif", peers: [{ host: "127.0.0.1", port: ana.port }] };
  strictEqual((await ana.folder.find(md5))?.name, "cat.gif");
  const ben = await net.peer({});
  strictEqual((await ben.downloads.fetch(one)).bytes, bytes.length);
});

Deno.test("an event names a peer by its listed address, if its host has only one", async () => {
  await using tracker = {
    it: startTracker({ host: "127.0.0.1", port: 0 }),
    [Symbol.asyncDispose]: () => tracker.it.close(),
  };
  await using stack = new AsyncDisposableStack();
  const events = new Inbox<ServedEvent>();
  const start = async (files: Record<string, Uint8Array>): Promise<Peer> => {
    const { path: directory } = stack.use(await tempDir(files));
    const at = { tracker: { host: "127.0.0.1", port: tracker.it.address.port }, host: "127.0.0.1" };
    const peer = await Peer.start({ ...at, directory, onServed: events.put });
    stack.defer(() => peer.close());
    await peer.tracker.register();
    return peer;
  };
  const ana = await start({ "1.gif": image(1).bytes, "2.gif": image(2).bytes });
  const ben = await start({ "3.gif": image(3).bytes });
  await ana.tracker.list();
  const [one, two] = (await ben.tracker.list()).images;
  await ben.downloads.fetch(one);
  const event = await events.find(({ kind }) => kind === "served", "an image");
  deepStrictEqual(event.peer, { host: "127.0.0.1", port: ben.port });
  await start({ "4.gif": image(4).bytes });
  await ana.tracker.list();
  await ben.downloads.fetch(two);
  const other = await events.find((it) => it.kind === "served" && it.name === two.name, "another image");
  strictEqual(other.peer, undefined, "it may be either of two");
});
