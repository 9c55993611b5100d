/** What a caller's callback throws, at once or later, stops nothing of ours. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { SharedFolder } from "../../lib/folder/shared_folder.ts";
import { examine } from "../../lib/app/doctor/examine.ts";
import { fetchImage } from "../../lib/download/fetch.ts";
import { Peer } from "../../lib/peer/peer.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { MemoryRegistry } from "../../lib/tracker/registry/memory_registry.ts";
import { notify } from "../../lib/fault/notify.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../fake/baseline_peer.ts";
import { image, quietPort, soon, tempDir } from "../support.ts";
import { CAT } from "../protocol/arbitraries.ts";

/** Callbacks that throw, and that reject, and how often each was called. */
function failing(
  called: string[] = [],
): { called: string[]; throwing(name: string): () => never; rejecting: typeof reject } {
  const throwing = (name: string) => (): never => {
    called.push(name);
    throw new Error(`${name} of the test`);
  };
  const reject = (name: string) => async (): Promise<void> => {
    called.push(name);
    await Promise.reject(new Error(`${name} of the test`));
  };
  return { called, throwing, rejecting: reject };
}

/** Keeps the errors that are written meanwhile, instead of writing them. */
async function quietly(work: () => Promise<void>): Promise<unknown[]> {
  const { error } = console;
  const written: unknown[] = [];
  console.error = (...what: unknown[]) => void written.push(what[1]);
  try {
    await work();
  } finally {
    console.error = error;
  }
  return written;
}

const asked = (port: number): Promise<string> => say(port, "LST");

for (const how of ["throwing", "rejecting"] as const) {
  Deno.test(`a tracker whose onEvent is ${how} answers over UDP and TCP, and continues after a dial`, async () => {
    const { called, ...make } = failing();
    const reported = Promise.withResolvers<void>();
    const onEvent = make[how]("onEvent");
    await quietly(async () => {
      const tracker = startTracker({
        host: "127.0.0.1",
        port: 0,
        leaseMs: 1_000,
        onEvent: (event) => {
          if (event.kind === "lapsed") reported.resolve();
          return onEvent();
        },
      });
      const { port } = tracker.address;
      strictEqual(await asked(port), "ERR NO_IMAGES_AVAILABLE");
      using conn = await Deno.connect({ hostname: "127.0.0.1", port });
      await conn.write(new TextEncoder().encode("LST\n"));
      const reply = new Uint8Array(100);
      strictEqual(new TextDecoder().decode(reply.subarray(0, (await conn.read(reply))!)), "ERR NO_IMAGES_AVAILABLE\n");
      strictEqual(await say(port, `REG a ${deadPort()} ${CAT},cat.png`), "OK 1_REGISTERED_IMAGES");
      await soon(reported.promise, "the end of the lease");
      strictEqual(await asked(port), "ERR NO_IMAGES_AVAILABLE");
      await tracker.close();
    });
    strictEqual(called.length >= 5, true, `${called}`);
  });

  Deno.test(`a tracker whose onStateFault is ${how} continues`, async () => {
    await using dir = await tempDir();
    const { called, ...make } = failing();
    const path = join(dir.path, "state");
    const reported = Promise.withResolvers<void>();
    const onStateFault = make[how]("onStateFault");
    await quietly(async () => {
      const tracker = startTracker({
        host: "127.0.0.1",
        port: 0,
        state: path,
        onStateFault: () => {
          reported.resolve();
          return onStateFault();
        },
      });
      const { DatabaseSync } = await import("node:sqlite");
      using other = new DatabaseSync(path);
      other.exec("BEGIN IMMEDIATE"); // Nobody else can write now.
      await say(tracker.address.port, `REG a 5000 ${CAT},cat.png`);
      await soon(reported.promise, "a fault");
      strictEqual((await asked(tracker.address.port)).startsWith(CAT), true);
      other.exec("ROLLBACK");
      await tracker.close();
    });
    deepStrictEqual([...new Set(called)], ["onStateFault"]);
  });

  Deno.test(`a peer whose callbacks are ${how} shares, serves, fetches and finds its tracker again`, async () => {
    await using shared = await tempDir({ "cat.gif": image(1).bytes });
    await using empty = await tempDir();
    const { called, ...make } = failing();
    await quietly(async () => {
      let tracker = startTracker({ host: "127.0.0.1", port: quietPort() });
      const { port } = tracker.address;
      const at = { tracker: { host: "127.0.0.1", port }, host: "127.0.0.1" };
      const waits = { debounce: 1, maxDebounce: 1, watched: 20, unwatched: 20 };
      const found = Promise.withResolvers<void>();
      const changed = Promise.withResolvers<void>();
      const [onTracker, onFolder] = [make[how]("onTracker"), make[how]("onFolder")];
      const giver = await Peer.start({
        ...at,
        directory: shared.path,
        watchIntervals: waits,
        renewalWaits: { renew: 20, first: 20, most: 20 },
        onServed: make[how]("onServed"),
        onScan: make[how]("onScan"),
        onTracker: (event) => {
          if (event.kind !== "lost") found.resolve();
          return onTracker();
        },
        onFolder: () => {
          changed.resolve();
          return onFolder();
        },
      });
      const taker = await Peer.start({ ...at, directory: empty.path, watch: false });
      await giver.tracker.register();
      await giver.update(make[how]("onScanProgress"));
      const { images } = await taker.tracker.list();
      await using refusing = new BaselinePeer(ANSWERS.refuses());
      const other = { md5: image(3).md5, name: "fox.gif", peers: [refusing.address] };
      const outcomes = await taker.downloads.fetchAll([other, ...images], {
        onProgress: make[how]("onProgress"),
        onFailure: make[how]("onFailure"),
        onLater: make[how]("onLater"),
        onOutcome: make[how]("onOutcome"),
      });
      deepStrictEqual(outcomes.map(({ kind }) => kind).sort(), ["failed", "fetched"]);
      await Deno.writeFile(join(shared.path, "dog.gif"), image(2).bytes);
      await soon(changed.promise, "a change of the folder");
      await tracker.close();
      // A renewal that was under way may reach the new tracker with the images from before the change.
      const both = Promise.withResolvers<void>();
      tracker = startTracker({
        host: "127.0.0.1",
        port,
        onEvent: (event) => "peer" in event && "images" in event && event.images === 2 ? both.resolve() : undefined,
      });
      await soon(Promise.all([found.promise, both.promise]), "the tracker is found again, with both images");
      strictEqual((await taker.tracker.list()).images.length, 2);
      await Promise.all([giver.close(), taker.close()]);
      await tracker.close();
    });
    const names = [
      "onFailure",
      "onFolder",
      "onOutcome",
      "onProgress",
      "onScan",
      "onScanProgress",
      "onServed",
      "onTracker",
    ];
    deepStrictEqual([...new Set(called)].sort(), names);
  });

  Deno.test(`a fetch from a baseline peer, a scan of a folder and an examination work with ${how} callbacks`, async () => {
    const { bytes, md5 } = image(1);
    await using dir = await tempDir();
    const { called, ...make } = failing();
    await quietly(async () => {
      await using peer = new BaselinePeer(ANSWERS.sends(bytes));
      const fetched = await fetchImage({ md5, name: "cat.gif", peers: [peer.address] }, dir.path, {
        onProgress: make[how]("onProgress"),
      });
      const folder = new SharedFolder(dir.path, { onStale: make[how]("onStale") });
      await folder.scan({ onProgress: make[how]("onScanProgress") });
      const [cat] = folder.images;
      await Deno.remove(fetched.path);
      await folder.open(cat).then(() => "opened", (error) => strictEqual(error.code, "image-changed"));
      folder[Symbol.dispose]();
      const config = { tracker: { host: "127.0.0.1", port: deadPort() }, timeouts: { udp: [1], tcp: 100 } };
      strictEqual((await examine(config, make[how]("onFinding"))).length > 1, true);
    });
    deepStrictEqual([...new Set(called)].sort(), ["onFinding", "onProgress", "onScanProgress", "onStale"]);
  });

  Deno.test(`a registry whose watcher is ${how} keeps its records`, async () => {
    const { called, ...make } = failing();
    await quietly(async () => {
      const registry = new MemoryRegistry({ changed: make[how]("changed"), gone: make[how]("gone") });
      const address = { host: "192.0.2.1", port: 5000 };
      const images = [{ md5: CAT, name: "cat.gif" }];
      const one = registry.put({ address, password: "a", images, listed: true, expiresAt: 1 });
      registry.update(one, 5001, images);
      registry.remove(one);
      deepStrictEqual([registry.peers, registry.images], [0, 0]);
      await Promise.resolve();
    });
    deepStrictEqual(called, ["changed", "gone", "changed", "gone"]);
  });
}

Deno.test("errors of a callback are written at most once a second", async () => {
  const { now } = performance;
  const later = performance.now() + 1_000; // Other tests may have written.
  const failure = new Error("of the test");
  performance.now = () => later;
  const written = await quietly(async () => {
    for (let i = 0; i < 1_000; i++) notify(() => Promise.reject(failure));
    await Promise.resolve();
  }).finally(() => performance.now = now);
  deepStrictEqual(written, [failure]);
});
