import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { Fetcher } from "../../lib/download/fetcher.ts";
import { UNLIMITED } from "../../lib/net/rate_limit.ts";
import { deadPort } from "../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../fake/range_peer.ts";
import { image, namesIn, soon, tempDir } from "../support.ts";

const { bytes, md5 } = image(1, 200_000);

/** A fetcher into a directory of its own, and a peer that gives half of the image until it is let go on. */
async function setUp(): Promise<
  AsyncDisposable & { fetcher: Fetcher; peer: RangePeer; directory: string; goOn: () => void }
> {
  const stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir());
  const more = Promise.withResolvers<void>();
  const peer = stack.use(
    new RangePeer(async (conn, { offset }) => {
      await conn.write(new TextEncoder().encode(`OK ${bytes.length} ${offset} ${bytes.length - offset} 0\n`));
      if (offset < 100_000) {
        for (let at = offset; at < 100_000;) at += await conn.write(bytes.subarray(at, 100_000));
      }
      await more.promise;
      for (let at = Math.max(offset, 100_000); at < bytes.length;) at += await conn.write(bytes.subarray(at));
    }),
  );
  stack.defer(() => more.resolve());
  const ending = new AbortController();
  const fetcher = new Fetcher({
    folder: stack.use(new SharedFolder(dir.path)),
    limit: UNLIMITED,
    ending: ending.signal,
    isSelf: () => false,
    changed: () => Promise.resolve(undefined),
  });
  stack.defer(async () => {
    ending.abort();
    await fetcher.close();
  });
  return {
    fetcher,
    peer,
    directory: dir.path,
    goOn: more.resolve,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a caller that gives up a shared fetch does not end it for the others, whoever started it", async () => {
  for (const first of [true, false]) {
    await using it = await setUp();
    const listed = { md5, name: "cat.gif", peers: [it.peer.address] };
    const giveUp = new AbortController();
    const begun = Promise.withResolvers<void>();
    const seen = [0, 0];
    const batch = (i: number, signal?: AbortSignal): Promise<unknown> =>
      it.fetcher.fetchAll([listed], {
        onProgress: ({ received }) => {
          seen[i] = received;
          if (received >= 100_000) begun.resolve();
        },
      }, signal);
    const batches = [batch(0, first ? giveUp.signal : undefined), batch(1, first ? undefined : giveUp.signal)];
    const [gone, stays] = first ? batches : batches.toReversed();
    const given = gone.then((outcomes) => deepStrictEqual(outcomes, []));
    await soon(begun.promise, "half of the image");
    giveUp.abort();
    await soon(given, "the end for the one who gave up");
    it.goOn();
    const outcomes = await soon(stays, "the image") as { kind: string }[];
    deepStrictEqual(outcomes.map(({ kind }) => kind), ["fetched"]);
    strictEqual(seen[first ? 1 : 0], bytes.length, "the other one hears how it continues");
    strictEqual(it.peer.asked.length, 1, "it was fetched once");
    deepStrictEqual(await namesIn(it.directory), ["cat.gif"]);
  }
});

Deno.test("when all callers gave up the fetch ends, and a new caller resumes it where it stopped", async () => {
  await using it = await setUp();
  const listed = { md5, name: "cat.gif", peers: [it.peer.address] };
  const begun = Promise.withResolvers<void>();
  const giveUps = [new AbortController(), new AbortController()];
  const given = giveUps.map(({ signal }) =>
    it.fetcher.fetchAll([listed], {
      onProgress: ({ received }) => received >= 100_000 ? begun.resolve() : undefined,
    }, signal).then((outcomes) => deepStrictEqual(outcomes, []))
  );
  await soon(begun.promise, "half of the image");
  giveUps.forEach((it) => it.abort());
  await new Promise((resolve) => setTimeout(resolve));
  it.goOn();
  const again = it.fetcher.fetch(listed);
  await soon(Promise.all(given), "the end for those who gave up");
  strictEqual((await soon(again, "the image")).bytes, bytes.length);
  deepStrictEqual(it.peer.asked.map(({ offset }) => offset), [0, 100_000]);
  deepStrictEqual(await namesIn(it.directory), ["cat.gif"]);
});

Deno.test("if a shared fetch fails, the further peers of a caller that joined it are asked", async () => {
  await using it = await setUp();
  it.goOn();
  const dead = { host: "127.0.0.1", port: deadPort() };
  const first = it.fetcher.fetch({ md5, name: "cat.gif", peers: [dead] });
  const second = it.fetcher.fetch({ md5, name: "cat.gif", peers: [it.peer.address] });
  await rejects(first, { code: "fetch-failed" });
  ok((await second).path.endsWith("cat.gif"));
});

/** A directory whose disk takes an image only when it is let go on. */
class SlowFolder extends SharedFolder {
  readonly goOn = Promise.withResolvers<void>();

  override async add(path: string, md5?: string): ReturnType<SharedFolder["add"]> {
    await this.goOn.promise;
    return await super.add(path, md5);
  }
}

Deno.test("images that wait for the disk free their slots for others, whoever fetches them", async () => {
  await using dir = await tempDir();
  const files = Array.from({ length: 9 }, (_, seed) => image(seed));
  const [most, all] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using peer = new RangePeer(async (conn, asked) => {
    if (peer.asked.length === 8) most.resolve();
    if (peer.asked.length === 9) all.resolve();
    return await PARTS.gives(files.find((it) => it.md5 === asked.md5)!.bytes)(conn, asked);
  });
  using folder = new SlowFolder(dir.path);
  const ending = new AbortController();
  const fetcher = new Fetcher({
    folder,
    limit: UNLIMITED,
    ending: ending.signal,
    isSelf: () => false,
    changed: () => Promise.resolve(undefined),
  });
  try {
    const listed = files.map(({ md5 }, i) => ({ md5, name: `${i}.gif`, peers: [peer.address] }));
    const eight = fetcher.fetchAll(listed.slice(0, 8));
    await soon(most.promise, "eight fetches");
    const both = fetcher.fetchAll(listed); // Joins those eight, and has one of its own.
    await soon(all.promise, "the ninth fetch");
    folder.goOn.resolve();
    deepStrictEqual((await soon(eight, "eight images")).length, 8);
    deepStrictEqual((await soon(both, "nine images")).map(({ kind }) => kind), files.map(() => "fetched"));
  } finally {
    folder.goOn.resolve();
    ending.abort();
    await fetcher.close();
  }
});
