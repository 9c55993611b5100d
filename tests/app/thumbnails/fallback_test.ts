/** What is seen of images whose peers make no thumbnails: each kind of such a peer, on real sockets. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { LookBudget } from "../../../lib/app/thumbnails/look_budget.ts";
import { OwnThumbnails } from "../../../lib/app/thumbnails/own_thumbnails.ts";
import { ThumbnailCache } from "../../../lib/app/thumbnails/thumbnail_cache.ts";
import { ThumbnailMaker } from "../../../lib/app/thumbnails/thumbnail_maker.ts";
import { Thumbnails } from "../../../lib/app/thumbnails/thumbnails.ts";
import { md5Of } from "../../../lib/hash/md5.ts";
import { Peer } from "../../../lib/peer/peer.ts";
import type { Address } from "../../../lib/protocol/address.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { ANSWERS, BaselinePeer } from "../../fake/baseline_peer.ts";
import { type PartAnswer, PARTS, RangePeer } from "../../fake/range_peer.ts";
import { soon, tempDir, withSegment } from "../../support.ts";
import { jpegOf, PATIENT, sample, withExif } from "../preview/pictures.ts";
import { LOCAL } from "./sharing.ts";

const SUNSET = await sample("sunset.jpg");
const MOON = await sample("moon.png");
let images = 0;

/** A small JPEG with an MD5 of its own. */
function small(): Uint8Array {
  return withSegment(SUNSET, Buffer.from(`image ${images++}`));
}

/** The same with bytes behind its end, so that it is large. */
function large(bytes: Uint8Array): Uint8Array {
  const long = new Uint8Array(400_000);
  long.set(bytes);
  long.set(Buffer.from(`image ${images++}`), long.length - 20);
  return long;
}

/** How much of an image is looked at, in bytes. */
const LOOK = 262_144;

/** Answers `THM` with this line, or closes, and other requests with the beginning of the image. */
function without(answer: string | null, bytes: Uint8Array): PartAnswer {
  return (conn, asked) => {
    const head = bytes.slice(0, LOOK);
    if (asked.kind !== "THM") return PARTS.says(`OK ${bytes.length} 0 ${head.length} 0\n`, head)(conn, asked);
    return answer === null ? Promise.resolve("close") : PARTS.says(`${answer}\n`)(conn, asked);
  };
}

/** Thumbnails that are not kept on a disk. */
async function viewer(budget?: LookBudget): Promise<
  AsyncDisposable & { peer: Peer; seen(...peers: Address[]): Thumbnails }
> {
  const stack = new AsyncDisposableStack();
  const tracker = stack.use(await startTracker({ host: LOCAL, port: 0 }));
  const { path } = stack.use(await tempDir());
  const peer = stack.use(await Peer.start({ tracker: tracker.address, directory: path, host: LOCAL }));
  const maker = stack.use(new ThumbnailMaker(PATIENT));
  const cache = stack.use(new ThumbnailCache(null));
  const own = new OwnThumbnails(maker, cache);
  return {
    peer,
    seen: (...peers) =>
      new Thumbnails({ peer, own, maker, cache, budget, find: (md5) => ({ md5, name: "a.jpg", peers }) }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("peers that make no thumbnails are looked at, where that shows a picture", async () => {
  await using here = await viewer();
  const photo = withExif(await jpegOf("plasma:fractal", 300, 200), 1, await jpegOf("xc:red", 96, 64));
  type Case = [what: string, bytes: Uint8Array, answer: string | null, info: string, expected: string, asked: string];
  const cases: Case[] = [
    ["makes none, small", small(), "ERR NO_THUMBNAIL", "", "image/webp", "THM RNG"],
    ["makes none, a JPEG with a thumbnail", large(photo), "ERR NO_THUMBNAIL", "", "image/webp", "THM RNG"],
    ["makes none, a JPEG without one", large(SUNSET), "ERR NO_THUMBNAIL", "image/jpeg", "no-thumbnails", "THM RNG"],
    ["makes none, large, of another format", large(MOON), "ERR NO_THUMBNAIL", "image/png", "unmade", "THM"],
    ["cannot decode it, and neither can we", MOON.slice(0, 300), "ERR NO_THUMBNAIL", "", "unreadable", "THM RNG"],
    ["is busy, small", small(), "ERR BUSY", "image/jpeg", "image/webp", "THM RNG"],
    ["is busy, large", large(photo), "ERR BUSY", "image/jpeg", "busy", "THM"],
    ["is busy, of unknown size", small(), "ERR BUSY", "", "busy", "THM"],
    // The first request is on a connection that `INF` left open, and might have been closed since.
    ["closes, as one that does not know the request", small(), null, "image/jpeg", "image/webp", "THM THM RNG"],
    ["has it no longer", small(), "ERR NOT_SHARED", "", "unreachable", "THM"],
    ["answers nonsense", small(), "ERR OUT_OF_RANGE", "", "unreachable", "THM"],
    ["claims 4 GB", small(), "OK 4294967296 image/webp", "", "image/webp", "THM THM RNG"],
    ["announces another type", small(), "OK 9 image/svg+xml", "", "image/webp", "THM THM RNG"],
  ];
  for (const [what, bytes, answer, mime, expected, asked] of cases) {
    const md5 = md5Of(bytes);
    await using there = new RangePeer(without(answer, bytes), mime ? { [md5]: `${bytes.length} ${mime} 9 9 0 0` } : {});
    await here.peer.downloads.infos.request([{ md5, name: "a.jpg", peers: [there.address] }]);
    const got = await soon(here.seen(there.address).get(md5, 64), what);
    deepStrictEqual(["reason" in got ? got.reason : got.type, there.asked.map(({ kind }) => kind).join(" ")], [
      ...[expected, asked],
    ], what);
  }
});

Deno.test("a peer that lies about an image that is looked at is banned, and the next one is asked", async () => {
  await using here = await viewer();
  const [bytes, lie] = [small(), small()];
  const md5 = md5Of(bytes);
  await using liar = new RangePeer(without("ERR NO_THUMBNAIL", lie));
  deepStrictEqual(await here.seen(liar.address).get(md5, 64), { reason: "unreachable" });
  await using other = new RangePeer(without("ERR NO_THUMBNAIL", bytes));
  ok("bytes" in await here.seen(liar.address, other.address).get(md5, 64));
  deepStrictEqual([liar.asked.length, other.asked.length], [2, 2]);
});

Deno.test("peers that know only GET are looked at within the budget, and asked again later", async () => {
  let now = 0;
  const budget = new LookBudget(() => now);
  await using here = await viewer(budget);
  const bytes = small();
  await using baseline = new BaselinePeer(ANSWERS.sends(bytes));
  const taken = Array.from({ length: 64 }, () => budget.take());
  deepStrictEqual(await here.seen(baseline.address).get(md5Of(bytes), 64), { reason: "busy" });
  deepStrictEqual([baseline.others.length, baseline.requests.length], [1, 0]);
  now = 60_000;
  ok("bytes" in await here.seen(baseline.address).get(md5Of(bytes), 64));
  deepStrictEqual([baseline.others.length, baseline.requests.length], [1, 1], "it is known what it understands");
  taken.forEach((look) => look[Symbol.dispose]());
});

Deno.test("one that makes thumbnails is asked before another one is looked at", async () => {
  await using here = await viewer();
  const bytes = small();
  await using none = new RangePeer(without("ERR NO_THUMBNAIL", bytes));
  const made = await sample("sea.webp");
  await using makes = new RangePeer(PARTS.says(`OK ${made.length} image/webp\n`, made));
  ok("bytes" in await here.seen(none.address, makes.address).get(md5Of(bytes), 64));
  deepStrictEqual([none.asked.length, makes.asked.length], [1, 1]);
});
