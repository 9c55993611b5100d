import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Peer } from "../../lib/peer/peer.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { type Respond, serveMessages } from "../../lib/server/tracker_tcp.ts";
import { limit } from "../../lib/tracker/tracker_limits.ts";
import { BaselineTracker } from "../fake/baseline_tracker.ts";
import { needing } from "../needs.ts";
import { image, quietPort, soon, tempDir } from "../support.ts";
import { CAT } from "../protocol/arbitraries.ts";

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

Deno.test("TCP carries the same messages, several on one connection, in any pieces and with any line end", async () => {
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

Deno.test("a message without an end is refused, and the connection closed", async () => {
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

/** A tracker's messages on a listener of their own, with this answer to each. */
function serving(respond: Respond = () => new TextEncoder().encode("OK")): AsyncDisposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ending = new AbortController();
  const serving = serveMessages(listener, ending.signal, respond);
  return {
    port: listener.addr.port,
    [Symbol.asyncDispose]: () => (ending.abort(), serving),
  };
}

/** Connections from an address of this machine. */
async function connections(host: string, port: number, count: number): Promise<DisposableStack & { all: Socket[] }> {
  const stack = new DisposableStack();
  const all = await Promise.all(Array.from({ length: count }, async () => {
    const socket = connect({ host: "127.0.0.1", port, localAddress: host });
    stack.defer(() => socket.destroy());
    await once(socket, "connect");
    return socket.on("error", () => {});
  }));
  return Object.assign(stack, { all });
}

/** What is answered; empty when the connection is closed. */
async function answerTo(socket: Socket, request: string | Uint8Array): Promise<string> {
  const answer = new Promise<string>((resolve) => {
    socket.once("data", (bytes) => resolve(String(bytes))).once("close", () => resolve(""));
  });
  socket.write(request);
  return await soon(answer, "an answer, or the end");
}

Deno.test(
  needing(
    ["loopback"],
    "connections that send nothing, or half a message, block neither their own address nor others",
    async () => {
      await using tracker = serving();
      const most = limit("TCP connections of a source");
      using silent = await connections("127.0.0.1", tracker.port, most);
      for (const socket of silent.all) socket.write("LS");
      using own = await connections("127.0.0.1", tracker.port, 3);
      for (const socket of own.all) {
        strictEqual(await answerTo(socket, "LST\n"), "OK\n");
      }
      const sources = limit("TCP connections") / most;
      using crowd = new DisposableStack();
      for (let i = 2; i <= sources + 1; i++) crowd.use(await connections(`127.0.0.${i}`, tracker.port, most));
      using others = await connections("127.0.0.99", tracker.port, most / 2);
      for (const socket of others.all) strictEqual(await answerTo(socket, "LST\n"), "OK\n");
    },
  ),
);

/** Resolves when so many of these connections were closed. */
async function closed(sockets: readonly Socket[], count: number): Promise<void> {
  const enough = Promise.withResolvers<void>();
  for (const socket of sockets) socket.once("close", () => --count === 0 && enough.resolve());
  await soon(enough.promise, "the end of some");
}

Deno.test(
  needing(["loopback"], "unfinished messages of one address, and of many, leave room for others", async () => {
    await using tracker = serving();
    using stack = new DisposableStack();
    const part = new Uint8Array(7 << 20).fill(120);
    const message = new Uint8Array(2 << 20).fill(120);
    message[message.length - 1] = 10;
    const answer = async (host: string): Promise<string> => {
      using one = await connections(host, tracker.port, 1);
      return await answerTo(one.all[0], message);
    };
    const send = async (host: string, count: number): Promise<Socket[]> => {
      const { all } = stack.use(await connections(host, tracker.port, count));
      for (const socket of all) socket.write(part);
      return all;
    };
    const first = await send("127.0.0.1", 8);
    await closed(first, 6);
    strictEqual(await answer("127.0.0.2"), "OK\n");
    const others = await Promise.all([3, 4, 5, 6].map((i) => send(`127.0.0.${i}`, 2)));
    await closed([...first, ...others.flat()], 1); // Nine fit.
    strictEqual(await answer("127.0.0.7"), "OK\n");
  }),
);

Deno.test("a message is forgotten before its answer is sent, which may take long", async () => {
  const answered = Promise.withResolvers<void>();
  let isForgotten = false;
  const memory = new FinalizationRegistry<string>(() => isForgotten = true);
  const answer = new Uint8Array(16 << 20).fill(120);
  await using tracker = serving((message) => {
    memory.register(message.buffer, "message");
    answered.resolve();
    return answer;
  });
  using one = await connections("127.0.0.1", tracker.port, 1);
  one.all[0].pause();
  const message = new Uint8Array(4 << 20).fill(120);
  message[message.length - 1] = 10;
  one.all[0].write(message);
  await soon(answered.promise, "the message");
  // What is allocated makes the engine look for memory that nothing uses any more.
  for (let rounds = 200; !isForgotten && rounds > 0; rounds--) {
    await new Promise((resolve) => setTimeout(resolve, 0, new Uint8Array(16 << 20)));
  }
  ok(isForgotten);
});

Deno.test("a message that arrives byte by byte has a deadline", async () => {
  await using tracker = serving();
  using one = await connections("127.0.0.1", tracker.port, 1);
  const [socket] = one.all;
  strictEqual(await answerTo(socket, "LST\nLS"), "OK\n");
  const { now } = performance;
  performance.now = () => now.call(performance) + limit("seconds for a TCP message") * 1_000;
  try {
    strictEqual(await answerTo(socket, "T"), "");
  } finally {
    performance.now = now;
  }
});

Deno.test("20,000 images of one peer arrive in another's list, and can be updated over TCP too", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const client = await TrackerClient.open(tracker.address);
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

Deno.test("of more images than a registration may have, the permitted number is shared and reported", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const client = await TrackerClient.open(tracker.address);
  const images = many(50_001);
  deepStrictEqual(await client.register("pw", 5000, images), { accepted: 50_000, offered: 50_001, again: false });
  deepStrictEqual(await client.update("pw", 5000, images), { accepted: 50_000, offered: 50_001, again: false });
  strictEqual((await client.list()).images.length, 50_000);
  await client.close();
  await tracker.close();
});

Deno.test("if a tracker has no TCP, as many images as fit are registered over UDP, and their number is reported", async () => {
  using tracker = new BaselineTracker();
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  const { accepted, offered } = await client.register("pw", 5000, many(20_000));
  ok(accepted > 800 && accepted < 1_200 && offered === 20_000, `${accepted}`);
  const listing = await client.list();
  ok(listing.images.length > 700 && listing.mayBeCut);
  await client.close();
});

Deno.test("a peer registers again automatically after the tracker was away and forgot everything", async () => {
  await using dir = await tempDir();
  const events: string[] = [];
  const changed = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = startTracker({ host: "127.0.0.1", port: quietPort() });
  const { port } = first.address;
  const peer = await Peer.start({
    tracker: { host: "127.0.0.1", port },
    host: "127.0.0.1",
    directory: dir.path,
    renewalWaits: { renew: 50, first: 50, most: 100 },
    onTracker: (event) => {
      events.push(event.kind);
      changed[event.kind === "lost" ? 0 : 1].resolve();
    },
  });
  await peer.tracker.register();
  await first.close();
  await soon(changed[0].promise, "the event that the tracker is lost");
  const second = startTracker({ host: "127.0.0.1", port });
  await soon(changed[1].promise, "the event that it is found");
  deepStrictEqual(events, ["lost", "found"]);
  strictEqual(second.counts().peers, 1);
  await peer.close();
  strictEqual(second.counts().peers, 0);
  await second.close();
});

Deno.test("a peer that is missing from a list registers again soon, long before its renewal", async () => {
  await using dir = await tempDir({ "cat.gif": image(1).bytes });
  const first = startTracker({ host: "127.0.0.1", port: quietPort() });
  const { port } = first.address;
  const changed = Promise.withResolvers<string>();
  const peer = await Peer.start({
    tracker: { host: "127.0.0.1", port },
    host: "127.0.0.1",
    directory: dir.path,
    renewalWaits: { renew: 3_600_000, first: 20, most: 40 },
    onTracker: (event) => changed.resolve(event.kind),
  });
  await peer.tracker.register();
  await first.close();
  const second = startTracker({ host: "127.0.0.1", port });
  deepStrictEqual((await peer.tracker.list()).images, []);
  strictEqual(await soon(changed.promise, "a line"), "again");
  strictEqual((await peer.tracker.list()).images.length, 1);
  await peer.close();
  await second.close();
});

Deno.test("a peer that a running tracker forgot registers again, and one line says so", async () => {
  await using dir = await tempDir();
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const changed = Promise.withResolvers<string>();
  const peer = await Peer.start({
    tracker: tracker.address,
    host: "127.0.0.1",
    directory: dir.path,
    password: "pw",
    renewalWaits: { renew: 50, first: 50, most: 100 },
    onTracker: (event) => changed.resolve(event.kind),
  });
  await peer.tracker.register();
  const other = await TrackerClient.open(tracker.address);
  await other.unregister("pw", peer.port);
  strictEqual(await soon(changed.promise, "a line"), "again");
  strictEqual(tracker.counts().peers, 1);
  await other.close();
  await peer.close();
  await tracker.close();
});
