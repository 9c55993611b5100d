import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { md5Of } from "../../lib/hash/md5.ts";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { bindTcp, localAddress } from "../../lib/net/listen.ts";
import type { ServedEvent } from "../../lib/peer/served_event.ts";
import { servePeers, type ServeTimeouts } from "../../lib/peer/peer_server.ts";
import { RateLimit } from "../../lib/net/rate_limit.ts";
import { download } from "../fake/baseline_client.ts";
import { needing } from "../needs.ts";
import { type Entry, text, tiff } from "../formats/builders.ts";
import { image, Inbox, namesIn, SAMPLES, soon, tempDir, withSegment } from "../support.ts";

/** A peer that shares these files; gone when the test ends. */
/** When all files that are shared here were last modified, in seconds since 1970. */
const MODIFIED = 1_717_180_200;

/** Waits so long that nothing is closed for it, however busy the machine is. */
const LONG: ServeTimeouts = { request: 120_000, stall: 120_000, farewell: 120_000 };

async function sharing(files: Record<string, Uint8Array>, timeouts?: ServeTimeouts, limit?: RateLimit): Promise<
  AsyncDisposable & { port: number; path: string; folder: SharedFolder; events: Inbox<ServedEvent> }
> {
  const dir = await tempDir(files);
  for (const name of Object.keys(files)) await Deno.utime(join(dir.path, name), MODIFIED, MODIFIED);
  const folder = new SharedFolder(dir.path, { onStale: () => {} }); // Nothing is to continue when the test ends.
  await folder.scan();
  const [listener] = bindTcp("127.0.0.1", 0);
  const { port } = localAddress(listener);
  const events = new Inbox<ServedEvent>();
  const ending = new AbortController();
  const serving = servePeers(listener, folder, ending.signal, {
    onEvent: events.put,
    timeouts: timeouts ?? LONG,
    limit,
  });
  return {
    port,
    path: dir.path,
    folder,
    events,
    async [Symbol.asyncDispose](): Promise<void> {
      ending.abort();
      await serving;
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** Sends these pieces, each in a packet of its own, without half-closing, and gives all that comes until the end. */
async function ask(port: number, ...pieces: string[]): Promise<Uint8Array> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay();
  for (const piece of pieces) await conn.write(new TextEncoder().encode(piece));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(65_536);
  for (let n = await soon(conn.read(buffer), "an end"); n !== null; n = await soon(conn.read(buffer), "an end")) {
    chunks.push(buffer.slice(0, n));
  }
  return await new Blob(chunks).bytes();
}

Deno.test("GET is answered after the 32nd digit, with or without a line end, in one piece or byte by byte", async () => {
  const { bytes, md5 } = image(1, 5_000);
  await using peer = await sharing({ "my cat.gif": bytes });
  const get = `GET ${md5}`;
  const requests = [[get], [`${get}\n`], [`${get}\r\n`], [...get], [`get  '${md5.toUpperCase()}'`], [
    "GET my cat.gif\n",
  ]];
  for (const request of requests) deepStrictEqual(await ask(peer.port, ...request), bytes, request.join("|"));
  deepStrictEqual(await download({ md5, peers: [`127.0.0.1:${peer.port}`] }), bytes, "a baseline client");
});

Deno.test("the connection of any other request is closed without a byte", async () => {
  await using peer = await sharing({ "cat.gif": image(1).bytes });
  const { length } = await ask(peer.port, `GET ${image(2).md5}`);
  strictEqual(length, 0, "an image that is not shared");
  for (const request of ["HELLO\n", "GET /etc/passwd\n", "GET ../cat.gif\n", "GET \n", "\0\0\0\0", "x".repeat(5_000)]) {
    strictEqual((await ask(peer.port, request)).length, 0, request.slice(0, 20));
  }
});

Deno.test("a large image arrives complete at many readers at once, even slow ones", async () => {
  const large = image(3, 9_000_000);
  await using peer = await sharing({ "large.gif": large.bytes });
  const all = await Promise.all(Array.from({ length: 20 }, () => ask(peer.port, `GET ${large.md5}`)));
  for (const bytes of all) strictEqual(Deno.inspect(bytes.length), "9000000");
  deepStrictEqual(all[7], large.bytes);
});

Deno.test("a stuck reader delays no other", async () => {
  const large = image(3, 9_000_000);
  await using peer = await sharing({ "large.gif": large.bytes });
  const stuck = await Promise.all(Array.from({ length: 50 }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
    await conn.write(new TextEncoder().encode(`GET ${large.md5}`));
    return conn;
  }));
  strictEqual((await ask(peer.port, `GET ${large.md5}`)).length, 9_000_000);
  stuck.forEach((conn) => conn.close());
});

Deno.test("stuck readers do not hold up a rate limit either", async () => {
  const large = image(3, 9_000_000);
  const small = image(4, 1_000_000);
  const limit = new RateLimit(30_000_000);
  await using peer = await sharing({ "large.gif": large.bytes, "small.gif": small.bytes }, undefined, limit);
  const stuck = await Promise.all(Array.from({ length: 8 }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
    await conn.write(new TextEncoder().encode(`GET ${large.md5}`));
    await soon(conn.read(new Uint8Array(1)), "a byte");
    return conn;
  }));
  // At first what the stuck ones do not read fits into the sockets, and they take turns.
  for (let i = 0; i < 6; i++) deepStrictEqual(await ask(peer.port, `GET ${small.md5}`), small.bytes);
  stuck.forEach((conn) => conn.close());
});

/** Connections from an address of this machine, each of which has got an answer. */
async function crowd(host: string, port: number, count: number): Promise<Disposable & { ask(): Promise<string[]> }> {
  const sockets = await Promise.all(Array.from({ length: count }, () => {
    const socket = connect({ host: "127.0.0.1", port, localAddress: host });
    return new Promise<Socket>((resolve, reject) =>
      socket.once("connect", () => resolve(socket)).once("error", reject)
    );
  }));
  /** What each of them is answered, or that it is closed. */
  const ask = (): Promise<string[]> =>
    Promise.all(sockets.map((socket) =>
      soon(
        new Promise<string>((resolve) => {
          socket.once("data", (bytes) => resolve(String(bytes))).once("end", () => resolve("closed"));
          if (socket.readableEnded || socket.destroyed) resolve("closed");
          socket.on("error", () => resolve("closed")).write(`INF ${"0".repeat(32)}\n`);
        }),
        `an answer to ${host}`,
      )
    ));
  return { ask, [Symbol.dispose]: () => sockets.forEach((socket) => socket.destroy()) };
}

/** So many answers that something is not shared. */
const answers = (count: number): string[] => Array(count).fill("ERR NOT_SHARED\n");

Deno.test(
  needing(
    ["loopback"],
    "64 connections of one address are served, and a further one replaces the one that waited longest",
    async () => {
      await using peer = await sharing({}, LONG);
      using first = await crowd("127.0.0.1", peer.port, 64);
      deepStrictEqual(await first.ask(), answers(64));
      using further = await crowd("127.0.0.1", peer.port, 5);
      deepStrictEqual(await further.ask(), answers(5));
      const closed = (await first.ask()).filter((it) => it === "closed");
      strictEqual(closed.length, 5);
      using other = await crowd("127.0.0.2", peer.port, 64);
      deepStrictEqual(await other.ask(), answers(64), "another address has its own");
      deepStrictEqual(await further.ask(), answers(5), "they are served as before");
    },
  ),
);

Deno.test(
  needing(
    ["loopback"],
    "while 64 connections of one address are all being served, a further one is refused",
    async () => {
      const large = image(3, 9_000_000);
      await using peer = await sharing({ "large.gif": large.bytes }, LONG);
      using stack = new DisposableStack();
      for (let i = 0; i < 64; i++) {
        const conn = stack.use(await Deno.connect({ hostname: "127.0.0.1", port: peer.port }));
        await conn.write(new TextEncoder().encode(`GET ${large.md5}`));
        await soon(conn.read(new Uint8Array(1)), "a byte");
      }
      using further = await crowd("127.0.0.1", peer.port, 1);
      deepStrictEqual(await further.ask(), ["closed"]);
      using other = await crowd("127.0.0.2", peer.port, 1);
      deepStrictEqual(await other.ask(), answers(1));
    },
  ),
);

Deno.test("256 idle connections of four addresses do not block others", async () => {
  await using peer = await sharing({}, LONG);
  const hosts = [1, 2, 3, 4].map((i) => `127.0.0.${i}`);
  const all = await Promise.all(hosts.map((host) => crowd(host, peer.port, 64)));
  for (const one of all.slice(1)) deepStrictEqual(await one.ask(), answers(64));
  const late = await Promise.all([5, 6, 7].map((i) => crowd(`127.0.0.${i}`, peer.port, 10)));
  for (const one of late) deepStrictEqual(await one.ask(), answers(10));
  for (const one of late) deepStrictEqual(await one.ask(), answers(10), "they stay");
  const answered = (await Promise.all(all.map((one) => one.ask()))).flat().filter((it) => it !== "closed");
  strictEqual(answered.length, 256 - 30);
  [...all, ...late].forEach((one) => one[Symbol.dispose]());
});

/** Short, where what is waited for never comes. */
const SHORT: ServeTimeouts = { request: 200, stall: 200, farewell: 200 };

Deno.test("a silent client is closed", async () => {
  await using peer = await sharing({ "cat.gif": image(1).bytes }, SHORT);
  strictEqual((await ask(peer.port)).length, 0);
  deepStrictEqual((await peer.events.find(() => true, "an event")).kind, "not-served");
});

Deno.test("a client that sends a request slowly for ever is closed too", async () => {
  await using peer = await sharing({ "cat.gif": image(1).bytes }, SHORT);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
  const closed = soon(conn.read(new Uint8Array(1)), "a close");
  const dribble = setInterval(() => conn.write(new Uint8Array([32])).catch(() => {}), 20);
  await conn.write(new TextEncoder().encode("GET "));
  strictEqual(await closed.catch(() => null), null);
  clearInterval(dribble);
});

Deno.test("a reader that stops reading, or does not close after the last byte, is closed", async () => {
  const large = image(3, 9_000_000);
  const timeouts = { ...SHORT, request: LONG.request };
  await using peer = await sharing({ "large.gif": large.bytes, "small.gif": image(1).bytes }, timeouts);
  for (const { md5 } of [large, image(1)]) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
    await conn.write(new TextEncoder().encode(`GET ${md5}`));
    const kind = md5 === large.md5 ? "broke-off" : "served";
    await peer.events.find((event) => event.kind === kind, `${kind}, while the connection is open here`);
  }
});

Deno.test("a file that changed since it was listed is not sent under its old MD5", async () => {
  const { bytes, md5 } = image(1);
  await using peer = await sharing({ "cat.gif": bytes });
  await Deno.writeFile(join(peer.path, "cat.gif"), image(2, 2_001).bytes);
  strictEqual((await ask(peer.port, `GET ${md5}`)).length, 0);
  strictEqual((await peer.events.find(() => true, "an event")).kind, "not-served");
  await peer.folder.scan();
  deepStrictEqual(await ask(peer.port, `GET ${image(2, 2_001).md5}`), image(2, 2_001).bytes);
});

/** Sends these requests at once on one connection, and gives all that comes until `bytes` bytes are there. */
async function converse(port: number, requests: string, bytes: number): Promise<Uint8Array> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new TextEncoder().encode(requests));
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes;) {
    const n = await soon(conn.read(all.subarray(at)), `byte ${at} of ${bytes}`);
    if (n === null) throw new Error(`it ended after ${at} bytes: ${new TextDecoder().decode(all.subarray(0, at))}`);
    at += n;
  }
  return all;
}

Deno.test("RNG returns a part of an image after its header, for several requests on one connection", async () => {
  const { bytes, md5 } = image(1, 2_500_000);
  await using peer = await sharing({ "cat.gif": bytes });
  const part = (offset: number, length: number): (string | Uint8Array)[] => {
    const there = bytes.subarray(offset, offset + length);
    return [`OK ${bytes.length} ${offset} ${there.length} ${MODIFIED}\n`, there];
  };
  const cases: [string, (string | Uint8Array)[]][] = [
    [`RNG ${md5} 0 10\n`, part(0, 10)],
    [`RNG ${md5} 7 1\r\n`, part(7, 1)],
    [`RNG ${md5} 0 4294967296\n`, part(0, bytes.length)],
    [`RNG ${md5} 1000001 1400000\n`, part(1_000_001, 1_400_000)],
    [`RNG ${md5} 2499999 5\n`, part(2_499_999, 5)],
    [`RNG ${md5} 2500000 5\n`, [`OK 2500000 2500000 0 ${MODIFIED}\n`]],
    [`RNG ${md5} 2500001 5\n`, ["ERR OUT_OF_RANGE\n"]],
    [`RNG ${image(9).md5} 0 5\n`, ["ERR NOT_SHARED\n"]],
    [`INF ${image(9).md5}\n`, ["ERR NOT_SHARED\n"]],
  ];
  for (const sent of [...cases.map((one) => [one]), cases]) {
    const expected = await new Blob(sent.flatMap(([, answer]) => answer) as BlobPart[]).bytes();
    const came = await converse(peer.port, sent.map(([request]) => request).join(""), expected.length);
    deepStrictEqual(came, expected, sent.map(([request]) => request).join(""));
  }
});

Deno.test("INF reports the type and size of an image of each format", async () => {
  const names = await namesIn(SAMPLES);
  const samples = await Promise.all(
    names.map(async (name) => [name, await Deno.readFile(join(SAMPLES, name))] as const),
  );
  await using peer = await sharing(Object.fromEntries(samples));
  const expected: Record<string, string> = {
    "blink.gif": "image/gif 24 24",
    "dots.bmp": "image/bmp 12 12",
    "dusk.heic": "image/heic 64 64",
    "forest.avif": "image/avif 32 32",
    "grey.tiff": "image/tiff 16 16",
    "moon.png": "image/png 48 48",
    "sea.webp": "image/webp 32 32",
    "sunset.jpg": "image/jpeg 96 64",
  };
  for (const [name, bytes] of samples.filter(([name]) => name in expected)) {
    const answer = `OK ${bytes.length} ${expected[name]} ${MODIFIED} ${MODIFIED}\n`;
    const came = await converse(peer.port, `INF ${md5Of(bytes)}\n`, answer.length);
    strictEqual(new TextDecoder().decode(came), answer);
  }
});

Deno.test("INF reports when a picture was taken, and when its file was modified", async () => {
  const entries: Entry[] = [[36867, 2, text("2001:02:03 04:05:06\0")], [36881, 2, text("+00:00\0")]];
  const exif = tiff({ entries: [[34665, 4, { entries }]] });
  const photo = await Deno.readFile(join(SAMPLES, "sunset.jpg"));
  const bytes = withSegment(photo, Uint8Array.from([...text("Exif\0\0"), ...exif]));
  await using peer = await sharing({ "old.jpg": bytes });
  const answer = `OK ${bytes.length} image/jpeg 96 64 ${MODIFIED} ${Date.UTC(2001, 1, 3, 4, 5, 6) / 1_000}\n`;
  const came = await converse(peer.port, `INF ${md5Of(bytes)}\n`, answer.length);
  strictEqual(new TextDecoder().decode(came), answer);
});

/** As most programs close: with bytes unread the system sends a reset, where Deno would say first that it has ended. */
const TAKER = `
import socket, sys
conn = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print(conn.getsockname()[1], flush=True)
conn.sendall(sys.argv[2].encode())
left = int(sys.argv[3])
while left > 0: left -= len(conn.recv(left))
conn.close()
`;

/** Sends one request, takes so many bytes and closes; returns the event that the peer reports. */
async function served(
  peer: { port: number; events: Inbox<ServedEvent> },
  request: string,
  bytes: number,
): Promise<object> {
  const args = ["-c", TAKER, `${peer.port}`, request, `${bytes}`];
  const { stdout } = await new Deno.Command("python3", { args }).output();
  const port = Number(new TextDecoder().decode(stdout));
  const { to: _, ...event } = await peer.events.find(({ to }) => to.port === port, `an event of ${request}`);
  if (event.kind !== "served") return event;
  const { ms, ...rest } = event;
  strictEqual(ms >= 0 && ms < 600_000, true, `${ms} ms`); // However busy the machine is.
  return rest;
}

Deno.test(
  needing(
    ["python3"],
    "an image is reported as sent if all of it was received, and as broken off otherwise",
    async () => {
      // All of it fits into the buffers of the sockets: that it was written says nothing.
      const { bytes, md5 } = image(1, 50_000);
      await using peer = await sharing({ "cat.gif": bytes }, LONG);
      const all = `OK 50000 0 50000 ${MODIFIED}\n`.length + bytes.length;
      const whole = { kind: "served", name: "cat.gif", md5, bytes: bytes.length };
      const broken = { kind: "broke-off", name: "cat.gif", md5, bytes: bytes.length };
      const cases: [string, number, object][] = [
        [`GET ${md5}`, bytes.length, whole],
        [`GET ${md5}`, 10_000, broken],
        [`RNG ${md5} 0 4294967296\n`, all, whole],
        [`RNG ${md5} 0 4294967296\n`, 1_000, broken],
      ];
      for (const [request, taken, expected] of cases) {
        deepStrictEqual(await served(peer, request, taken), expected, `${request}, ${taken} bytes`);
      }
      // It continues where that broke off, and has it whole then.
      const rest = `OK 50000 500 49500 ${MODIFIED}\n`.length + 49_500;
      deepStrictEqual(await served(peer, `RNG ${md5} 500 4294967296\n`, rest), whole);
    },
  ),
);

Deno.test("a part, the end, or nothing of an image is not reported as sent; its parts in sequence are", async () => {
  const { bytes, md5 } = image(1, 50_000);
  await using peer = await sharing({ "cat.gif": bytes, "dog.gif": image(2).bytes });
  const ask = async (request: string, length: number): Promise<void> => {
    await converse(peer.port, request, length);
  };
  await ask(`RNG ${md5} 50000 1\n`, `OK 50000 50000 0 ${MODIFIED}\n`.length);
  await ask(`RNG ${md5} 49999 1\n`, `OK 50000 49999 1 ${MODIFIED}\n`.length + 1);
  await ask(`RNG ${md5} 0 20000\n`, `OK 50000 0 20000 ${MODIFIED}\n`.length + 20_000);
  await ask(`RNG ${md5} 30000 20000\n`, `OK 50000 30000 20000 ${MODIFIED}\n`.length + 20_000);
  await ask(`INF ${md5}\n`, `OK 50000 image/gif 0 0 ${MODIFIED} ${MODIFIED}\n`.length);
  await ask(`RNG ${md5} 0 262144\n`, `OK 50000 0 50000 ${MODIFIED}\n`.length + 50_000); // A preview.
  // The next event is about this one, though the parts above came to the image's end.
  const { length } = await converse(
    peer.port,
    `RNG ${image(2).md5} 0 2000\n`,
    `OK 2000 0 2000 ${MODIFIED}\n`.length + 2_000,
  );
  strictEqual(length > 0, true);
  const first = await peer.events.find(() => true, "an event");
  deepStrictEqual([first.kind, "name" in first && first.name], ["served", "dog.gif"]);
  await ask(`RNG ${md5} 20000 20000\n`, `OK 50000 20000 20000 ${MODIFIED}\n`.length + 20_000);
  await ask(`RNG ${md5} 40000 10000\n`, `OK 50000 40000 10000 ${MODIFIED}\n`.length + 10_000);
  const last = await peer.events.find((it) => "name" in it && it.name === "cat.gif", "the whole image");
  strictEqual(last.kind, "served");
});

Deno.test("a request for an image that is not shared is reported with its MD5", async () => {
  await using peer = await sharing({});
  const { md5 } = image(1);
  await ask(peer.port, `GET ${md5}`);
  const { to: _, ...event } = await peer.events.find(() => true, "an event");
  deepStrictEqual(event, { kind: "not-served", why: "not-shared", md5 });
});

Deno.test("a connection that waits too long for its next request is closed silently", async () => {
  const { bytes, md5 } = image(1);
  await using peer = await sharing({ "cat.gif": bytes }, SHORT);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
  await conn.write(new TextEncoder().encode(`RNG ${md5} 0 10\n`));
  const buffer = new Uint8Array(1_000);
  while (await soon(conn.read(buffer), "the end") !== null);
});

Deno.test("a changed file is not sent by RNG either, and a started part is cut", async () => {
  const { bytes, md5 } = image(1, 9_000_000);
  await using peer = await sharing({ "cat.gif": bytes });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
  await conn.write(new TextEncoder().encode(`RNG ${md5} 0 9000000\n`));
  await soon(conn.read(new Uint8Array(10)), "a byte"); // More than the sockets hold waits to be read from the disk.
  await Deno.writeFile(join(peer.path, "cat.gif"), image(2, 9_000_000).bytes);
  let came = 10;
  const buffer = new Uint8Array(1 << 20);
  for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) came += n;
  strictEqual(came < 9_000_000, true);
  deepStrictEqual(await converse(peer.port, `RNG ${md5} 0 10\n`, 15), new TextEncoder().encode("ERR NOT_SHARED\n"));
});

Deno.test("a rate limit is not exceeded, and shared evenly by peers that fetch at once", async () => {
  const { bytes, md5 } = image(1, 200_000);
  await using peer = await sharing({ "cat.gif": bytes }, undefined, new RateLimit(400_000));
  const began = performance.now();
  const received = [0, 0];
  /** What each had when both had some, and when the first of them had all. */
  let [both, first]: (number[] | null)[] = [null, null];
  await Promise.all([0, 1].map(async (i) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: peer.port });
    await conn.write(new TextEncoder().encode(`GET ${md5}`));
    const buffer = new Uint8Array(4_096);
    for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
      received[i] += n;
      if (received.every((it) => it > 0)) both ??= [...received];
    }
    first ??= [...received];
  }));
  const took = performance.now() - began;
  deepStrictEqual(received, [200_000, 200_000]);
  strictEqual(took > 780, true, `400,000 bytes took ${took} ms`); // A fifth of a second may be in advance.
  const [less, more] = first!.map((it, i) => it - both![i]).sort((a, b) => a - b);
  strictEqual(less >= more / 2, true, `while both were served, one had ${more} bytes and the other ${less}`);
});
