import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { FETCH_TIMEOUTS } from "../../lib/download/peers/fetch_limits.ts";
import { openImage } from "../../lib/download/open_image.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { type FaultCode, isFault } from "../../lib/fault/fault.ts";
import { Peer } from "../../lib/peer/peer.ts";
import type { Address } from "../../lib/protocol/address.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { image, namesIn, quietPort, soon, tempDir } from "../support.ts";
import { patientUntil } from "./patience.ts";

const { bytes, md5 } = image(1, 3_000_000);

const listed = (...peers: Address[]): ListedImage => ({ md5, name: "cat.gif", peers });
const dead = (): Address => ({ host: "127.0.0.1", port: deadPort() });
const is = (code: FaultCode) => (error: unknown): boolean => isFault(error, code);

/** All that a stream gives, and the error with which it ends, if it does. */
async function drain(stream: ReadableStream<Uint8Array>): Promise<{ got: Buffer; error?: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
    return { got: Buffer.concat(chunks) };
  } catch (error) {
    return { got: Buffer.concat(chunks), error };
  }
}

Deno.test("an open image has the right bytes and ends, whatever its peer understands", async () => {
  await using ranged = new RangePeer(PARTS.gives(bytes));
  await using simple = new BaselinePeer(ANSWERS.sends(bytes));
  for (const { address } of [ranged, simple]) {
    const { got, error } = await drain(openImage(listed(address)));
    strictEqual(error, undefined);
    strictEqual(Buffer.compare(got, bytes), 0);
  }
});

Deno.test("an open image can be read into the reader's own memory", async () => {
  await using peer = new RangePeer(PARTS.gives(bytes));
  const reader = openImage(listed(peer.address)).getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(200_000), { min: 200_000 });
  strictEqual(Buffer.compare(value!, bytes.subarray(0, 200_000)), 0);
  await reader.cancel();
});

Deno.test("each chunk has memory of its own length, so that single bytes keep no more than they need", async () => {
  const few = image(1, 500);
  await using peer = new BaselinePeer(ANSWERS.dribbles(few.bytes));
  const chunks = await Array.fromAsync(openImage({ ...listed(peer.address), md5: few.md5 }));
  ok(chunks.every(({ buffer, length }) => buffer.byteLength === length));
  strictEqual(Buffer.compare(Buffer.concat(chunks), few.bytes), 0);
});

Deno.test("if one peer breaks off, the next continues at the same byte", async () => {
  await using breaks = new RangePeer(PARTS.breaksAt(bytes, 1_234_567));
  let isSilent = false;
  await using stalls = new RangePeer(PARTS.stallsAt(bytes, 2_000_000, () => isSilent = true));
  await using ranged = new RangePeer(PARTS.gives(bytes));
  const timeouts = patientUntil(() => isSilent && ranged.asked.length === 0);
  await using cut = new BaselinePeer(ANSWERS.sends(bytes.subarray(0, 1_234_567)));
  await using simple = new BaselinePeer(ANSWERS.sends(bytes));
  for (
    const peers of [
      [dead(), breaks.address, stalls.address, ranged.address],
      [breaks.address, simple.address],
      [cut.address, ranged.address],
      [cut.address, simple.address],
    ]
  ) {
    const { got, error } = await drain(openImage(listed(...peers), { timeouts }));
    strictEqual(error, undefined);
    strictEqual(Buffer.compare(got, bytes), 0);
  }
  deepStrictEqual(ranged.asked.map(({ offset }) => offset), [2_000_000, 1_234_567]);
});

Deno.test("wrong bytes end with an error and ban their peer; if two peers sent them, neither is banned", async () => {
  const wrong = bytes.slice();
  wrong[0] ^= 1;
  using book = new PeerBook();
  await using ranged = new RangePeer(PARTS.gives(wrong));
  await using simple = new BaselinePeer(ANSWERS.sends(wrong));
  await using other = new RangePeer(PARTS.gives(bytes));
  for (const { address } of [ranged, simple]) {
    const { got, error } = await drain(openImage(listed(address), { book }));
    strictEqual(got.length, bytes.length, "all of it was given before");
    ok(is("wrong-md5")(error), `${error}`);
    ok(book.retryIn(address) > 60_000);
  }
  await using breaks = new RangePeer(PARTS.breaksAt(wrong, 1_000_000));
  const { error } = await drain(openImage(listed(breaks.address, other.address), { book }));
  ok(is("fetch-failed")(error), `${error}`);
  deepStrictEqual([breaks, other].map(({ address }) => book.retryIn(address)), [0, 0]);
});

Deno.test("all bytes from a peer that never closes are the image", async () => {
  const few = image(1, 5_000);
  let silent = 0;
  await using stays = new BaselinePeer(ANSWERS.stays(few.bytes, () => silent++));
  await using wrong = new BaselinePeer(ANSWERS.stays(image(2, 5_000).bytes, () => silent++));
  using book = new PeerBook();
  const from = (peer: Address) => {
    const before = silent;
    const timeouts = patientUntil(() => silent > before);
    return openImage({ ...listed(peer), md5: few.md5 }, { timeouts, book });
  };
  const { got, error } = await drain(from(stays.address));
  deepStrictEqual([error, Buffer.compare(got, few.bytes), book.retryIn(stays.address)], [undefined, 0, 0]);
  ok(is("peer-silent")((await drain(from(wrong.address))).error));
});

Deno.test("if no peer helps, the stream ends with the reason", async () => {
  await using silent = new BaselinePeer(ANSWERS.hangs());
  await using stalls = new RangePeer(PARTS.stallsAt(bytes, 1_000));
  await using refusing = new BaselinePeer(ANSWERS.refuses());
  await using closing = new BaselinePeer(ANSWERS.closes());
  await using lacking = new RangePeer(PARTS.says("ERR NOT_SHARED\n"));
  await using odd = new RangePeer(PARTS.says("OK 300000 7 1000 0\n"));
  const cases: [Address[], FaultCode][] = [
    [[], "no-peers"],
    [[dead()], "peer-unreachable"],
    [[silent.address], "peer-silent"],
    [[stalls.address], "peer-silent"],
    [[refusing.address], "peer-said"],
    [[closing.address], "peer-empty"],
    [[lacking.address], "peer-lacks"],
    [[odd.address], "peer-odd"],
    [[lacking.address, dead()], "fetch-failed"],
  ];
  for (const [peers, code] of cases) {
    const timeouts = patientUntil(() => code === "peer-silent");
    const { error } = await drain(openImage(listed(...peers), { timeouts }));
    ok(is(code)(error), `${code}: ${error}`);
  }
});

Deno.test("canceling or aborting ends the stream and its connection at once", async () => {
  for (const how of ["cancel", "abort"]) {
    const left = Promise.withResolvers<void>();
    await using peer = new RangePeer(async (conn) => {
      await conn.write(new TextEncoder().encode(`OK ${bytes.length} 0 ${bytes.length} 0\n`));
      await conn.write(bytes.subarray(0, 1_000));
      while (await conn.read(new Uint8Array(1)).catch(() => null) !== null);
      left.resolve();
    });
    const giveUp = new AbortController();
    const options = { signal: giveUp.signal, timeouts: { ...FETCH_TIMEOUTS, silence: 60_000 } };
    const ended = Promise.withResolvers<void>();
    const reader = openImage(listed(peer.address), options, ended.resolve).getReader();
    strictEqual((await soon(reader.read(), "the first bytes")).done, false);
    const next = reader.read();
    if (how === "cancel") {
      await soon(reader.cancel(), "the end");
      strictEqual((await next).done, true);
    } else {
      giveUp.abort();
      await soon(rejects(next, { name: "AbortError" }), "the end");
    }
    await soon(Promise.all([left.promise, ended.promise]), "the end of the connection");
  }
});

Deno.test("a peer opens another's image, saves nothing, and ends the stream when it ends", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using anaDir = await tempDir({ "cat.gif": bytes });
  await using benDir = await tempDir();
  const at = { tracker: tracker.address, host: "127.0.0.1" };
  await using ana = await Peer.start({ ...at, directory: anaDir.path });
  await using ben = await Peer.start({ ...at, directory: benDir.path });
  await ana.tracker.register();
  const { images: [cat] } = await ben.tracker.list();
  strictEqual(Buffer.compare((await drain(ben.downloads.open(cat))).got, bytes), 0);
  deepStrictEqual(await namesIn(benDir.path), []);
  ok(is("no-peers")((await drain(ana.downloads.open(cat))).error), "it is its own only peer");
  await using silent = new BaselinePeer(ANSWERS.hangs(), "anything");
  const ended = drain(ben.downloads.open({ ...cat, peers: [silent.address] }));
  await ben.close();
  strictEqual(((await soon(ended, "the end of the stream")).error as Error).name, "AbortError");
});

Deno.test("a peer ends while an image that it opened is not being read, and the stream ends with it", async () => {
  await using peer = new RangePeer(PARTS.gives(bytes));
  for (const reads of [0, 1]) {
    await using dir = await tempDir();
    const ben = await Peer.start({ tracker: { host: "127.0.0.1", port: quietPort() }, directory: dir.path });
    const reader = ben.downloads.open(listed(peer.address)).getReader();
    for (let i = 0; i < reads; i++) strictEqual((await soon(reader.read(), "the first bytes")).done, false);
    await soon(ben.close(), "the end of the peer");
    await soon(rejects(reader.read(), { name: "AbortError" }), "the end of the stream");
  }
});

Deno.test("an image opened after its signal was aborted ends at once", async () => {
  await using peer = new RangePeer(PARTS.gives(bytes));
  const ended = Promise.withResolvers<void>();
  const stream = openImage(listed(peer.address), { signal: AbortSignal.abort() }, ended.resolve);
  await soon(ended.promise, "the end");
  await rejects(stream.getReader().read(), { name: "AbortError" });
  strictEqual(peer.connections, 0);
});
