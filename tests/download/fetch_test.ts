import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { fetchImage } from "../../lib/download/fetch.ts";
import type { FetchProgress, FetchWatcher } from "../../lib/download/fetch_options.ts";
import { type Fault, type FaultCode, isFault } from "../../lib/fault/fault.ts";
import { type Answer, ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";
import { PATIENT, patientUntil } from "./patience.ts";

const { bytes, md5 } = image(1, 100_000);

Deno.test("an image is fetched from a baseline peer with one plain GET, in one piece or byte by byte", async () => {
  for (const answer of [ANSWERS.sends(bytes), ANSWERS.dribbles(bytes)]) {
    await using peer = new BaselinePeer(answer);
    await using dir = await tempDir();
    const seen: FetchProgress[] = [];
    const watcher = { onProgress: (progress: FetchProgress) => seen.push(progress) };
    const fetched = await fetchImage({ md5, name: "cat.gif", peers: [peer.address] }, dir.path, watcher);
    deepStrictEqual(fetched, {
      path: join(dir.path, "cat.gif"),
      bytes: bytes.length,
      resumedFrom: 0,
      peer: peer.address,
    });
    deepStrictEqual(await Deno.readFile(fetched.path), bytes);
    deepStrictEqual(peer.requests, [`GET ${md5}`]);
    // It is asked twice: the program does not know `RNG`.
    deepStrictEqual(seen.map(({ isAsking }) => isAsking).slice(0, 3), [true, true, undefined]);
    deepStrictEqual([seen[0].received, seen[0].peer, seen.at(-1)!.received], [0, peer.address, bytes.length]);
  }
});

const WRONG: [string, Answer, FaultCode][] = [
  ["an ERR line", ANSWERS.refuses(), "peer-said"],
  ["not a byte", ANSWERS.closes(), "peer-empty"],
  ["a cut stream", ANSWERS.sends(bytes.subarray(0, 50_000)), "wrong-md5"],
  ["a byte too many", ANSWERS.sends(new Uint8Array([...bytes, 0])), "wrong-md5"],
  ["another image", ANSWERS.sends(image(2).bytes), "wrong-md5"],
  ["silence", ANSWERS.hangs(), "peer-silent"],
];

for (const [what, answer, code] of WRONG) {
  Deno.test(`a peer that sends ${what} is reported, the next one is tried, and nothing is left behind`, async () => {
    await using bad = new BaselinePeer(answer);
    await using good = new BaselinePeer(ANSWERS.sends(bytes));
    await using dir = await tempDir();
    const faults: Fault[] = [];
    const watcher: FetchWatcher = { onFailure: ({ fault }) => faults.push(fault) };
    const alone = { md5, name: "cat.gif", peers: [bad.address] };
    const timeouts = patientUntil(() => code === "peer-silent");
    await rejects(fetchImage(alone, dir.path, watcher, { timeouts }), (error) => isFault(error, "fetch-failed"));
    deepStrictEqual(faults.map((fault) => fault.code), [code]);
    deepStrictEqual(await namesIn(dir.path), []);
    const both = { ...alone, peers: [bad.address, good.address] };
    deepStrictEqual((await fetchImage(both, dir.path, {}, { timeouts: PATIENT })).peer, good.address);
    deepStrictEqual(await namesIn(dir.path), ["cat.gif"]);
  });
}

/** What is said instead of an image, and what a person reads of it; nothing of what is not text. */
const SAID: [string | Uint8Array, string | null][] = [
  ["ERR File not found", "ERR File not found"],
  ["ERR NOT_FOUND\r\n" + "\0".repeat(200), "ERR NOT_FOUND"],
  ["\x1b[31mERR\x1b[0m nada\n", "ERR nada"],
  ["Imagem não encontrada.", "Imagem não encontrada."],
  ["HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP/1.1 400 Bad Request"],
  ["x".repeat(200), `${"x".repeat(100)}…`],
  [image(2, 100).bytes, null],
  [new Uint8Array(100), null],
  ["\x01\x02ERR", null],
  ["y".repeat(10_000), null],
];

for (const [said, read] of SAID) {
  const shown = typeof said === "string" ? JSON.stringify(said.slice(0, 20)) : `${said.length} bytes`;
  Deno.test(`a peer that sends ${shown} instead of an image is reported in one sentence with its address`, async () => {
    const words = typeof said === "string" ? new TextEncoder().encode(said) : said;
    await using peer = new BaselinePeer(ANSWERS.sends(words));
    await using dir = await tempDir();
    const at = `127.0.0.1:${peer.address.port}`;
    const one = { md5, name: "cat.gif", peers: [peer.address] };
    await rejects(fetchImage(one, dir.path, {}, { timeouts: PATIENT }), (error: Fault) => {
      const fault = isFault(error, "fetch-failed") ? error.values.faults[0] : null;
      ok(isFault(fault, read === null ? "wrong-md5" : "peer-said"), error.message);
      if (read !== null) strictEqual(fault.message, `${at} sent “${read}” instead of an image.`);
      strictEqual(error.message.split(at).length - 1, 1, error.message);
      return true;
    });
  });
}

Deno.test("a dead peer costs only its timeout, and the next one is tried", async () => {
  await using good = new BaselinePeer(ANSWERS.sends(bytes));
  await using dir = await tempDir();
  const dead = { host: "127.0.0.1", port: deadPort() };
  const faults: string[] = [];
  const watcher: FetchWatcher = { onFailure: ({ fault }) => faults.push(fault.message) };
  await fetchImage({ md5, name: "cat.gif", peers: [dead, good.address] }, dir.path, watcher, { timeouts: PATIENT });
  ok(faults[0].includes(`127.0.0.1:${dead.port}`) && faults[0].includes("connection refused"), faults[0]);
});

Deno.test("an image becomes a file of the directory, whatever its name contains", async () => {
  await using peer = new BaselinePeer(ANSWERS.sends(bytes));
  const names = ["../../up.gif", "/etc/x.gif", "C:\\y.gif", "..", "nul\0.gif", "CON", "n".repeat(300), ".hidden.gif"];
  await using outer = await tempDir();
  const inner = join(outer.path, "inner");
  await Deno.mkdir(inner);
  for (const name of names) await fetchImage({ md5, name, peers: [peer.address] }, inner);
  deepStrictEqual(await namesIn(outer.path), ["inner"]);
  strictEqual((await namesIn(inner)).length, names.length);
});

Deno.test("an image without peers is a fault", async () => {
  await using dir = await tempDir();
  await rejects(fetchImage({ md5, name: "cat.gif", peers: [] }, dir.path), (error) => isFault(error, "no-peers"));
});

Deno.test("a missing directory is reported once, without trying every peer", async () => {
  await using peer = new BaselinePeer(ANSWERS.sends(bytes));
  await using dir = await tempDir();
  const image = { md5, name: "cat.gif", peers: [peer.address, peer.address] };
  await rejects(fetchImage(image, join(dir.path, "gone")), (error) => isFault(error, "not-written"));
  strictEqual(peer.requests.length <= 1, true);
});

Deno.test("an aborted fetch ends at once and leaves nothing behind", async () => {
  await using peer = new BaselinePeer(ANSWERS.floods());
  await using dir = await tempDir();
  const giveUp = new AbortController();
  const started = Promise.withResolvers<void>();
  const watcher = { onProgress: ({ isAsking }: FetchProgress) => isAsking || started.resolve() };
  const image = { md5, name: "cat.gif", peers: [peer.address, peer.address] };
  const fetching = fetchImage(image, dir.path, watcher, { signal: giveUp.signal });
  const given = rejects(fetching, { name: "AbortError" });
  await soon(started.promise, "a byte");
  giveUp.abort();
  await soon(given, "the end of the fetch");
  deepStrictEqual(await namesIn(dir.path), []);
});

Deno.test("if peers finish one image at the same moment, it is saved once", async () => {
  const big = image(5, 3_000_000);
  for (let round = 0; round < 5; round++) {
    const together = Promise.withResolvers<void>();
    let begun = 0;
    // The first hesitates until the second is asked; then both send all of it.
    const answer: Answer = async (conn, md5) => {
      if (++begun === 2) together.resolve();
      await together.promise;
      await ANSWERS.sends(big.bytes)(conn, md5);
    };
    await using ana = new BaselinePeer(answer);
    await using eva = new BaselinePeer(answer);
    await using dir = await tempDir();
    const listed = { md5: big.md5, name: "big.gif", peers: [ana.address, eva.address] };
    await fetchImage(listed, dir.path, {}, { timeouts: PATIENT });
    deepStrictEqual(await namesIn(dir.path), ["big.gif"]);
  }
});

/** What a peer sends that never closes, and what comes of it: nothing wrong, or a fault. */
const OPEN_ENDS: [string, string | Uint8Array, FaultCode | null][] = [
  ["the image", bytes, null],
  ["half of the image", bytes.subarray(0, 50_000), "peer-silent"],
  ["another image", image(2).bytes, "peer-silent"],
  ["a refusal", "ERR File not found", "peer-said"],
];

for (const [what, said, code] of OPEN_ENDS) {
  Deno.test(`if a peer sends ${what} and never closes the connection, the received bytes are checked`, async () => {
    let isSilent = false;
    const timeouts = patientUntil(() => isSilent);
    await using peer = new BaselinePeer(ANSWERS.stays(said, () => isSilent = true));
    await using dir = await tempDir();
    const listed = { md5, name: "cat.gif", peers: [peer.address] };
    const faults: FaultCode[] = [];
    const fetching = fetchImage(listed, dir.path, { onFailure: ({ fault }) => faults.push(fault.code) }, { timeouts });
    if (code === null) {
      const path = join(dir.path, "cat.gif");
      deepStrictEqual(await fetching, {
        path,
        bytes: bytes.length,
        resumedFrom: 0,
        peer: peer.address,
        unclosed: true,
      });
      deepStrictEqual(await Deno.readFile(path), bytes);
    } else await rejects(fetching, { code: "fetch-failed" });
    deepStrictEqual(faults, code === null ? [] : [code]);
    deepStrictEqual(await namesIn(dir.path), code === null ? ["cat.gif"] : []);
  });
}
