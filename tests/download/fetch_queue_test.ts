/** The queue of a batch, with peers and images that are made up. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { FetchQueue, type ImageSource } from "../../lib/download/fetch_queue.ts";
import type { FetchOutcome } from "../../lib/download/fetch_options.ts";
import { PeerBook } from "../../lib/download/peers/peer_book.ts";
import { Fault } from "../../lib/fault/fault.ts";
import type { SharedImage } from "../../lib/folder/image_index.ts";
import type { ListedImage } from "../../lib/protocol/image.ts";
import { MAX_TIMER_MS } from "../../lib/protocol/limits.ts";
import { soon } from "../support.ts";

const FAR = { host: "127.0.0.1", port: 1 };
const NEAR = { host: "127.0.0.1", port: 2 };

/** Images of one peer. */
function imagesOf(peer: typeof FAR, first: number, count: number): { image: ListedImage; peers: typeof FAR[] }[] {
  return Array.from({ length: count }, (_, i) => {
    const md5 = (first + i).toString(16).padStart(32, "0");
    return { image: { md5, name: `${first + i}.gif`, peers: [peer] }, peers: [peer] };
  });
}

/** A book in which peers are in backoff until these times, of `performance.now()`. */
function bookOf(until: ReadonlyMap<number, number>): PeerBook {
  const book = new PeerBook();
  const retryIn = ({ port }: typeof FAR): number => Math.max(0, (until.get(port) ?? 0) - performance.now());
  Object.defineProperty(book, "retryIn", { value: retryIn });
  return book;
}

const fetched = { path: "/x.gif", file: "x.gif", bytes: 1, resumedFrom: 0, peer: NEAR, shared: true };

function shared({ md5, name }: ListedImage): SharedImage {
  return { md5, name } as SharedImage;
}

Deno.test("an image that arrives in another way while its peer is waited for is not fetched again", async () => {
  const [task] = imagesOf(FAR, 0, 1);
  using book = bookOf(new Map([[FAR.port, performance.now() + 20]]));
  let finds = 0;
  const source: ImageSource = {
    find: () => Promise.resolve(finds++ === 0 ? undefined : shared(task.image)),
    fetch: () => Promise.reject(new Error("it is fetched")),
  };
  const outcomes = await new FetchQueue([task], book, source, {}).run(new AbortController().signal);
  deepStrictEqual(outcomes, [{ kind: "here", image: task.image, here: shared(task.image) }]);
});

Deno.test("images that exist here are reported before any peer is waited for", async () => {
  const waiting = imagesOf(FAR, 0, 20);
  const [here] = imagesOf(FAR, 20, 1);
  using book = bookOf(new Map([[FAR.port, performance.now() + 20_000]]));
  const source: ImageSource = {
    find: (md5) => Promise.resolve(md5 === here.image.md5 ? shared(here.image) : undefined),
    fetch: () => Promise.reject(new Error("it is fetched")),
  };
  const ending = new AbortController();
  const first = Promise.withResolvers<FetchOutcome>();
  const running = new FetchQueue([...waiting, here], book, source, { onOutcome: first.resolve }).run(ending.signal);
  strictEqual((await soon(first.promise, "an outcome")).kind, "here");
  ending.abort();
  strictEqual((await running).length, 1);
});

Deno.test("a peer is tried when its backoff ends, even while other images wait for another peer", async () => {
  const due = performance.now() + 60;
  using book = bookOf(new Map([[FAR.port, due + 20_000], [NEAR.port, due]]));
  // More images than are fetched at once, and than are looked at ahead.
  const tasks = [...imagesOf(FAR, 0, 600), ...imagesOf(NEAR, 600, 1)];
  const ending = new AbortController();
  const tried = Promise.withResolvers<{ name: string; at: number }>();
  const source: ImageSource = {
    find: () => Promise.resolve(undefined),
    fetch: ({ name }) => {
      tried.resolve({ name, at: performance.now() });
      return Promise.resolve(fetched);
    },
  };
  const running = new FetchQueue(tasks, book, source, {}).run(ending.signal);
  const { name, at } = await soon(tried.promise, "a fetch");
  strictEqual(name, "600.gif");
  strictEqual(at >= due, true);
  ending.abort();
  await running;
});

Deno.test("a failure says when the image is tried again, and the image is tried then", async () => {
  const [task] = imagesOf(NEAR, 0, 1);
  const until = new Map<number, number>();
  using book = bookOf(until);
  const tries: number[] = [];
  const retries: number[] = [];
  const source: ImageSource = {
    find: () => Promise.resolve(undefined),
    fetch: ({ name }) => {
      tries.push(performance.now());
      if (tries.length === 3) return Promise.resolve(fetched);
      until.set(NEAR.port, performance.now() + 30 * tries.length);
      const faults = [new Fault("peer-unreachable", { peer: "127.0.0.1:2", reason: "connection refused" })];
      return Promise.reject(new Fault("fetch-failed", { name, faults }));
    },
  };
  const onLater = ({ retryIn }: { retryIn: number }): void => void retries.push(performance.now() + retryIn);
  const waits: number[] = [];
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((callback: () => void, ms: number) => {
    waits.push(ms);
    return setTimeout(callback, ms);
  }) as typeof setTimeout;
  try {
    const outcomes = await new FetchQueue([task], book, source, { onLater }).run(new AbortController().signal);
    strictEqual(outcomes[0].kind, "fetched");
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  strictEqual(retries.length, 2);
  // No sooner, and at once: another second would be a wait of its own.
  retries.forEach((at, i) => strictEqual(tries[i + 1] >= at - 1, true));
  const ended = waits.filter((it) => it < MAX_TIMER_MS);
  strictEqual(ended.length >= 2 && Math.max(...ended) <= 60, true, `${waits}`);
});

Deno.test("dropped images have no outcome, and a running fetch of one is aborted", async () => {
  const tasks = imagesOf(NEAR, 0, 30);
  using book = bookOf(new Map());
  const started = Promise.withResolvers<void>();
  const isDropped = (md5: string): boolean => parseInt(md5, 16) % 2 === 0;
  const source: ImageSource = {
    find: () => Promise.resolve(undefined),
    fetch: async ({ md5 }, { onReceived }, signal) => {
      started.resolve();
      if (!isDropped(md5)) return fetched;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      onReceived?.();
      throw signal.reason;
    },
  };
  const queue = new FetchQueue(tasks, book, source, {});
  const running = queue.run(new AbortController().signal);
  await started.promise;
  queue.drop(new Set(tasks.map(({ image }) => image.md5).filter(isDropped)));
  const outcomes = await running;
  strictEqual(outcomes.length, 15);
  strictEqual(outcomes.some(({ image }) => isDropped(image.md5)), false);
});
