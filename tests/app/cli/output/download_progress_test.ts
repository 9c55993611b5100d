import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import stringWidth from "string-width";
import { downloadLines } from "../../../../lib/app/cli/screen/downloads_view.tsx";
import { DownloadProgress, type Progress, Rate } from "../../../../lib/app/cli/output/download_progress.ts";
import type { FetchOutcome, FetchProgress } from "../../../../lib/download/fetch_options.ts";
import { Fault } from "../../../../lib/fault/fault.ts";
import type { ListedImage } from "../../../../lib/protocol/image.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { PORTUGUESE } from "../../../../lib/app/words/pt/words.ts";
import { CAT, DOG, listedArbitrary } from "../../../protocol/arbitraries.ts";

const FROM = { host: "10.0.0.2", port: 5_000 };
const cat = { md5: CAT, name: "cat.gif", peers: [FROM] };
const dog = { md5: DOG, name: "dog.gif", peers: [FROM] };
const fetched = (image: typeof cat, bytes: number, resumedFrom = 0): FetchOutcome => ({
  kind: "fetched",
  image,
  fetched: { path: `/${image.name}`, file: image.name, bytes, resumedFrom, peer: FROM, shared: true },
});
const at = (image: ListedImage, received: number, size: number | undefined, resumedFrom: number): FetchProgress => ({
  image,
  received,
  size,
  resumedFrom,
  peer: FROM,
});

Deno.test("a rate covers the last ten seconds", () => {
  const rate = new Rate(0);
  strictEqual(rate.at(0, 0), 0);
  for (let second = 1; second <= 10; second++) strictEqual(rate.at(second * 1_000, second * 500), 500);
  for (let second = 11; second <= 30; second++) rate.at(second * 1_000, 5_000 + (second - 10) * 20);
  strictEqual(rate.at(30_000, 5_400), 20);
});

Deno.test("parts of an earlier run count as progress, but not as received now", () => {
  const batch = new DownloadProgress(0);
  batch.add(2);
  batch.update(at(cat, 600, 1_000, 500), 1_000);
  const { share, bytes, done, total } = batch.progress(1_000);
  deepStrictEqual({ share, bytes, done, total }, { share: 0.3, bytes: 100, done: 0, total: 2 });
  batch.ended(fetched(cat, 1_000, 500));
  strictEqual(batch.bytes, 500);
});

Deno.test("while another peer is asked a size stays known, and while none is, the image is not active", () => {
  const batch = new DownloadProgress(0);
  batch.add(1);
  batch.update(at(cat, 500, 1_000, 0), 1_000);
  batch.update({ ...at(cat, 500, undefined, 0), isAsking: true }, 2_000);
  const { share, under: [{ size, isAsking }] } = batch.progress(2_000);
  deepStrictEqual([share, size, isAsking], [0.5, 1_000, true]);
  batch.rest(cat);
  const { bytes, under, total } = batch.progress(3_000);
  deepStrictEqual([bytes, under, total], [500, [], 1]);
});

Deno.test("the time left follows from the bytes of this run", () => {
  const batch = new DownloadProgress(0);
  batch.add(4);
  const stat = { version: "", mime: "image/gif", width: 0, height: 0, taken: 0, located: false } as const;
  batch.ended({ kind: "here", image: dog, here: { name: "d.gif", md5: DOG, path: "d.gif", size: 1, ...stat } });
  strictEqual(batch.progress(1_000).left, undefined, "nothing has come yet");
  batch.update(at(cat, 500, 1_000, 500), 1_000);
  strictEqual(batch.progress(1_000).left, undefined, "nothing has come yet");
  batch.update(at(cat, 600, 1_000, 500), 2_000);
  // A tenth of an image in two seconds: two images and four tenths of one are left.
  ok(Math.abs(batch.progress(2_000).left! - 48) < 1e-6, `${batch.progress(2_000).left}`);
  batch.ended(fetched(cat, 1_000, 500));
  ok(Math.abs(batch.progress(10_000).left! - 40) < 1e-6, `${batch.progress(10_000).left}`);
});

Deno.test("each image has its share, rate, peer and time left, and so has the total", () => {
  const batch = new DownloadProgress(0);
  batch.add(2);
  batch.update(at(cat, 0, 1_000, 0), 0);
  batch.update(at(cat, 250, 1_000, 0), 1_000);
  batch.update(at(dog, 100, undefined, 0), 1_000);
  const { under, share, left } = batch.progress(1_000);
  deepStrictEqual(under, [
    { ...at(cat, 250, 1_000, 0), rate: 250, left: 3 },
    { ...at(dog, 100, undefined, 0), rate: 0, left: undefined },
  ]);
  deepStrictEqual([share, left], [0.125, 7]);
  batch.ended(fetched(cat, 1_000));
  const stat = { version: "", mime: "image/gif", width: 0, height: 0, taken: 0, located: false } as const;
  batch.ended({ kind: "here", image: dog, here: { name: "d.gif", md5: DOG, path: "d.gif", size: 1, ...stat } });
  const end = batch.progress(2_000);
  deepStrictEqual([end.done, end.share, end.left, end.under], [2, 1, 0, []]);
  deepStrictEqual(batch.counts, { fetched: 1, here: 1, failed: 0 });
});

Deno.test("when many small images are finished and a large one is not, the time left is that of the large one", () => {
  const batch = new DownloadProgress(0);
  batch.add(20);
  for (let i = 0; i < 19; i++) batch.ended(fetched(cat, 100));
  batch.update(at(dog, 0, 50_000, 0), 0);
  batch.update(at(dog, 1_000, 50_000, 0), 1_000);
  const { left, under } = batch.progress(1_000);
  deepStrictEqual([left, under[0].left], [49, 49]);
});

Deno.test("an image that fails does not reduce the received bytes, and no rate is negative", () => {
  const batch = new DownloadProgress(0);
  batch.add(2);
  for (let second = 0; second <= 20; second++) {
    batch.update(at(cat, second * 100, 5_000, 0), second * 1_000);
    batch.progress(second * 1_000);
  }
  batch.ended({ kind: "failed", image: cat, fault: new Fault("no-peers", { name: cat.name }) });
  batch.drop(dog);
  const { bytes, rate, done, total } = batch.progress(21_000);
  deepStrictEqual([bytes, done, total], [2_000, 1, 1]);
  ok(rate >= 0 && rate <= 100, `${rate}`);
  strictEqual(new Rate(0).at(1_000, -5), 0);
});

Deno.test("bars fit the columns and rows of the terminal, with the total last", () => {
  const under = fc.record({
    image: listedArbitrary,
    received: fc.nat(),
    size: fc.option(fc.nat(), { nil: undefined }),
    resumedFrom: fc.nat(),
    peer: fc.constant(FROM),
    rate: fc.double({ min: 0, max: 1e10, noNaN: true }),
    left: fc.option(fc.nat(), { nil: undefined }),
  });
  const progress: fc.Arbitrary<Progress> = fc.record({
    done: fc.nat(99_999),
    total: fc.nat(99_999),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.nat(),
    rate: fc.double({ min: 0, max: 1e10, noNaN: true }),
    left: fc.option(fc.nat(999_999), { nil: undefined }),
    under: fc.array(under, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(progress, fc.integer({ min: 40, max: 120 }), fc.integer({ min: 1, max: 10 }), (it, width, rows) => {
      for (const words of [ENGLISH, PORTUGUESE]) {
        const lines = downloadLines(it, words, width, rows);
        ok(lines.length <= rows && lines.at(-1)!.includes(":"), lines.join("\n"));
        // What is behind the bar may be cut, the bar and what it says of whom may not.
        for (const line of lines) ok(stringWidth(/^.* [█░]+.{0,5}/.exec(line)![0]) <= width, line);
      }
    }),
  );
});
