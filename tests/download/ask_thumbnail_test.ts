import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { askThumbnail, type ReceivedThumbnail, type ThumbnailRefusal } from "../../lib/download/ask_thumbnail.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import type { PeerClientOptions } from "../../lib/download/peers/peer_client.ts";
import type { Address } from "../../lib/protocol/address.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { type PartAnswer, PARTS, RangePeer } from "../fake/range_peer.ts";
import { image, soon } from "../support.ts";
import { PATIENT } from "./patience.ts";

const { bytes, md5 } = image(1, 50_000);
const SMALL = new Uint8Array(1_000).fill(7);
const gives = PARTS.says("OK 1000 image/webp\n", SMALL);

function ask(
  peers: Address[],
  options: PeerClientOptions = {},
  mayRead = 0,
): Promise<ReceivedThumbnail | ThumbnailRefusal> {
  return soon(
    askThumbnail({ md5, name: "cat.gif", peers }, { pixels: 256, mayRead: () => mayRead }, options),
    "a thumbnail",
  );
}

Deno.test("what a peer sends beyond the size that it stated is not taken for the next answer", async () => {
  await using peer = new RangePeer(PARTS.says("OK 1000 image/webp\n", new Uint8Array(5_000).fill(7)));
  using book = new PeerBook();
  for (let i = 0; i < 3; i++) {
    deepStrictEqual(await ask([peer.address], { book }), { source: "thumbnail", bytes: SMALL, peer: peer.address });
  }
});

Deno.test("many thumbnails come on one connection", async () => {
  await using peer = new RangePeer(gives);
  using book = new PeerBook();
  for (let i = 0; i < 5; i++) {
    deepStrictEqual(await ask([peer.address], { book }), { source: "thumbnail", bytes: SMALL, peer: peer.address });
  }
  deepStrictEqual([peer.connections, peer.asked.length], [1, 5]);
  deepStrictEqual(peer.asked[0], { kind: "THM", md5, offset: 256 });
});

Deno.test("what a peer refuses, lacks or garbles comes from the next one", async () => {
  const cases: Record<string, PartAnswer> = {
    "NOT_SHARED": PARTS.says("ERR NOT_SHARED\n"),
    "BUSY": PARTS.says("ERR BUSY\n"),
    "NO_THUMBNAIL": PARTS.says("ERR NO_THUMBNAIL\n"),
    "too large": PARTS.says("OK 262145 image/webp\n", new Uint8Array(262_145)),
    "SVG": PARTS.says("OK 6 image/svg+xml\n", new TextEncoder().encode("<svg/>")),
    "HTML": PARTS.says("<!DOCTYPE html><script>alert(1)</script>"),
    "another answer": PARTS.says("OK 1000 0 1000 0\n", SMALL),
    "closed": () => Promise.resolve("close"),
    "cut off": async (conn) => {
      await conn.write(new TextEncoder().encode("OK 1000 image/webp\n1234"));
      return "close";
    },
    "silent": async (conn) => void await conn.read(new Uint8Array(1)).catch(() => null),
    "silent after the header": async (conn) => {
      await conn.write(new TextEncoder().encode("OK 1000 image/webp\n1234"));
      await conn.read(new Uint8Array(1)).catch(() => null);
    },
  };
  await using good = new RangePeer(gives);
  await Promise.all(
    Object.entries(cases).map(async ([what, answer]) => {
      await using peer = new RangePeer(answer);
      using book = new PeerBook();
      book.learn(peer.address, "range");
      let asks = 0; // Only the first is silent; the good one may take as long as a busy machine does.
      const timeouts = {
        ...PATIENT,
        get header(): number {
          return ++asks === 1 && what === "silent" ? 100 : PATIENT.header;
        },
        get silence(): number {
          return asks === 1 && what === "silent after the header" ? 100 : PATIENT.silence;
        },
      };
      const got = await ask([peer.address, good.address], { book, timeouts });
      deepStrictEqual(got, { source: "thumbnail", bytes: SMALL, peer: good.address }, what);
    }),
  );
});

Deno.test("the most useful reason is given, two peers are asked at most, and dead ones are left alone", async () => {
  await using busy = new RangePeer(PARTS.says("ERR BUSY\n"));
  await using broken = new RangePeer(PARTS.says("ERR NO_THUMBNAIL\n"));
  await using good = new RangePeer(gives);
  strictEqual(await ask([broken.address, busy.address, good.address]), "busy");
  strictEqual(good.asked.length, 0);
  strictEqual(await ask([broken.address]), "unmade");
  strictEqual(await ask([]), "unreachable");
  using book = new PeerBook();
  const dead = { host: "127.0.0.1", port: deadPort() };
  strictEqual(await ask([dead], { book }), "unreachable");
  strictEqual(book.refusal(dead) !== null, true);
});

Deno.test("of a peer that knows only GET the image itself is read, whole and verified, or its head, or not", async () => {
  await using baseline = new BaselinePeer(ANSWERS.sends(bytes));
  using book = new PeerBook();
  const peers = [baseline.address];
  strictEqual(await ask(peers, { book }), "no-thumbnails");
  deepStrictEqual(await ask(peers, { book }, 100_000), { source: "whole", bytes, peer: peers[0] });
  deepStrictEqual(await ask(peers, { book }, 1_000), {
    source: "head",
    bytes: bytes.subarray(0, 1_000),
    peer: peers[0],
  });
  await using liar = new BaselinePeer(ANSWERS.sends(image(2).bytes));
  strictEqual(await ask([liar.address], { book }, 100_000), "unreachable");
  strictEqual(book.refusal(liar.address) !== null, true, "wrong bytes are banned");
});

Deno.test("whoever no longer wants a thumbnail gets the reason of the signal at once", async () => {
  await using silent = new RangePeer(async (conn) => void await conn.read(new Uint8Array(1)).catch(() => null));
  const gone = new AbortController();
  const asking = ask([silent.address], { signal: gone.signal });
  gone.abort(new Error("scrolled away"));
  await rejects(asking, /scrolled away/);
});
