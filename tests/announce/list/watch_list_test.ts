/** Lists that stay current, through real sockets: by `CHG` where a tracker understands it, else by `LST`. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { LiveList } from "../../../lib/announce/list/live_list.ts";
import { TrackerClient } from "../../../lib/announce/tracker_client.ts";
import { TrackerSession } from "../../../lib/announce/tracker_session.ts";
import type { ListUpdate } from "../../../lib/announce/list/watch_list.ts";
import { Fault } from "../../../lib/fault/fault.ts";
import type { Image } from "../../../lib/protocol/image.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";
import type { TrackerEvent } from "../../../lib/tracker/effects.ts";
import { ScriptedTracker } from "../../fake/scripted_tracker.ts";
import { Inbox, quietPort, soon } from "../../support.ts";
import { CAT, DOG } from "../../protocol/arbitraries.ts";

const QUICK = { changes: 10, list: 10, perImage: 0, most: 10, mostFailed: 20 };
const many = (count: number, from = 0): Image[] =>
  Array.from({ length: count }, (_, i) => ({ md5: `${from + i}`.padStart(32, "0"), name: `picture ${from + i}.jpg` }));

/** A session of a peer with these images that is not registered, and a watch of its list. */
async function watching(
  port: number,
  images: readonly Image[] = [],
  most = (): number => Infinity,
): Promise<{ session: TrackerSession; next: () => Promise<ListUpdate>; [Symbol.asyncDispose](): Promise<void> }> {
  const client = await TrackerClient.open({ host: "127.0.0.1", port }, { timeouts: { waits: [200, 300] } });
  const ending = new AbortController();
  const isOwn = (address: { port: number }): boolean => address.port === 4_000;
  const parts = { client, password: "pw", port: 4_000, images: () => images, isOwn, ending: ending.signal };
  const session = new TrackerSession(parts);
  const updates = session.watchList(undefined, { waits: QUICK, most });
  return {
    session,
    next: async () => (await soon(updates.next(), "a change of the list")).value!,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      deepStrictEqual(await updates.next(), { done: true, value: undefined });
      await session.close();
    },
  };
}

Deno.test("a watched list has what others announce, and says what changed", async () => {
  const events = new Inbox<TrackerEvent>();
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: events.put });
  await using ana = await TrackerClient.open(tracker.address);
  await using it = await watching(tracker.address.port);
  deepStrictEqual(await it.next(), { images: [], mayBeCut: false, changed: [], removed: [] });
  await ana.register("a", 5_000, many(200));
  const { images, changed } = await it.next();
  deepStrictEqual([images.length, changed, images], [200, images, (await ana.list()).images]);
  await ana.update("a", 5_000, many(200, 1));
  const update = await it.next();
  deepStrictEqual([update.changed.map(({ name }) => name), update.removed], [["picture 200.jpg"], [many(1)[0].md5]]);
  deepStrictEqual(update.images, (await ana.list()).images);
  await events.find(({ kind }) => kind === "changes", "a request for changes");
});

Deno.test("clients that watch during a flood of changes end with the tracker's list", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using ana = await TrackerClient.open(tracker.address);
  await using ben = await TrackerClient.open(tracker.address);
  await ana.register("a", 5_000, many(300));
  await using one = await watching(tracker.address.port);
  await using two = await watching(tracker.address.port);
  const flood = async (client: TrackerClient, port: number): Promise<void> => {
    for (let round = 0; round < 20; round++) {
      await client.register("p", port, many(10 + round * 7 % 90, round * 37 % 500));
    }
  };
  const last = { md5: CAT, name: "last.gif" };
  const all = Promise.all([flood(ana, 5_000), flood(ben, 6_000)]).then(() => ben.register("p", 6_001, [last]));
  const follow = async ({ next }: { next: () => Promise<ListUpdate> }): Promise<ListUpdate> => {
    for (;;) {
      const update = await next();
      if (update.changed.some(({ md5 }) => md5 === CAT)) return update;
    }
  };
  const [seenByOne, seenByTwo] = await Promise.all([follow(one), follow(two)]);
  await all;
  const { images } = await ana.list();
  deepStrictEqual(seenByOne.images, images);
  deepStrictEqual(seenByTwo.images, images);
});

Deno.test("a watched list survives a restart of the tracker, and has the peer register again", async () => {
  const port = quietPort();
  const first = startTracker({ host: "127.0.0.1", port });
  await using it = await watching(port, [{ md5: CAT, name: "cat.gif" }]);
  await it.session.register();
  const { images: [cat] } = await it.next();
  strictEqual(cat.md5, CAT);
  await first.close();
  await using second = startTracker({ host: "127.0.0.1", port });
  await using ana = await TrackerClient.open(second.address);
  await ana.register("a", 5_000, [{ md5: DOG, name: "dog.gif" }]);
  const update = await it.next();
  deepStrictEqual([update.changed.map(({ md5 }) => md5), update.removed], [[DOG], [CAT]]);
  const again = await it.next();
  deepStrictEqual([again.changed.map(({ md5 }) => md5), again.removed], [[CAT], []]);
});

Deno.test("of a network with more images than wanted those are held that were found, until it has fewer", async () => {
  const events: string[] = [];
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: ({ kind }) => events.push(kind) });
  await using ana = await TrackerClient.open(tracker.address);
  await ana.register("a", 5_000, many(30));
  let most = 20;
  await using it = await watching(tracker.address.port, [{ md5: CAT, name: "cat.gif" }], () => most);
  const { lists } = it.session;
  await it.session.register();
  deepStrictEqual(await it.next(), { images: [], mayBeCut: true, changed: [], removed: [] });
  strictEqual(lists.found.total, 31);
  strictEqual((await lists.findMore(["picture", "2"], 0))?.next, 0);
  const { images: found } = await it.next();
  deepStrictEqual(
    found.map(({ name }) => name),
    [2, 12, ...Array(10).keys().map((i) => 20 + i)].map((i) => `picture ${i}.jpg`),
  );
  deepStrictEqual((await it.session.list(20)).images, found);
  deepStrictEqual(events.filter((kind) => kind === "list" || kind === "changes"), []);
  await ana.update("a", 5_000, many(19)); // More than nine tenths.
  await lists.findMore(["cat"], 0);
  strictEqual((await it.next()).images.length, 13);
  await ana.update("a", 5_000, many(10));
  strictEqual((await it.next()).images.length, 11);
  strictEqual(lists.found.total, 0);
  strictEqual(await lists.findMore(["cat"], 0), null);
  await ana.update("a", 5_000, many(30));
  const grown = await it.next();
  deepStrictEqual([grown.images.length, grown.mayBeCut], [31, false]);
  strictEqual((await it.next()).images.length, 13);
  for (const [wanted, length] of [[40, 31], [20, 13]]) {
    most = wanted; // As when another network was left or joined.
    strictEqual((await it.next()).images.length, length);
  }
});

Deno.test("a tracker that cannot find is asked for its list, however long it is", async () => {
  let count = 0;
  await using tracker = new ScriptedTracker((request) =>
    request === "LST" ? `${CAT},cat${++count}.gif,10.0.0.1:5000` : "ERR INVALID_MESSAGE_FORMAT"
  );
  tracker.openTcp();
  await using it = await watching(tracker.port, [], () => 0);
  for (const name of ["cat1.gif", "cat2.gif"]) strictEqual((await it.next()).images[0].name, name);
  deepStrictEqual(tracker.requests, ["TCP LST", "TCP FND 1 0 a", "TCP CHG", "TCP LST"]);
  strictEqual(await it.session.lists.findMore(["cat"], 0), null);
});

/** A tracker with one image, that answers `CHG` as a test wants; on TCP too. */
function withChanges(answer: (request: string) => string): ScriptedTracker {
  const tracker = new ScriptedTracker((request) => {
    if (request.startsWith("CHG")) return answer(request);
    return `${CAT},cat.gif,10.0.0.1:5000`;
  });
  tracker.openTcp();
  return tracker;
}

const odd = {
  "refuses it": "ERR INVALID_MESSAGE_FORMAT",
  "answers it with a list": `${CAT},cat.gif,10.0.0.1:5000`,
  "answers it with what does not fit": "CHG x-1 2 0:7",
};
for (const [what, answer] of Object.entries(odd)) {
  Deno.test(`a tracker that ${what} is asked with LST, and not again with CHG`, async () => {
    await using tracker = withChanges(() => answer);
    await using client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
      timeouts: { waits: [200, 300] },
    });
    const list = new LiveList();
    for (let round = 0; round < 4; round++) await client.refresh(list);
    deepStrictEqual(tracker.requests, ["TCP LST", "TCP CHG", "TCP LST", "TCP LST", "TCP LST"]);
    deepStrictEqual(list.listing.images.map(({ name }) => name), ["cat.gif"]);
  });
}

Deno.test("the version that a tracker names is sent back as it is", async () => {
  let count = 0;
  await using tracker = withChanges(() => `CHG run-${++count} 1 0:${DOG},dog${count}.gif,10.0.0.1:5000`);
  await using client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, {
    timeouts: { waits: [200, 300] },
  });
  const list = new LiveList();
  const names: string[] = [];
  for (let round = 0; round < 3; round++) {
    const { changed: [{ name }] } = await client.refresh(list);
    names.push(name);
  }
  deepStrictEqual(names, ["cat.gif", "dog1.gif", "dog2.gif"]);
  deepStrictEqual(tracker.requests, ["TCP LST", "TCP CHG", "TCP CHG run-1"]);
});

Deno.test("a tracker without TCP gets no CHG, and its lists are compared", async () => {
  let listed = `${CAT},cat.gif,10.0.0.1:5000`;
  await using tracker = new ScriptedTracker(() => listed);
  await using it = await watching(tracker.port);
  strictEqual((await it.next()).images.length, 1);
  listed = `${DOG},dog.gif,10.0.0.1:5000`;
  const { changed, removed } = await it.next();
  deepStrictEqual([changed.map(({ md5 }) => md5), removed], [[DOG], [CAT]]);
  ok(tracker.requests.every((request) => request === "UDP LST"), `${tracker.requests}`);
});

Deno.test("a list that does not arrive is asked for again, and the session says why until it does", async () => {
  const [givenUp, asksAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  let count = 0;
  await using tracker = new ScriptedTracker(() => {
    // The client sends each request twice, so the third belongs to another one.
    if (++count === 3) givenUp.resolve();
    return count < 3 ? null : asksAgain.promise;
  });
  await using it = await watching(tracker.port);
  const arrived = it.next();
  await soon(givenUp.promise, "a second attempt");
  ok(it.session.lost instanceof Fault);
  asksAgain.resolve(`${CAT},cat.gif,10.0.0.1:5000`);
  strictEqual((await arrived).images.length, 1);
  strictEqual(it.session.lost, null);
});

Deno.test("a watch ends at once with its signal, although the tracker is silent", async () => {
  await using tracker = new ScriptedTracker(() => null);
  await using it = await watching(tracker.port);
  const stop = new AbortController();
  const next = it.session.watchList(stop.signal).next();
  await tracker.heard.find(() => true, "a request");
  stop.abort();
  deepStrictEqual(await soon(next, "the end"), { done: true, value: undefined });
});

Deno.test("a watch of a closed client fails", async () => {
  await using tracker = new ScriptedTracker(() => null);
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port });
  await client.close();
  await rejects(client.refresh(new LiveList()));
});
