import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Peer } from "../../lib/net/peer.ts";
import { TrackerClient } from "../../lib/net/tracker_client.ts";
import { startTracker } from "../../lib/net/tracker_server.ts";
import { limit } from "../../lib/tracker/limits.ts";
import { BaselineTracker } from "../fake/baseline_tracker.ts";
import { image, quietPort, soon, tempDir } from "../support.ts";
import { CAT } from "../wire/arbitraries.ts";

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `holiday picture ${i}.jpg` }));

/** A connection to a tracker's TCP port, by hand. */
class Lines implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #reader: AsyncIterator<string>;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#reader = Lines.#lines(conn);
  }

  static async open(port: number): Promise<Lines> {
    return new Lines(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  static async *#lines(conn: Deno.TcpConn): AsyncGenerator<string> {
    let text = "";
    const chunk = new Uint8Array(65_536);
    for (let n = await conn.read(chunk); n !== null; n = await conn.read(chunk)) {
      const lines = (text + new TextDecoder().decode(chunk.subarray(0, n))).split("\n");
      text = lines.pop()!;
      yield* lines;
    }
  }

  async send(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += await this.#conn.write(bytes.subarray(done));
  }

  /** The next line; `undefined` when the tracker closed. */
  async next(): Promise<string | undefined> {
    return (await soon(this.#reader.next(), "a line")).value;
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

Deno.test("the same messages on TCP, several on one connection, whole or in pieces, in any line end", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  {
    using lines = await Lines.open(tracker.address.port);
    await lines.send(`REG pw 5000 ${CAT},cat.png\nLST\r\nnonsense\nEN`);
    strictEqual(await lines.next(), "OK 1_REGISTERED_IMAGES");
    strictEqual(await lines.next(), `${CAT},cat.png,127.0.0.1:5000`);
    strictEqual(await lines.next(), "ERR INVALID_MESSAGE_FORMAT");
    for (const piece of "D pw 5000\nLST\n") await lines.send(piece);
    strictEqual(await lines.next(), "OK CLIENT_FINISHED");
    strictEqual(await lines.next(), "ERR NO_IMAGES_AVAILABLE");
  }
  await tracker.close();
});

Deno.test("a message without end is refused, and the connection closed", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  {
    using lines = await Lines.open(tracker.address.port);
    const block = "x".repeat(1 << 20);
    const sending = (async () => {
      for (let sent = 0; sent <= limit("bytes of a TCP message"); sent += block.length) await lines.send(block);
    })().catch(() => {});
    strictEqual(await lines.next(), "ERR INVALID_MESSAGE_FORMAT");
    strictEqual(await lines.next().catch(() => undefined), undefined);
    await sending;
  }
  await tracker.close();
});

Deno.test("connections of one address beyond the bound are closed, others are served", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  {
    using stack = new DisposableStack();
    const most = limit("TCP connections of a source");
    const open = async (): Promise<Lines> => stack.use(await Lines.open(tracker.address.port));
    const all = await Promise.all(Array.from({ length: most }, open));
    await Promise.all(all.map(async (lines) => {
      await lines.send("LST\n");
      strictEqual(await lines.next(), "ERR NO_IMAGES_AVAILABLE");
    }));
    strictEqual(await (await open()).next().catch(() => undefined), undefined);
  }
  await tracker.close();
});

Deno.test("20,000 images of one peer arrive complete in another's list, and change over TCP too", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const client = await TrackerClient.open("127.0.0.1", tracker.address.port);
  const images = many(20_000);
  deepStrictEqual(await client.register("pw", 5000, images), { accepted: 20_000, offered: 20_000, again: false });
  const listing = await client.list();
  deepStrictEqual([listing.images.length, listing.mayBeCut], [20_000, false]);
  deepStrictEqual(listing.images.map(({ md5, name }) => ({ md5, name })), images);
  deepStrictEqual((await client.update("pw", 5000, images.slice(1))).accepted, 19_999);
  strictEqual((await client.list()).images.length, 19_999);
  await client.close();
  await tracker.close();
});

Deno.test("of more images than one registration may have, as many as it may are shared, and it is said how many", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const client = await TrackerClient.open("127.0.0.1", tracker.address.port);
  const images = many(50_001);
  deepStrictEqual(await client.register("pw", 5000, images), { accepted: 50_000, offered: 50_001, again: false });
  deepStrictEqual(await client.update("pw", 5000, images), { accepted: 50_000, offered: 50_001, again: false });
  strictEqual((await client.list()).images.length, 50_000);
  await client.close();
  await tracker.close();
});

Deno.test("where a tracker has no TCP, as many are registered over UDP as fit, and it is said how many", async () => {
  using tracker = new BaselineTracker();
  const client = await TrackerClient.open("127.0.0.1", tracker.port, [20_000]);
  const { accepted, offered } = await client.register("pw", 5000, many(20_000));
  ok(accepted > 800 && accepted < 1_200 && offered === 20_000, `${accepted}`);
  const listing = await client.list();
  ok(listing.images.length > 700 && listing.mayBeCut);
  await client.close();
});

Deno.test("a peer registers again by itself after the tracker was away and forgot everything", async () => {
  await using dir = await tempDir();
  const events: string[] = [];
  const changed = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = startTracker({ host: "127.0.0.1", port: quietPort() });
  const { port } = first.address;
  const peer = await Peer.start({
    tracker: "127.0.0.1",
    trackerPort: port,
    host: "127.0.0.1",
    directory: dir.path,
    keeperWaits: { renew: 50, first: 50, most: 100 },
    onTracker: (event) => {
      events.push(event.kind);
      changed[event.kind === "lost" ? 0 : 1].resolve();
    },
  });
  await peer.register();
  await first.close();
  await soon(changed[0].promise, "that the tracker is lost is told");
  const second = startTracker({ host: "127.0.0.1", port });
  await soon(changed[1].promise, "that it is found is told");
  deepStrictEqual(events, ["lost", "found"]);
  strictEqual(second.counts().peers, 1);
  await peer.close();
  strictEqual(second.counts().peers, 0);
  await second.close();
});

Deno.test("a peer that does not find itself in a list registers again soon, long before it would renew", async () => {
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  const first = startTracker({ host: "127.0.0.1", port: quietPort() });
  const { port } = first.address;
  const told = Promise.withResolvers<string>();
  const peer = await Peer.start({
    tracker: "127.0.0.1",
    trackerPort: port,
    host: "127.0.0.1",
    directory: dir.path,
    keeperWaits: { renew: 3_600_000, first: 20, most: 40 },
    onTracker: (event) => told.resolve(event.kind),
  });
  await peer.register();
  await first.close();
  const second = startTracker({ host: "127.0.0.1", port });
  deepStrictEqual((await peer.list()).images, []);
  strictEqual(await soon(told.promise, "a line"), "again");
  strictEqual((await peer.list()).images.length, 1);
  await peer.close();
  await second.close();
});

Deno.test("a peer that a running tracker forgot registers again, and one line tells it", async () => {
  await using dir = await tempDir();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const told = Promise.withResolvers<string>();
  const peer = await Peer.start({
    tracker: "127.0.0.1",
    trackerPort: tracker.address.port,
    host: "127.0.0.1",
    directory: dir.path,
    password: "pw",
    keeperWaits: { renew: 50, first: 50, most: 100 },
    onTracker: (event) => told.resolve(event.kind),
  });
  await peer.register();
  const other = await TrackerClient.open("127.0.0.1", tracker.address.port);
  await other.finish("pw", peer.port);
  strictEqual(await soon(told.promise, "a line"), "again");
  strictEqual(tracker.counts().peers, 1);
  await other.close();
  await peer.close();
  await tracker.close();
});
