import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { fetchImage } from "../../lib/download/fetch.ts";
import type { FetchProgress, FetchWatcher } from "../../lib/download/fetch_options.ts";
import { FETCH_TIMEOUTS } from "../../lib/download/peers/fetch_limits.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { type Fault, type FaultCode, isFault } from "../../lib/fault/fault.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { needing } from "../needs.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";
import { PATIENT, patientUntil } from "./patience.ts";

const { bytes, md5 } = image(1, 3_000_000);
const cat = { md5, name: "cat.gif" };

async function isWhole(path: string): Promise<boolean> {
  return Buffer.compare(await Deno.readFile(path), bytes) === 0;
}

Deno.test("an image continues from the next peer at the byte where one broke off", async () => {
  let isSilent = false;
  const stalls = PARTS.stallsAt(bytes, 1_300_000, () => isSilent = true);
  for (const stops of [PARTS.breaksAt(bytes, 1_300_000), stalls]) {
    await using first = new RangePeer(stops);
    await using second = new RangePeer(PARTS.gives(bytes));
    await using dir = await tempDir();
    const timeouts = patientUntil(() => isSilent && second.asked.length === 0);
    const fetched = await fetchImage({ ...cat, peers: [first.address, second.address] }, dir.path, {}, { timeouts });
    deepStrictEqual(fetched, {
      path: join(dir.path, "cat.gif"),
      bytes: bytes.length,
      resumedFrom: 0,
      peer: second.address,
    });
    ok(await isWhole(fetched.path));
    deepStrictEqual(second.asked, [{ kind: "RNG", md5, offset: 1_300_000 }]);
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  }
});

Deno.test("the only peer is asked again for the missing bytes when it breaks off", async () => {
  let times = 0;
  await using peer = new RangePeer((conn, asked) =>
    (++times < 3 ? PARTS.breaksAt(bytes, 1_000_000 * times) : PARTS.gives(bytes))(conn, asked)
  );
  await using dir = await tempDir();
  ok(await isWhole((await fetchImage({ ...cat, peers: [peer.address] }, dir.path)).path));
  deepStrictEqual(peer.asked.map(({ offset }) => offset), [0, 1_000_000, 2_000_000]);
});

Deno.test("an aborted fetch continues where it stopped when it is started again", async () => {
  await using dir = await tempDir();
  {
    await using stalls = new RangePeer(PARTS.stallsAt(bytes, 2_000_000));
    const giveUp = new AbortController();
    const onProgress = ({ received }: FetchProgress): void => received === 2_000_000 ? giveUp.abort() : undefined;
    const one = { ...cat, peers: [stalls.address] };
    await rejects(fetchImage(one, dir.path, { onProgress }, { signal: giveUp.signal }), { name: "AbortError" });
    deepStrictEqual(await namesIn(dir.path), [`.idp2pi-${md5}.part`]);
  }
  await using gives = new RangePeer(PARTS.gives(bytes));
  ok(await isWhole((await fetchImage({ ...cat, peers: [gives.address] }, dir.path)).path));
  deepStrictEqual(gives.asked.map(({ offset }) => offset), [2_000_000]);
  deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
});

Deno.test("a wrong part of one peer is not blamed on the next: that peer is asked for the whole image", async () => {
  const lie = bytes.slice();
  lie[500_000]++;
  await using liar = new RangePeer(PARTS.breaksAt(lie, 1_000_000));
  await using honest = new RangePeer(PARTS.gives(bytes));
  await using dir = await tempDir();
  using book = new PeerBook();
  const faults: FaultCode[] = [];
  const watcher: FetchWatcher = { onFailure: ({ fault }) => faults.push(fault.code) };
  const both = { ...cat, peers: [liar.address, honest.address] };
  ok(await isWhole((await fetchImage(both, dir.path, watcher, { timeouts: PATIENT, book })).path));
  deepStrictEqual(honest.asked.map(({ offset }) => offset), [1_000_000, 0]);
  deepStrictEqual(faults, ["peer-cut"]);
  strictEqual(book.retryIn(honest.address), 0);
  ok(book.retryIn(liar.address) > 60_000, "who spoilt it is left alone");
});

Deno.test("the beginning of a file larger than the image is discarded", async () => {
  await using peer = new RangePeer((conn, asked) =>
    asked.offset > bytes.length ? PARTS.says("ERR OUT_OF_RANGE\n")(conn, asked) : PARTS.gives(bytes)(conn, asked)
  );
  await using dir = await tempDir({ [`.idp2pi-${md5}.part`]: image(2, 4_000_000).bytes });
  ok(await isWhole((await fetchImage({ ...cat, peers: [peer.address] }, dir.path)).path));
  deepStrictEqual(peer.asked.map(({ offset }) => offset), [4_000_000, 0]);
});

Deno.test("images of every size arrive complete, from one byte to several blocks and one more", async () => {
  await using dir = await tempDir();
  using book = new PeerBook();
  for (
    const size of [1, 2, 255, 256, 257, 4_095, 4_096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 4 << 20, (5 << 20) + 1]
  ) {
    const { bytes, md5 } = image(size, size);
    await using range = new RangePeer(PARTS.gives(bytes));
    await using simple = new BaselinePeer(ANSWERS.sends(bytes));
    for (const { address } of [range, simple]) {
      const one = { md5, name: `${size}.gif`, peers: [address] };
      const { path } = await fetchImage(one, dir.path, {}, { book });
      strictEqual(Buffer.compare(await Deno.readFile(path), bytes), 0, path);
    }
  }
  strictEqual((await namesIn(dir.path)).length, 12, "each is there once, whoever gave it");
});

/** What a peer that knows `RNG` may do wrong, and how it is reported. */
const WRONG: [string, ReturnType<typeof PARTS.says>, FaultCode][] = [
  ["another image", PARTS.gives(image(2, 3_000_000).bytes), "wrong-md5"],
  ["another part", PARTS.says(`OK ${bytes.length} 5 10 0\n`, bytes.subarray(5, 15)), "peer-odd"],
  ["no part", PARTS.says(`OK ${bytes.length} 0 0 0\n`), "peer-odd"],
  ["a part of nothing", PARTS.says("OK 0 0 0 0\n"), "peer-empty"],
  ["what the image is", PARTS.says("OK 3000000 image/gif 1 1 0 0\n"), "peer-odd"],
  ["a refusal", PARTS.says("ERR NOT_SHARED\n"), "peer-lacks"],
  ["a cut part", PARTS.breaksAt(bytes, 1_000), "peer-cut"],
  ["silence within the part", PARTS.stallsAt(bytes, 1_000), "peer-silent"],
];

for (const [what, answer, code] of WRONG) {
  Deno.test(`a peer that answers RNG with ${what} is reported, and the next one sends the image`, async () => {
    await using bad = new RangePeer(answer);
    await using good = new RangePeer(PARTS.gives(bytes));
    await using dir = await tempDir();
    const faults: FaultCode[] = [];
    const watcher: FetchWatcher = { onFailure: ({ fault }) => faults.push(fault.code) };
    const both = { ...cat, peers: [bad.address, good.address] };
    const timeouts = patientUntil(() => code === "peer-silent" && good.asked.length === 0);
    ok(await isWhole((await fetchImage(both, dir.path, watcher, { timeouts })).path));
    deepStrictEqual(faults, [code]);
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  });
}

Deno.test("a peer that breaks off again and again is reported once", async () => {
  await using bad = new RangePeer((conn, asked) => PARTS.breaksAt(bytes, asked.offset + 1_000)(conn, asked));
  await using dir = await tempDir();
  await rejects(fetchImage({ ...cat, peers: [bad.address] }, dir.path, {}, { timeouts: PATIENT }), (error: Fault) => {
    strictEqual(error.message.split(`127.0.0.1:${bad.address.port}`).length - 1, 1, error.message);
    return isFault(error, "fetch-failed") && isFault(error.values.faults[0], "peer-cut");
  });
  strictEqual(bad.asked.length, 3);
});

Deno.test("a connection serves one image after the other, and is replaced if it was closed meanwhile", async () => {
  let times = 0;
  await using peer = new RangePeer(async (conn, asked) => {
    await PARTS.gives(bytes)(conn, asked);
    if (++times === 3) return "close";
  });
  await using dir = await tempDir();
  using book = new PeerBook();
  for (let i = 0; i < 6; i++) await fetchImage({ ...cat, peers: [peer.address] }, dir.path, {}, { book });
  // On a busy machine one may be idle for too long before the next image.
  ok(peer.connections >= 2 && peer.connections < 6, `${peer.connections} connections`);
  deepStrictEqual(await namesIn(dir.path), ["cat.gif"], "what is saved again is there once");
});

Deno.test("with five bad peers of every kind, the image comes from the honest one within ten seconds", async () => {
  // Of them, only the silent one is waited for: for a header, and as one of three that are asked at once.
  ok(FETCH_TIMEOUTS.header + 3 * FETCH_TIMEOUTS.hesitation < 10_000);
  for (const honest of [new RangePeer(PARTS.gives(bytes)), new BaselinePeer(ANSWERS.sends(bytes))]) {
    await using good = honest;
    await using stack = new AsyncDisposableStack();
    const bad = [
      ANSWERS.refuses(),
      ANSWERS.sends(bytes.subarray(0, 1_000)),
      ANSWERS.sends(image(2, 3_000_000).bytes),
      ANSWERS.floods(),
      ANSWERS.hangs(),
    ].map((answer) => stack.use(new BaselinePeer(answer, "anything")).address);
    await using dir = await tempDir();
    const dead = { host: "127.0.0.1", port: deadPort() };
    const all = { ...cat, peers: [dead, ...bad, good.address] };
    const fetched = await soon(fetchImage(all, dir.path), "the image");
    ok(await isWhole(fetched.path));
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  }
});

Deno.test("a malicious peer is not asked by the next fetch, unless a person requests it", async () => {
  await using liar = new RangePeer(PARTS.gives(image(2, 10_000).bytes));
  await using dir = await tempDir();
  using book = new PeerBook();
  const one = { ...cat, peers: [liar.address] };
  const failed = (code: FaultCode) => (error: unknown): boolean =>
    isFault(error, "fetch-failed") && isFault(error.values.faults[0], code);
  await rejects(fetchImage(one, dir.path, {}, { book }), failed("wrong-md5"));
  await rejects(fetchImage(one, dir.path, {}, { book }), failed("peer-banned"));
  strictEqual(liar.asked.length, 1);
  book.unban(liar.address);
  await rejects(fetchImage(one, dir.path, {}, { book }), failed("wrong-md5"));
});

Deno.test("a peer is asked for at most four images at once; other fetches wait, and can be aborted", async () => {
  const open = Promise.withResolvers<void>();
  await using peer = new RangePeer(async (conn, asked) => {
    await open.promise;
    await PARTS.gives(bytes)(conn, asked);
  });
  await using dir = await tempDir();
  using book = new PeerBook();
  const giveUp = new AbortController();
  const one = { ...cat, peers: [peer.address] };
  const fetches = Array.from({ length: 6 }, () => fetchImage(one, dir.path, {}, { book }));
  strictEqual(book.load(peer.address), 0, "not one is under way yet");
  await soon(
    (async () => {
      while (peer.asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    })(),
    "four requests",
  );
  const late = rejects(fetchImage(one, dir.path, {}, { book, signal: giveUp.signal }), { name: "AbortError" });
  giveUp.abort();
  await soon(late, "the end of the one that gave up");
  strictEqual(peer.connections, 4);
  open.resolve();
  await Promise.all(fetches);
  strictEqual(peer.connections, 4);
  strictEqual(book.load(peer.address), 0);
});

Deno.test("parts from RNG are removed when a peer that knows only GET sent the image", async () => {
  await using breaks = new RangePeer(PARTS.breaksAt(bytes, 1_300_000));
  await using simple = new BaselinePeer(ANSWERS.sends(bytes));
  await using dir = await tempDir();
  using book = new PeerBook();
  book.learn(simple.address, "get");
  const peers = [breaks.address, simple.address];
  ok(await isWhole((await fetchImage({ ...cat, peers }, dir.path, {}, { timeouts: PATIENT, book })).path));
  deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
});

Deno.test("a slow peer is given up while there are others, whatever these understand", async () => {
  const dripping: Promise<void>[] = [];
  const drip = async (conn: Deno.TcpConn): Promise<void> => {
    for (let at = 0; at < bytes.length; at += 500) {
      await conn.write(bytes.subarray(at, at + 500));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const drips = async (conn: Deno.TcpConn): Promise<void> => {
    const ended = drip(conn).catch(() => {}); // They left.
    dripping.push(ended);
    await ended;
  };
  const header = new TextEncoder().encode(`OK ${bytes.length} 0 ${bytes.length} 0\n`);
  {
    await using ranged = new RangePeer(async (conn) => {
      await conn.write(header);
      await drips(conn);
    });
    await using simple = new BaselinePeer(drips);
    await Promise.all([ranged, simple].map(async (slow) => {
      await using honest = slow === ranged ? new RangePeer(PARTS.gives(bytes)) : new BaselinePeer(ANSWERS.sends(bytes));
      await using dir = await tempDir();
      const fetched = fetchImage({ ...cat, peers: [slow.address, honest.address] }, dir.path);
      ok(await isWhole((await soon(fetched, "the image from the honest one")).path));
      deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
    }));
  }
  await Promise.all(dripping);
});

Deno.test(
  needing(
    ["mounts"],
    "a size beyond the room on the disk is the fault of the peer that states it, while there are others",
    async () => {
      await using boasts = new RangePeer(async (conn) => {
        await conn.write(new TextEncoder().encode("OK 4294967296 0 4294967296 0\n"));
        for (;;) await conn.write(bytes);
      });
      await using honest = new RangePeer(PARTS.gives(bytes));
      await using dir = await tempDir();
      const mount = new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=8m", "tmpfs", dir.path] });
      strictEqual((await mount.output()).success, true);
      try {
        const peers = [boasts.address, honest.address];
        ok(await isWhole((await fetchImage({ ...cat, peers }, dir.path, {}, { timeouts: PATIENT })).path));
        deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
        const alone = fetchImage({ ...cat, peers: [boasts.address] }, dir.path, {}, { timeouts: PATIENT });
        await rejects(alone, (error) => isFault(error, "disk-full"));
        deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
      } finally {
        await new Deno.Command("umount", { args: [dir.path] }).output();
      }
    },
  ),
);
