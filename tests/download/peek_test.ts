import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { FETCH_TIMEOUTS } from "../../lib/download/peers/fetch_limits.ts";
import { bindTcp, localAddress } from "../../lib/net/listen.ts";
import { peekImage } from "../../lib/download/peek.ts";
import { Peer } from "../../lib/peer/peer.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { servePeers } from "../../lib/peer/peer_server.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import type { Address } from "../../lib/protocol/address.ts";
import { type FaultCode, isFault } from "../../lib/fault/fault.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";
import { patientUntil } from "./patience.ts";

const { bytes, md5 } = image(1, 300_000);
const [LESS, ALL, MORE] = [1_000, bytes.length, 1_000_000];

const listed = (...peers: Address[]): ListedImage => ({ md5, name: "cat.gif", peers });
const dead = (): Address => ({ host: "127.0.0.1", port: deadPort() });
const is = (code: FaultCode) => (error: unknown): boolean => isFault(error, code);

/** A peer of our own that shares the image. */
async function ourPeer(): Promise<AsyncDisposable & { address: Address }> {
  const dir = await tempDir({ "cat.gif": bytes });
  const folder = new SharedFolder(dir.path);
  await folder.scan();
  const ending = new AbortController();
  const [listener] = bindTcp("127.0.0.1", 0);
  const serving = servePeers(listener, folder, ending.signal);
  return {
    address: localAddress(listener),
    async [Symbol.asyncDispose](): Promise<void> {
      ending.abort();
      await serving;
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("the beginning of an image, or all of it, comes from our own peers on one connection", async () => {
  await using ranged = new RangePeer((conn, { offset }) =>
    PARTS.says(`OK ${ALL} ${offset} ${LESS} 0\n`, bytes.subarray(0, LESS))(conn, { kind: "RNG", md5, offset })
  );
  using book = new PeerBook();
  for (let i = 0; i < 3; i++) {
    const { bytes: got, whole, size } = await peekImage(listed(ranged.address), LESS, { book });
    deepStrictEqual([Array.from(got), whole, size], [Array.from(bytes.subarray(0, LESS)), false, ALL]);
  }
  strictEqual(ranged.connections, 1);
  await using ours = await ourPeer();
  for (const [most, length] of [[1, 1], [LESS, LESS], [ALL - 1, ALL - 1], [ALL, ALL], [MORE, ALL], [1e12, ALL]]) {
    const peeked = await peekImage(listed(ours.address), most, { book });
    deepStrictEqual([peeked.bytes.length, peeked.whole, peeked.size], [length, length === ALL, ALL], `${most}`);
    ok(peeked.bytes.every((byte, i) => byte === bytes[i]));
  }
});

Deno.test("a preview takes memory for the bytes received, in however many pieces they arrive", async () => {
  const { bytes, md5 } = image(1, 100);
  let taken = Infinity;
  await using peer = new BaselinePeer(async (conn) => {
    conn.setNoDelay(true);
    const before = Deno.memoryUsage().external;
    for (const byte of bytes) {
      await conn.write(Uint8Array.of(byte));
      await new Promise((resolve) => setTimeout(resolve, 0)); // It is read alone.
    }
    taken = Deno.memoryUsage().external - before;
  });
  const peeked = await peekImage({ ...listed(peer.address), md5 }, MORE);
  deepStrictEqual([peeked.whole, peeked.bytes], [true, bytes]);
  ok(taken < 1 << 20, `${taken}`);
});

Deno.test("a request to peers that know only GET ends after enough bytes, and the next one begins with GET", async () => {
  using book = new PeerBook();
  await using peer = new BaselinePeer(ANSWERS.sends(bytes));
  for (const [most, length, size] of [[LESS, LESS], [ALL - 1, ALL - 1], [ALL, ALL, ALL], [MORE, ALL, ALL]]) {
    const peeked = await peekImage(listed(peer.address), most!, { book });
    deepStrictEqual([peeked.bytes.length, peeked.whole, peeked.size], [length, length === ALL, size]);
    ok(peeked.bytes.every((byte, i) => byte === bytes[i]));
  }
  strictEqual(peer.others.length, 1, "one RNG is enough");
  await using endless = new BaselinePeer(ANSWERS.floods());
  const flood = await soon(peekImage(listed(endless.address), LESS, { book }), "the beginning of an endless image");
  deepStrictEqual([flood.bytes.length, flood.whole, flood.size], [LESS, false, undefined]);
});

Deno.test("a peer that does not help is followed by the next one", async () => {
  await using good = new BaselinePeer(ANSWERS.sends(bytes));
  await using wrong = new BaselinePeer(ANSWERS.sends(image(2).bytes));
  await using refusing = new BaselinePeer(ANSWERS.refuses());
  await using broken = new RangePeer(PARTS.breaksAt(bytes, 500));
  for (const bad of [dead(), wrong.address, refusing.address, broken.address]) {
    using book = new PeerBook();
    const { whole, bytes: got } = await peekImage(listed(bad, good.address), MORE, { book });
    deepStrictEqual([whole, got.length], [true, ALL]);
  }
});

Deno.test("the failure of one peer is reported unchanged, failures of several together", async () => {
  await using wrong = new BaselinePeer(ANSWERS.sends(image(2).bytes));
  await using refusing = new BaselinePeer(ANSWERS.refuses());
  await using closing = new BaselinePeer(ANSWERS.closes());
  await using spoilt = new RangePeer(PARTS.gives(image(3, ALL).bytes));
  await using lacking = new RangePeer(PARTS.says("ERR NOT_SHARED\n"));
  await using odd = new RangePeer(PARTS.says("OK 300000 7 1000 0\n"));
  await using lying = new RangePeer(PARTS.says("OK 300000 0 5 0\n", bytes.subarray(0, 5)));
  await using cut = new RangePeer(PARTS.breaksAt(bytes, 500));
  const cases: [Address, FaultCode][] = [
    [dead(), "peer-unreachable"],
    [wrong.address, "wrong-md5"],
    [refusing.address, "peer-said"],
    [closing.address, "peer-empty"],
    [spoilt.address, "wrong-md5"],
    [lacking.address, "peer-lacks"],
    [odd.address, "peer-odd"],
    [lying.address, "peer-odd"],
    [cut.address, "peer-cut"],
  ];
  for (const [address, code] of cases) await rejects(peekImage(listed(address), MORE), is(code), code);
  await rejects(peekImage(listed(wrong.address, dead()), MORE), is("fetch-failed"));
  await rejects(peekImage(listed(), MORE), is("no-peers"));
});

Deno.test("a malicious peer is banned, and its place is not given to a further peer", async () => {
  using book = new PeerBook();
  await using wrong = new BaselinePeer(ANSWERS.sends(image(2).bytes));
  await rejects(peekImage(listed(wrong.address), MORE, { book }), is("wrong-md5"));
  const before = wrong.requests.length;
  await rejects(peekImage(listed(wrong.address), MORE, { book }), is("peer-banned"));
  strictEqual(wrong.requests.length, before);
});

Deno.test("at most four peers are asked", async () => {
  await using stack = new AsyncDisposableStack();
  const peers = Array.from({ length: 6 }, () => stack.use(new BaselinePeer(ANSWERS.closes())));
  await rejects(peekImage(listed(...peers.map(({ address }) => address)), MORE), is("fetch-failed"));
  strictEqual(peers.filter(({ requests }) => requests.length > 0).length, 4);
});

Deno.test("a silent peer is given up after its timeout", async () => {
  await using silent = new BaselinePeer(ANSWERS.hangs());
  const timeouts = { ...FETCH_TIMEOUTS, first: 50 };
  await rejects(soon(peekImage(listed(silent.address), MORE, { timeouts }), "the end"), is("peer-silent"));
  await using stalling = new RangePeer(PARTS.stallsAt(bytes, 500));
  const short = { ...FETCH_TIMEOUTS, silence: 50 };
  await rejects(soon(peekImage(listed(stalling.address), MORE, { timeouts: short }), "the end"), is("peer-silent"));
});

Deno.test("an aborted preview ends at once", async () => {
  await using silent = new BaselinePeer(ANSWERS.hangs(), "anything");
  await using stalling = new RangePeer(PARTS.stallsAt(bytes, 500));
  for (const { address } of [silent, stalling]) {
    const giveUp = new AbortController();
    const peeking = rejects(peekImage(listed(address), MORE, { signal: giveUp.signal }), { name: "AbortError" });
    giveUp.abort();
    await soon(peeking, "the end");
  }
  await rejects(peekImage(listed(silent.address), MORE, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

Deno.test("a whole peer previews an image, saves nothing, and ends a preview when it ends", async () => {
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using anaDir = await tempDir({ "cat.gif": bytes });
  await using benDir = await tempDir();
  const at = { tracker: tracker.address, host: "127.0.0.1" };
  const [ana, ben] = await Promise.all([anaDir, benDir].map(({ path }) => Peer.start({ ...at, directory: path })));
  await ana.tracker.register();
  const { images: [cat] } = await ben.tracker.list();
  const peeked = await ben.downloads.peek(cat, LESS);
  deepStrictEqual([peeked.bytes.length, peeked.whole, peeked.size], [LESS, false, ALL]);
  deepStrictEqual(await namesIn(benDir.path), []);
  await rejects(ana.downloads.peek(cat, LESS), is("no-peers"), "it is its own only peer");
  await using silent = new BaselinePeer(ANSWERS.hangs(), "anything");
  const peeking = rejects(ben.downloads.peek({ ...cat, peers: [silent.address] }, LESS), { name: "AbortError" });
  await ben.close();
  await soon(peeking, "the end of the look");
  await ana.close();
  await tracker.close();
});

Deno.test("the preview of an image from a peer that never closes shows all of it", async () => {
  const { bytes, md5 } = image(3, 5_000);
  let isSilent = false;
  await using peer = new BaselinePeer(ANSWERS.stays(bytes, () => isSilent = true));
  const timeouts = patientUntil(() => isSilent);
  const peeked = await peekImage({ md5, name: "cat.gif", peers: [peer.address] }, 100_000, { timeouts });
  deepStrictEqual(peeked, { bytes, whole: true, size: bytes.length });
});
