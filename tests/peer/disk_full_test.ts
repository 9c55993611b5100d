/** Small disks, and peers that fill them with what nobody has verified. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { fetchImage } from "../../lib/download/fetch.ts";
import { Fetcher } from "../../lib/download/fetcher.ts";
import type { FetchOutcome } from "../../lib/download/fetch_options.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { RateLimit } from "../../lib/net/rate_limit.ts";
import { isFault } from "../../lib/fault/fault.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { BaselinePeer } from "../fake/baseline_peer.ts";
import { type PartAnswer, PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";
import { disk } from "../support_disk.ts";

const honest = Array.from(
  { length: 20 },
  (_, i) => ({ ...image(i + 1, i < 3 ? 1_500_000 : 200_000), name: `${i}.gif` }),
);

const gives: PartAnswer = (conn, asked) => PARTS.gives(honest.find(({ md5 }) => md5 === asked.md5)!.bytes)(conn, asked);

const noise = image(99, 200_000).bytes;

/** Sends as long as somebody takes it. */
async function endless(conn: Deno.TcpConn): Promise<void> {
  for (;;) await conn.write(noise);
}

/** Claims as many bytes as the protocol allows. */
const claims: PartAnswer = async (conn) => {
  await conn.write(new TextEncoder().encode("OK 4294967296 0 4294967296 0\n"));
  await endless(conn);
};

/** Claims what the disk could just hold, were it alone there. */
const fits: PartAnswer = async (conn) => {
  await conn.write(new TextEncoder().encode("OK 15000000 0 15000000 0\n"));
  await endless(conn);
};

async function fetchAll(directory: string, images: readonly ListedImage[]): Promise<FetchOutcome[]> {
  using folder = new SharedFolder(directory);
  const over = new AbortController();
  const fetcher = new Fetcher({
    folder,
    limit: new RateLimit(Infinity),
    ending: over.signal,
    isSelf: () => false,
    changed: () => Promise.resolve(undefined),
  });
  try {
    return await soon(fetcher.fetchAll(images), "the end of the batch");
  } finally {
    over.abort();
    await fetcher.close();
  }
}

/** So many images that only this peer has. */
const lies = (count: number, peer: { address: ListedImage["peers"][number] }): ListedImage[] =>
  Array.from({ length: count }, (_, i) => ({ ...image(1_000 + i), name: `lie ${i}.gif`, peers: [peer.address] }));

for (
  const [what, liar] of [
    ["claims 4 GiB", () => new RangePeer(claims)],
    ["claims what the disk could just hold", () => new RangePeer(fits)],
    ["claims nothing and never ends", () => new BaselinePeer(endless)],
  ] as const
) {
  for (const count of [1, 6]) {
    Deno.test(
      needing(["mounts"], `a peer that ${what}, for ${count} images at once, does not affect the others`, async () => {
        await using bad = liar();
        await using good = new RangePeer(gives);
        await using dir = await tempDir();
        await using _disk = await disk(dir.path, "16m");
        const images = honest.map(({ md5, name }) => ({ md5, name, peers: [good.address] }));
        const outcomes = await fetchAll(dir.path, [...lies(count, bad), ...images]);
        const failed = outcomes.flatMap((it) => it.kind === "failed" ? [it.fault] : []);
        deepStrictEqual(
          failed.map(({ code }) => code).filter((code) => code !== "no-room" && code !== "fetch-failed"),
          [],
        );
        deepStrictEqual(failed.length, count);
        for (const { name, bytes } of honest) {
          strictEqual(Buffer.compare(await Deno.readFile(join(dir.path, name)), bytes), 0, name);
        }
        strictEqual((await namesIn(dir.path)).length, honest.length, "nothing else is left");
      }),
    );
  }
}

Deno.test(needing(["mounts"], "files that earlier runs left are removed for verified bytes", async () => {
  await using good = new RangePeer(gives);
  await using dir = await tempDir();
  await using _disk = await disk(dir.path, "16m");
  for (let i = 0; i < 3; i++) {
    await Deno.writeFile(join(dir.path, `.idp2pi-${image(500 + i).md5}.part`), image(500 + i, 4_500_000).bytes);
  }
  const outcomes = await fetchAll(dir.path, honest.map(({ md5, name }) => ({ md5, name, peers: [good.address] })));
  deepStrictEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["fetched"]));
}));

Deno.test(needing(["mounts"], "a peer that stated more bytes than the image has is banned for a while", async () => {
  const [{ md5, name, bytes }] = honest;
  await using bad = new RangePeer(claims);
  await using good = new RangePeer(PARTS.gives(bytes));
  await using dir = await tempDir();
  await using _disk = await disk(dir.path, "8m");
  using book = new PeerBook();
  await fetchImage({ md5, name, peers: [bad.address, good.address] }, dir.path, {}, { book });
  strictEqual(book.retryIn(bad.address) > 60_000, true);
  strictEqual(book.retryIn(good.address), 0);
}));

Deno.test(
  needing(
    ["mounts"],
    "an image too large for the disk is not fetched, and a single one is named",
    async () => {
      const whale = { ...image(7, 9_000_000), name: "whale.gif" };
      let sent = 0;
      await using good = new RangePeer(async (conn, asked) => {
        const answer = PARTS.gives(whale.md5 === asked.md5 ? whale.bytes : honest[0].bytes);
        sent += whale.md5 === asked.md5 ? 1 : 0;
        return await answer(conn, asked);
      });
      await using dir = await tempDir();
      await using _disk = await disk(dir.path, "4m");
      const images = [whale, honest[0]].map(({ md5, name }) => ({ md5, name, peers: [good.address] }));
      const outcomes = await fetchAll(dir.path, images);
      const failed = outcomes.flatMap((it) => it.kind === "failed" ? [it.fault] : []);
      deepStrictEqual(failed.map((fault) => isFault(fault, "no-room") && [fault.values.name, fault.values.bytes]), [
        ["whale.gif", 9_000_000],
      ]);
      strictEqual(sent, 1);
      deepStrictEqual(await namesIn(dir.path), ["0.gif"]);
    },
  ),
);
