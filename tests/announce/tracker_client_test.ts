import { ScriptedTracker } from "../fake/scripted_tracker.ts";
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { DOCTOR_TIMEOUTS } from "../../lib/app/doctor/examination.ts";
import { ProbePeer } from "../../lib/app/doctor/probe_peer.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { TrackerSocket } from "../../lib/announce/udp_requests.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { BaselineTracker, type Dialect } from "../fake/baseline_tracker.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";
import { needing } from "../needs.ts";
import { HELD_MS, HeldTimers } from "../support_timers.ts";

const cat = { md5: CAT, name: "cat.png" };
const dog = { md5: DOG, name: "a dog's, life;.png" };
const own = { host: "127.0.0.1", port: 5000 };
const other = { host: "127.0.0.1", port: 6000 };

const DIALECTS: [string, Dialect][] = [
  ["as specified", {}],
  ["fields swapped", { list: "swapped" }],
  ["addresses as port:ip", { list: "port first" }],
  ["one image per line in brackets", { list: "brackets" }],
  ["a semicolon at the end", { list: "semicolon at the end" }],
  ["one MD5 in several entries", { list: "entry per client" }],
  ["an empty datagram for an empty list", { empty: "nothing" }],
  ["a sentence for an empty list", { empty: "sentence" }],
  ["another UDP port", { otherPort: true }],
  ["a second datagram END", { endMarker: true }],
  ["END from another port, coloured", { endMarker: true, otherPort: true, colours: true }],
  ["colours", { colours: true }],
  ["FILES for IMAGES", { otherWord: true }],
  ["knows the UDP port", { knowsUdpPort: true }],
  ["UPD only adds", { update: "adds only" }],
  ["UPD is not known", { update: "unknown" }],
  ["loses datagrams", { losesFirst: true }],
  ["a buffer of 1,024 bytes", { buffer: 1_024 }],
  ["appends at REG", { register: "appends" }],
  ["UPD changes nothing", { update: "changes nothing" }],
  ["UPD drops other holders", { update: "drops other holders" }],
  ["no answer to END of a stranger", { ignoresUnknownEnd: true }],
];

for (const [what, dialect] of DIALECTS) {
  Deno.test(`our client works with a tracker of this dialect: ${what}`, async () => {
    using tracker = new BaselineTracker(dialect);
    const isSilent = dialect.ignoresUnknownEnd;
    const waits = dialect.losesFirst ? [20, 20_000] : isSilent ? [50, 50, 50, 50, 50, 20_000] : [300, 20_000];
    const open = () => TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits } });
    const [client, neighbour] = await Promise.all([open(), open()]);
    try {
      deepStrictEqual((await client.list()).images, []);
      deepStrictEqual(await client.register("aa", 5000, [cat]), { accepted: 1, offered: 1, again: false });
      deepStrictEqual(await neighbour.register("bb", 6000, [cat, dog]), { accepted: 2, offered: 2, again: false });
      const { images: holders } = await neighbour.list();
      deepStrictEqual(holders.map(({ md5, name }) => ({ md5, name })), [cat, dog]);
      deepStrictEqual(new Set(holders[0].peers.map(({ port }) => port)), new Set([5000, 6000]));
      strictEqual((await client.update("aa", 5000, [dog])).accepted, 1);
      deepStrictEqual((await client.list()).images.find(({ md5 }) => md5 === CAT)?.peers, [other]);
      await neighbour.unregister("bb", 6000);
      deepStrictEqual((await client.list()).images, [{ ...dog, peers: [own] }]);
      await client.leave("aa", 5000);
    } finally {
      await Promise.all([client.close(), neighbour.close()]);
    }
    const { requests } = tracker;
    strictEqual(requests.some((it) => /[\r\n\0']|;$|,$/.test(it)), false, "nothing that trackers die on was sent");
  });
}

Deno.test("without TCP, END and REG replace UPD", async () => {
  using tracker = new BaselineTracker({ update: "drops others" });
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  await client.register("aa", 5000, [cat]);
  deepStrictEqual(await client.update("aa", 5000, [cat, dog]), { accepted: 2, offered: 2, again: false });
  deepStrictEqual(tracker.requests.map((it) => it.slice(0, 3)), ["REG", "END", "END", "REG"]);
  await client.close();
});

for (const buffer of [1_024, 2_048, 4_096]) {
  Deno.test(`a tracker that reads ${buffer} bytes gets as many images as fit, and the client knows how many`, async () => {
    using tracker = new BaselineTracker({ buffer });
    const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
      timeouts: { waits: [300, 20_000] },
    });
    const many = Array.from({ length: 300 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `holiday ${i}.jpg` }));
    const { accepted, offered } = await client.register("aa", 5000, many);
    strictEqual(offered, 300);
    ok(accepted > buffer / 60 && accepted < buffer / 40, `${accepted} images in ${buffer} bytes`);
    strictEqual((await client.list()).images.length > 0, true);
    strictEqual((await client.update("aa", 5000, many)).accepted, accepted);
    await client.close();
  });
}

Deno.test("a REG whose answer was lost leaves no second registration at a tracker that keeps both", async () => {
  using tracker = new BaselineTracker({ register: "appends", losesFirstReply: true });
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [20, 20_000] },
  });
  deepStrictEqual(await client.register("aa", 5000, [cat]), { accepted: 1, offered: 1, again: false });
  deepStrictEqual(tracker.holds(5000), [[CAT]]);
  const kinds = tracker.requests.map((it) => it.slice(0, 3)).join(" ");
  ok(/^REG( END)+ REG$/.test(kinds), kinds);
  await client.leave("aa", 5000);
  deepStrictEqual(tracker.holds(5000), []);
  await client.close();
});

Deno.test("the client waits for a tracker that takes long for each answer", async () => {
  using tracker = new BaselineTracker({ register: "appends", delay: 60 });
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [20, 30, 40, 50, 100, 200, 400, 20_000] },
  });
  deepStrictEqual((await client.register("aa", 5000, [cat])).accepted, 1);
  await client.leave("aa", 5000);
  deepStrictEqual(tracker.holds(5000), []);
  await client.close();
});

/** The waits of at least half a second that come to their end meanwhile, in milliseconds. */
function longWaits(): Disposable & { ended: number[] } {
  const { setTimeout } = globalThis;
  const ended: number[] = [];
  globalThis.setTimeout =
    ((callback: (...args: unknown[]) => void, ms: number, ...args: unknown[]) =>
      setTimeout(() => {
        if (ms >= 500) ended.push(ms);
        callback(...args);
      }, ms)) as typeof setTimeout;
  return { ended, [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout) };
}

for (const buffer of [1_024, 2_048, 4_096]) {
  Deno.test(`registering takes one attempt at a tracker that answers at once and cuts at ${buffer} bytes`, async () => {
    using tracker = new BaselineTracker({ buffer, register: "appends" });
    const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
      timeouts: { waits: [60_000] },
    });
    const many = Array.from(
      { length: 65 },
      (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `a longer name ${i}.jpg` }),
    );
    using waits = longWaits();
    for (const images of [many, many.slice(1), many, many.slice(1)]) {
      const { accepted } = await client.update("aa", 5000, images);
      ok(accepted > 10);
      deepStrictEqual(tracker.holds(5000), [images.slice(0, accepted).map(({ md5 }) => md5)]);
    }
    deepStrictEqual(waits.ended, []);
    await client.close();
  });
}

Deno.test("a silent tracker is a fault with its address, after the last timeout", async () => {
  using silent = new BaselineTracker({ losesFirst: true });
  const client = await TrackerClient.open({ host: "localhost", port: silent.port }, { timeouts: { waits: [30] } });
  await rejects(
    client.register("aa", 5000, [cat]),
    (error) => isFault(error, "tracker-silent") && error.message.includes(`127.0.0.1:${silent.port}`),
  );
  await client.close();
});

Deno.test("an address is accepted in any notation, and an unspecified one means this machine", async () => {
  using tracker = new BaselineTracker();
  for (const host of ["::ffff:127.0.0.1", "0.0.0.0", "localhost"]) {
    const client = await TrackerClient.open({ host, port: tracker.port }, { timeouts: { waits: [20_000] } });
    deepStrictEqual([client.address.host, (await client.list()).images], ["127.0.0.1", []], host);
    await client.close();
  }
  const client = await TrackerClient.open({ host: "0:0:0:0:0:0:0:1", port: tracker.port });
  strictEqual(client.address.host, "::1");
  await client.close();
});

Deno.test("a name cut by the tracker is noticed, and the request shortened", async () => {
  using tracker = new BaselineTracker({ buffer: 1_024 });
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  const head = "REG aa 5000 ".length;
  const many = Array.from({ length: 25 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: "n".repeat(7) }));
  const length = head + 25 * 41 - 1; // 1,036 bytes: the last name is cut in two.
  strictEqual(length, 1_036);
  const longer = many.map((image, i) => i === 24 ? { ...image, name: "the-last-name.jpg" } : image);
  const { accepted, offered } = await client.register("aa", 5000, longer);
  deepStrictEqual([accepted, offered], [24, 25]);
  const { images } = await client.list();
  deepStrictEqual(new Set(images.flatMap(({ name }) => name)), new Set(["n".repeat(7)]));
  await client.close();
});

Deno.test("an update that is too long for the tracker becomes a shorter registration", async () => {
  using tracker = new BaselineTracker({ ignoresAbove: 4_096 });
  using timers = new HeldTimers();
  tracker.onLost = () => void timers.end(); // All else is waited for, however busy the machine is.
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [HELD_MS, HELD_MS] },
  });
  const many = Array.from({ length: 300 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `holiday ${i}.jpg` }));
  await client.register("aa", 5000, many.slice(0, 10));
  const { accepted, offered } = await client.update("aa", 5000, many);
  ok(accepted > 60 && accepted < 100 && offered === 300, `${accepted} of ${offered}`);
  await client.close();
});

Deno.test("a name without an address is a fault before anything is sent", async () => {
  await rejects(
    TrackerClient.open({ host: "no.such.host.invalid", port: 13_377 }),
    (error) => isFault(error, "host-unknown"),
  );
});

Deno.test("leaving cancels pending requests and still sends END", async () => {
  using silent = new BaselineTracker({ losesFirst: true });
  const client = await TrackerClient.open({ host: "127.0.0.1", port: silent.port }, { timeouts: { waits: [60_000] } });
  const waiting = client.register("aa", 5000, [cat]);
  const given = rejects(waiting, /over/);
  await silent.heard.find(() => true, "the request");
  await client.leave("aa", 5000);
  await given;
  deepStrictEqual([...new Set(silent.requests.map((it) => it.slice(0, 3)))], ["REG", "END"]);
  await client.close();
});

Deno.test(needing(["loopback"], "a datagram from another host is not an answer", async () => {
  using tracker = new BaselineTracker({ losesFirst: true });
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [300, 20_000] },
  });
  const stranger = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.2", port: 0 });
  const listing = client.list();
  const { port } = await tracker.heard.find(() => true, "the request");
  const forged = new TextEncoder().encode(`${CAT},forged.png,127.0.0.2:1`);
  await stranger.send(forged, { transport: "udp", hostname: "127.0.0.1", port });
  deepStrictEqual((await listing).images, []);
  stranger.close();
  await client.close();
}));

Deno.test("a link-local tracker is addressed with its zone, and its answers count without one", async () => {
  const { listenDatagram } = Deno;
  const zoned = { host: "fe80::1%eth0", port: 13_377 };
  const sentTo: string[] = [];
  Deno.listenDatagram = (() => {
    const closed = Promise.withResolvers<never>();
    let asked = Promise.withResolvers<void>();
    return {
      addr: { transport: "udp", hostname: "::", port: 5_000 },
      send: (bytes: Uint8Array, to: Deno.NetAddr) => {
        sentTo.push(to.hostname);
        asked.resolve();
        return Promise.resolve(bytes.length);
      },
      receive: async () => {
        await Promise.race([asked.promise, closed.promise]);
        asked = Promise.withResolvers();
        const from = { transport: "udp", hostname: "fe80::1", port: zoned.port };
        return [new TextEncoder().encode("ERR NO_IMAGES_AVAILABLE"), from];
      },
      close: () => closed.reject(new Deno.errors.BadResource()),
    };
  }) as unknown as typeof listenDatagram;
  try {
    const socket = new TrackerSocket(zoned);
    ok(await socket.exchange("LST", () => "answer", [5_000]));
    await socket.close();
    const timeouts = { ...DOCTOR_TIMEOUTS, udp: [5_000] };
    await using probe = new ProbePeer(zoned, { timeouts, signal: new AbortController().signal });
    ok(await probe.ask("LST", () => true));
  } finally {
    Deno.listenDatagram = listenDatagram;
  }
  deepStrictEqual(sentTo, [zoned.host, zoned.host]);
});

Deno.test("without images, nothing is registered or awaited at a third-party tracker", async () => {
  await using tracker = new ScriptedTracker((request) => request === "LST" ? "ERR NO_IMAGES_AVAILABLE" : null);
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [20_000] } });
  strictEqual((await client.register("aa", 5_000, [])).accepted, 0);
  await client.unregister("aa", 5_000);
  await client.close();
});

Deno.test("after a broken connection the list is requested on a new one, until a datagram answers", async () => {
  let asked = 0;
  await using tracker = new ScriptedTracker((request, by) =>
    request === "LST" && by === "TCP" && ++asked > 1 ? `${CAT},cat.png,127.0.0.1:5000` : null
  );
  tracker.openTcp();
  await using client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [20_000] },
  });
  deepStrictEqual((await client.list()).images, [{ ...cat, peers: [own] }]);
  strictEqual(asked, 2);
});

Deno.test("when a datagram brings the list, nothing of the connection continues", async () => {
  let asked = 0;
  const over = Promise.withResolvers<null>();
  await using tracker = new ScriptedTracker((_, by) => {
    if (by === "UDP") return `${CAT},cat.png,127.0.0.1:5000`;
    return ++asked === 1 ? null : over.promise; // The first breaks, and the second is not answered.
  });
  tracker.openTcp();
  await using client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [20_000] },
  });
  const { connect } = Deno;
  let reads = 0;
  Deno.connect = (async (options: Deno.ConnectOptions) => {
    const conn = await connect(options);
    const read = conn.read.bind(conn);
    conn.read = (into) => {
      reads++;
      return read(into).finally(() => reads--);
    };
    return conn;
  }) as typeof Deno.connect;
  try {
    deepStrictEqual((await client.list()).images, [{ ...cat, peers: [own] }]);
    strictEqual(reads, 0);
  } finally {
    Deno.connect = connect;
    over.resolve(null);
  }
});

Deno.test("if every connection breaks, the list arrives as a datagram, and the next list at once", async () => {
  await using tracker = new ScriptedTracker((_, by) => by === "UDP" ? `${CAT},cat.png,127.0.0.1:5000` : null);
  tracker.openTcp();
  await using client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [20_000] },
  });
  for (let i = 0; i < 3; i++) deepStrictEqual((await client.list()).images, [{ ...cat, peers: [own] }]);
  deepStrictEqual(tracker.requests.filter((it) => it.startsWith("TCP")), ["TCP LST", "TCP LST"]);
});

Deno.test("after broken connections the tracker is asked over TCP again as soon as datagrams stay unanswered", async () => {
  let answers = true;
  await using tracker = new ScriptedTracker((request, by) =>
    request === "LST" && by === "TCP" && answers ? `${CAT},cat.png,127.0.0.1:5000` : null
  );
  tracker.openTcp();
  await using client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [100] },
  });
  strictEqual((await client.list()).images.length, 1);
  answers = false;
  await rejects(client.list(), (error) => isFault(error, "tracker-silent"));
  answers = true;
  strictEqual((await client.list()).images.length, 1);
});
