/** Whom a list can have us connect to, and how often. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { SharedFolder } from "../../../lib/folder/shared_folder.ts";
import { isPassedOver } from "../../../lib/net/dial_policy.ts";
import { Fetcher } from "../../../lib/download/fetcher.ts";
import { HostBook } from "../../../lib/download/peers/host_book.ts";
import { PeerBook } from "../../../lib/download/peers/peer_book.ts";
import { UNLIMITED } from "../../../lib/net/rate_limit.ts";
import type { ListedImage } from "../../../lib/protocol/image.ts";
import { ANSWERS, BaselinePeer } from "../../fake/baseline_peer.ts";
import { image, soon, tempDir } from "../../support.ts";

/** The addresses of this machine in these tests. */
const OWN = [
  { host: "127.0.0.1", prefix: 8 },
  { host: "::1", prefix: 128 },
  { host: "192.168.5.9", prefix: 24 },
  { host: "10.1.2.2", prefix: 30 },
  { host: "fe80::9", prefix: 64 },
];

/** A tracker, a peer in its list, and whether that is passed over. */
const POLICY: [string, string, boolean][] = [
  ["203.0.113.1", "198.51.100.7", false],
  ["203.0.113.1", "192.168.5.20", false],
  ["203.0.113.1", "192.168.5.9", false], // Another client on this machine.
  ["203.0.113.1", "2001:db8::7", false],
  ["203.0.113.1", "127.0.0.1", true],
  ["203.0.113.1", "127.8.8.8", true],
  ["203.0.113.1", "::1", true],
  ["203.0.113.1", "::ffff:127.0.0.1", true],
  ["203.0.113.1", "0.0.0.0", true],
  ["203.0.113.1", "::", true],
  ["203.0.113.1", "169.254.1.1", true],
  ["203.0.113.1", "fe80::1", true],
  ["192.168.5.1", "127.0.0.1", true],
  ["192.168.5.1", "224.0.0.1", true],
  ["192.168.5.1", "255.255.255.255", true],
  ["192.168.5.1", "192.168.5.255", true],
  ["192.168.5.1", "192.168.6.255", false],
  ["192.168.5.1", "10.1.2.3", true],
  ["192.168.5.1", "ff02::1", true],
  ["169.254.7.7", "169.254.1.1", false],
  ["169.254.7.7", "fe80::1", true],
  ["fe80::1%eth0", "fe80::2", false],
  ["127.0.0.1", "127.0.0.1", false],
  ["127.0.0.1", "fe80::2", false],
  ["127.0.0.1", "224.0.0.1", true],
  ["::1", "127.0.0.1", false],
  ["192.168.5.9", "127.0.0.1", false], // The tracker runs beside us.
];

Deno.test("a list from elsewhere causes no connection to this machine's services, another link, or a crowd", () => {
  for (const [tracker, host, expected] of POLICY) {
    strictEqual(isPassedOver(host, tracker, OWN), expected, `${host}, as ${tracker} lists it`);
  }
});

/** A fetcher of a peer that shares nothing. */
async function setUp(passedOver: (host: string) => boolean = () => false): Promise<
  AsyncDisposable & { fetcher: Fetcher }
> {
  const stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const ending = new AbortController();
  const fetcher = new Fetcher({
    folder: stack.use(new SharedFolder(dir.path)),
    limit: UNLIMITED,
    ending: ending.signal,
    isSelf: () => false,
    isPassedOver: passedOver,
    changed: () => Promise.resolve(undefined),
  });
  stack.defer(async () => {
    ending.abort();
    await fetcher.close();
  });
  return { fetcher, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("an address that is passed over is not contacted, and the reason is shown", async () => {
  await using peer = new BaselinePeer(ANSWERS.sends(image(1).bytes), "anything");
  await using it = await setUp((host) => isPassedOver(host, "203.0.113.1", OWN));
  const listed = { md5: image(1).md5, name: "cat.gif", peers: [peer.address] };
  await rejects(it.fetcher.fetch(listed), (error: Error) => {
    ok(error.message.includes("(loopback, unspecified, link-local, multicast or broadcast)"), error.message);
    return true;
  });
  strictEqual((await it.fetcher.fetchAll([listed]))[0].kind, "failed");
  await it.fetcher.infos.request([listed]);
  strictEqual(it.fetcher.infos.get(listed.md5), undefined);
  await rejects(it.fetcher.peek(listed, 1_000), { code: "peer-passed-over" });
  deepStrictEqual(peer.requests, []);
});

/** Has connections of a batch fail at once until there were `least`, and `ms` milliseconds more; returns all of them. */
async function dials(images: readonly ListedImage[], least: number, ms: number): Promise<Deno.ConnectOptions[]> {
  const { connect } = Deno;
  const dialled: Deno.ConnectOptions[] = [];
  const giveUp = new AbortController();
  Object.assign(Deno, {
    connect: (options: Deno.ConnectOptions): Promise<never> => {
      if (dialled.push(options) === least) setTimeout(() => giveUp.abort(), ms);
      return Promise.reject(new Deno.errors.ConnectionRefused("Connection refused (os error 111)"));
    },
  });
  try {
    await using it = await setUp();
    await soon(it.fetcher.fetchAll(images, {}, giveUp.signal), `${least} connections`).catch(() => {});
  } finally {
    Object.assign(Deno, { connect });
  }
  return dialled;
}

Deno.test("of a list of ten thousand ports of one host some dozens are tried, and then the host is backed off from", async () => {
  const images = Array.from({ length: 500 }, (_, i) => ({
    md5: `${i}`.padStart(32, "0"),
    name: `${i}.gif`,
    peers: Array.from({ length: 20 }, (_, j) => ({ host: "10.9.9.9", port: 1_000 + i * 20 + j })),
  }));
  const dialled = await dials(images, 16, 1_000);
  ok(dialled.length >= 16 && dialled.length <= 32, `${dialled.length} connections`);
});

Deno.test("of a list of ten thousand hosts some hundreds are tried in a minute", async () => {
  const images = Array.from({ length: 500 }, (_, i) => ({
    md5: `${i}`.padStart(32, "0"),
    name: `${i}.gif`,
    peers: Array.from(
      { length: 20 },
      (_, j) => ({ host: `10.9.${i % 250}.${j + 20 * (i < 250 ? 0 : 1)}`, port: 5_000 }),
    ),
  }));
  const dialled = await dials(images, 500, 1_000);
  ok(dialled.length >= 500 && dialled.length <= 1_200, `${dialled.length} connections`);
});

Deno.test("unanswered connections never exceed the budgets of the minute and of the list", () => {
  const step = fc.record({ later: fc.nat(5_000), host: fc.nat(50), answers: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3_000, minLength: 1_000, size: "max" }), (steps) => {
      const book = new HostBook();
      let now = 0;
      const unanswered: number[] = [];
      for (const { later, host, answers } of steps) {
        now += later % 7 === 0 ? later : 0;
        if (book.isListExhausted || book.backoff(`${host}`, now) > 0 || book.untilBudget(now) > 0) continue;
        book.charge(now);
        if (answers) book.answered(`${host}`, 1);
        else {
          unanswered.push(now);
          book.failed(`${host}`, 5_000, true, now);
        }
      }
      ok(unanswered.length <= 1_000, `${unanswered.length} of one list`);
      for (const [i, first] of unanswered.entries()) {
        const within = unanswered.slice(i).filter((at) => at < first + 60_000).length;
        ok(within <= 1_200, `${within} in a minute`); // A full budget, and what comes back meanwhile.
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("when the budget of the minute is used up, a peer without failures waits and is not blamed", async () => {
  const { connect } = Deno;
  let dialled = 0;
  Object.assign(Deno, {
    connect: (): Promise<never> => {
      dialled++;
      return Promise.reject(new Deno.errors.ConnectionRefused("Connection refused (os error 111)"));
    },
  });
  try {
    using book = new PeerBook();
    const peer = (i: number) => ({ host: `10.${i >> 8}.${i & 255}.1`, port: 5_000 });
    const start = performance.now();
    performance.now = () => start; // No part of the budget comes back meanwhile.
    for (let i = 0; i < 600; i++) await rejects(book.dial(peer(i), 5_000), { code: "peer-unreachable" });
    deepStrictEqual([book.refusal(peer(600)), book.retryIn(peer(600))], [null, 0]);
    const giveUp = new AbortController();
    const waiting = [1, 2, 3].map((i) => book.dial(peer(600 + i), 5_000, giveUp.signal));
    const given = Promise.all(waiting.map((it) => rejects(it, { message: "enough" })));
    giveUp.abort(new Error("enough"));
    await given;
    Reflect.deleteProperty(performance, "now");
    const before = dialled;
    await rejects(book.dial(peer(604), 5_000), { code: "peer-unreachable" });
    strictEqual(dialled, before + 1);
  } finally {
    Reflect.deleteProperty(performance, "now");
    Object.assign(Deno, { connect });
  }
});

Deno.test("a host is backed off from for longer each time, until one of its peers answers", () => {
  const book = new HostBook();
  let now = 0;
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) book.failed("10.0.0.1", 5_000, true, now);
  };
  fail(15);
  strictEqual(book.backoff("10.0.0.1", now), 0);
  const waits: number[] = [];
  for (let round = 0; round < 5; round++) {
    fail(8); // Those that were under way.
    waits.push(book.backoff("10.0.0.1", now));
    now += waits.at(-1)!;
    strictEqual(book.backoff("10.0.0.1", now), 0);
  }
  deepStrictEqual(waits, [5_000, 10_000, 20_000, 30_000, 30_000]);
  strictEqual(book.backoff("10.0.0.2", now), 0, "another host");
  book.answered("10.0.0.1", 0);
  fail(15);
  strictEqual(book.backoff("10.0.0.1", now), 0, "it begins anew");
  for (let i = 0; i < 20; i++) book.failed("10.0.0.3", 600_000, false, now);
  strictEqual(book.backoff("10.0.0.3", now), 600_000, "many who lie");
});

Deno.test("a host gets at most sixteen connections at once and each of its peers four, without affecting others", async () => {
  using book = new PeerBook();
  const entered: Disposable[] = [];
  for (let port = 1; port <= 4; port++) {
    for (let i = 0; i < 4; i++) entered.push(await book.enter({ host: "10.0.0.1", port }));
  }
  let late = 0;
  const waiting = [{ host: "10.0.0.1", port: 9 }, { host: "10.0.0.1", port: 1 }].map((peer) =>
    book.enter(peer).then((slot) => {
      late++;
      return slot;
    })
  );
  (await book.enter({ host: "10.0.0.2", port: 1 }))[Symbol.dispose]();
  strictEqual(late, 0);
  entered.forEach((slot) => slot[Symbol.dispose]());
  for (const slot of await Promise.all(waiting)) slot[Symbol.dispose]();
  strictEqual(book.load({ host: "10.0.0.1", port: 1 }), 0);
});
