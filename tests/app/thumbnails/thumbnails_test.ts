import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { MAX_DECODED_BYTES } from "../../../lib/app/preview/decode.ts";
import { makeAhead } from "../../../lib/app/thumbnails/make_ahead.ts";
import { OwnThumbnails } from "../../../lib/app/thumbnails/own_thumbnails.ts";
import { ThumbnailCache } from "../../../lib/app/thumbnails/thumbnail_cache.ts";
import { ThumbnailMaker } from "../../../lib/app/thumbnails/thumbnail_maker.ts";
import type { Thumbnails } from "../../../lib/app/thumbnails/thumbnails.ts";
import { SharedFolder } from "../../../lib/folder/shared_folder.ts";
import { md5Of } from "../../../lib/hash/md5.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import { ANSWERS, BaselinePeer } from "../../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../../fake/range_peer.ts";
import { soon, tempDir } from "../../support.ts";
import { blackPng, jpegOf, PATIENT, sample } from "../preview/pictures.ts";
import { got, LOCAL, seen, sharing, UNLISTED } from "./sharing.ts";

const REAL = await sample("sunset.jpg");
const OTHER = await sample("sea.webp");

Deno.test("thumbnails come from own files, from peers that make them, and from the cache when these have gone", async () => {
  await using tracker = await startTracker({ host: LOCAL, port: 0 });
  await using here = await sharing(tracker, { "sea.webp": OTHER });
  let all: Thumbnails;
  {
    await using there = await sharing(tracker, { "sunset.jpg": REAL, "broken.jpg": REAL.subarray(0, 300) });
    all = await seen(here, there.address);
    for (const bytes of [OTHER, REAL]) {
      const made = await got(all, md5Of(bytes), 200);
      ok("bytes" in made && made.type === "image/webp" && made.bytes.length > 0, JSON.stringify(made));
    }
    deepStrictEqual(await all.get(md5Of(blackPng(3, 3)), 200), { reason: "unreachable" }, "nobody shares it");
    deepStrictEqual(await all.get(UNLISTED, 200), { reason: "unlisted" });
    deepStrictEqual(
      [...all.hashes([md5Of(REAL), md5Of(OTHER), UNLISTED]).keys()].sort(),
      [
        md5Of(REAL),
        md5Of(OTHER),
      ].sort(),
    );
  }
  ok("bytes" in await all.get(md5Of(REAL), 256), "its size is that of 200");
  deepStrictEqual(await all.get(md5Of(REAL), 100), { reason: "unreachable" });
  using cache = new ThumbnailCache(here.path);
  strictEqual(cache.get(md5Of(REAL), 256)?.isOwn, false);
  strictEqual(cache.get(md5Of(OTHER), 256)?.isOwn, true);
});

Deno.test("what a hostile peer sends as a thumbnail is not shown; the next peer is asked", async () => {
  await using tracker = await startTracker({ host: LOCAL, port: 0 });
  await using there = await sharing(tracker, { "sunset.jpg": REAL });
  const text = (it: string): Uint8Array => new TextEncoder().encode(it);
  const lies: Uint8Array[] = [
    text(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
    text("<!DOCTYPE html><script>alert(1)</script>"),
    blackPng(30_000, 30_000, 1),
    REAL.subarray(0, 200),
    await jpegOf("xc:white", 2_000, 8),
  ];
  for (const lie of lies) {
    await using here = await sharing(tracker, {}); // Nothing is kept from the one before.
    await using liar = new RangePeer(PARTS.says(`OK ${lie.length} image/webp\n`, lie));
    const alone = await seen(here, liar.address);
    ok("reason" in await alone.get(md5Of(REAL), 64));
    const both = await seen(here, liar.address, there.address);
    const made = await got(both, md5Of(REAL), 512);
    ok("bytes" in made, JSON.stringify(made));
    strictEqual(liar.asked.length, 2);
  }
});

Deno.test("of peers that know only GET small images are seen whole, the embedded thumbnails of others, or nothing", async () => {
  await using tracker = await startTracker({ host: LOCAL, port: 0 });
  await using here = await sharing(tracker, {});
  const large = new Uint8Array(600_000);
  large.set(await sample("moon.png"));
  for (const [bytes, expected] of [[REAL, "image/webp"], [large, "no-thumbnails"]] as const) {
    await using baseline = new BaselinePeer(ANSWERS.sends(bytes));
    const made = await (await seen(here, baseline.address)).get(md5Of(bytes), 64);
    strictEqual("reason" in made ? made.reason : made.type, expected);
  }
});

Deno.test("an image that changed or cannot be decoded gets no thumbnail, and whoever leaves is not waited for", async () => {
  await using tracker = await startTracker({ host: LOCAL, port: 0 });
  const bomb = blackPng(30_000, 30_000, 1);
  await using here = await sharing(tracker, { "bomb.png": bomb, "sunset.jpg": REAL });
  const all = await seen(here);
  deepStrictEqual(await all.get(md5Of(bomb), 64), { reason: "too-large" });
  const gone = new AbortController();
  const getting = all.get(md5Of(REAL), 64, gone.signal);
  gone.abort(new Error("scrolled away"));
  await rejects(getting, /scrolled away/);
  await Deno.writeFile(join(here.peer.folder.path, "sunset.jpg"), OTHER);
  deepStrictEqual(await all.get(md5Of(REAL), 64), { reason: "unreachable" });
});

Deno.test("a thumbnail that a peer made is not passed on as one of the own file", async () => {
  await using dir = await tempDir({ "sunset.jpg": REAL });
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  const [image] = folder.images;
  using cache = new ThumbnailCache(join(dir.path, "thumbnails.sqlite"));
  using maker = new ThumbnailMaker(PATIENT);
  const own = new OwnThumbnails(maker, cache);
  cache.put(image.md5, 64, { bytes: new Uint8Array(9), hash: new Uint8Array(1), isOwn: false });
  const made = await Promise.all([1, 2, 3].map(() => own.get(image, 64, folder)));
  for (const it of made) ok("bytes" in it && it.bytes.length > 9);
  strictEqual(cache.get(image.md5, 64)?.isOwn, true);
  deepStrictEqual(await own.get({ ...image, md5: UNLISTED, size: MAX_DECODED_BYTES + 1 }, 64, folder), {
    wrong: "too-large",
  });
});

Deno.test("thumbnails are made ahead while nothing else is to do, and of new images too", async () => {
  await using dir = await tempDir({ "sunset.jpg": REAL });
  await using kept = await tempDir();
  using folder = new SharedFolder(dir.path);
  await folder.scan();
  using cache = new ThumbnailCache(join(kept.path, "thumbnails.sqlite"));
  using maker = new ThumbnailMaker(PATIENT);
  const ending = new AbortController();
  let idle = 0;
  let asked = 0;
  const idleMs = (): number => {
    asked++;
    return idle;
  };
  const times = { idle: 1_000, check: 1, again: 1 };
  const own = new OwnThumbnails(maker, cache);
  const making = makeAhead({ folder, own, cache, idleMs, times }, ending.signal);
  const until = async (when: () => boolean): Promise<void> => {
    while (!when()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  await soon(until(() => asked > 10), "it waits");
  strictEqual(cache.get(md5Of(REAL), 256), null);
  idle = 2_000;
  await soon(until(() => cache.get(md5Of(REAL), 256) !== null), "a thumbnail");
  await Deno.writeFile(join(dir.path, "sea.webp"), OTHER);
  await folder.scan();
  await soon(until(() => cache.get(md5Of(OTHER), 256) !== null), "another one");
  ending.abort();
  await making;
});
