/** Several trackers of one network: a client stays with one, and goes on with the next when that is silent. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { TrackerClient, type TrackerClientOptions, type TrackerMove } from "../../lib/announce/tracker_client.ts";
import type { RegistrationEvent } from "../../lib/announce/renewal.ts";
import { LiveList } from "../../lib/announce/list/live_list.ts";
import { TrackerSession } from "../../lib/announce/tracker_session.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { type Script, ScriptedTracker } from "../fake/scripted_tracker.ts";
import { needing } from "../needs.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";
import { Inbox, quietPort } from "../support.ts";
import { HELD_MS, HeldTimers } from "../support_timers.ts";

const cat = { md5: CAT, name: "cat.gif" };
const dog = { md5: DOG, name: "dog.gif" };

/** For trackers that always answer, if only nonsense, on a busy machine. */
const PATIENT: TrackerClientOptions = { timeouts: { waits: [20_000], silence: 20_000 } };

/** For one that is silent: the test ends the waits for it, each of which is so long. */
const held = (ms = HELD_MS): TrackerClientOptions => ({ timeouts: { waits: [ms, ms], silence: ms } });

/** For those of which one is gone. */
const SHORT: TrackerClientOptions = { timeouts: { waits: [100, 900], silence: 1_000 } };

/** The registry that trackers of ours share: `null` while the peer is not registered. */
interface Shared {
  images: string | null;
}

/** Answers as our tracker does. */
function ours(shared: Shared): Script {
  return (request) => {
    const [word, , , ...images] = request.split(" ");
    if (word === "LST") return shared.images ? `${shared.images},127.0.0.1:5000` : "ERR NO_IMAGES_AVAILABLE";
    if (word !== "REG" && shared.images === null) return "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
    shared.images = word === "END" ? null : images.join(" ");
    return word === "END" ? "OK CLIENT_FINISHED" : `OK 1_REGISTERED_${word === "REG" ? "IMAGES" : "FILES"}`;
  };
}

/** Two trackers with TCP, each with a script that may be replaced, and a client of both. */
async function pair(scripts: [Script, Script], options = PATIENT): Promise<
  AsyncDisposable & { client: TrackerClient; trackers: ScriptedTracker[]; scripts: Script[]; moves: TrackerMove[] }
> {
  const current = [...scripts];
  const trackers = current.map((_, i) => new ScriptedTracker((request, by) => current[i](request, by)));
  for (const tracker of trackers) tracker.openTcp();
  const client = await TrackerClient.open(trackers.map(({ port }) => `127.0.0.1:${port}`).join(","), options);
  const moves: TrackerMove[] = [];
  client.onMove = (move) => moves.push(move);
  return {
    client,
    trackers,
    scripts: current,
    moves,
    async [Symbol.asyncDispose](): Promise<void> {
      await client.close();
      await Promise.all(trackers.map((it) => it[Symbol.asyncDispose]()));
    },
  };
}

const words = ({ requests }: ScriptedTracker): string[] => requests.map((it) => it.split(" ").slice(0, 2).join(" "));

/** Nothing, which is not waited for any longer. */
const silence = (timers: HeldTimers, ms = HELD_MS): Script => () => {
  void timers.end(ms);
  return null;
};

const nonsense: Script = () => "HTTP/1.1 400 Bad Request";

for (const isGone of [true, false]) {
  const what = isGone ? "is gone" : "answers in words of its own";
  Deno.test(`a tracker that ${what} is left for the next, where UPD renews the registration`, async () => {
    const shared: Shared = { images: null };
    using timers = new HeldTimers();
    await using it = await pair([ours(shared), ours(shared)], isGone ? held() : PATIENT);
    const { client, trackers: [first, second], moves, scripts } = it;
    await client.register("pw", 5_000, [cat]);
    scripts[0] = isGone ? silence(timers) : nonsense;
    if (isGone) await first.closeTcp();
    deepStrictEqual(await client.update("pw", 5_000, [dog]), { accepted: 1, offered: 1, again: false });
    deepStrictEqual(words(second), ["TCP UPD"], "no REG where UPD does");
    strictEqual(shared.images, `${DOG},dog.gif`);
    const [from, to] = [first, second].map(({ port }) => ({ host: "127.0.0.1", port }));
    deepStrictEqual(moves, [{ from, to, why: "silent", isRegistered: true }]);
    deepStrictEqual(client.address, to);
    scripts[0] = ours(shared);
    const before = first.requests.length;
    await client.list();
    await client.renew("pw", 5_000, [dog], () => true);
    strictEqual(first.requests.length, before, "it stays where it is answered, though the first is back");
    strictEqual(moves.length, 1);
    scripts[1] = nonsense;
    await client.list();
    deepStrictEqual(moves.slice(1), [{ from: to, to: from, why: "silent", isRegistered: false }]);
  });
}

Deno.test("a tracker that hangs costs one try on TCP and one over UDP, with many images, too", async () => {
  const many = Array.from({ length: 50 }, (_, i) => ({ md5: `${i}`.padStart(32, "0"), name: `${i}.gif` }));
  using timers = new HeldTimers();
  await Promise.all((["update", "register"] as const).map(async (request, i) => {
    const shared: Shared = { images: null };
    const hanging = Promise.withResolvers<null>();
    await using it = await pair([ours(shared), ours(shared)], held(HELD_MS + i));
    const { client, trackers: [hung, second], scripts } = it;
    await client.register("pw", 5_000, many);
    const silent = silence(timers, HELD_MS + i);
    scripts[0] = (text, by) => silent(text, by) ?? (by === "TCP" ? hanging.promise : null);
    await client[request]("pw", 5_000, [cat, ...many]);
    hanging.resolve(null);
    strictEqual(client.address.port, second.port);
    const first = request === "update" ? "TCP UPD" : "TCP REG";
    deepStrictEqual(words(hung).slice(1), [first, "UDP UPD", "UDP END", "UDP END"]);
  }));
});

Deno.test("the end of a registration is said to each tracker that may have it", async () => {
  await using it = await pair([ours({ images: null }), ours({ images: null })]);
  const { client, trackers: [first, second], scripts } = it;
  await client.register("pw", 5_000, [cat]);
  scripts[0] = nonsense;
  await client.renew("pw", 5_000, [cat], () => true);
  const shared: Shared = { images: "" };
  scripts[0] = ours(shared);
  await client.unregister("pw", 5_000);
  strictEqual(shared.images, null, "it has no registry in common with the other");
  const counts = [first, second].map(({ requests }) => requests.length);
  await client.unregister("pw", 5_000);
  await client.leave("pw", 5_000);
  deepStrictEqual([first.requests.length, second.requests.length], [counts[0], counts[1] + 1], "once is enough");
});

Deno.test("a tracker that does not know the peer gets REG", async () => {
  await using it = await pair([ours({ images: null }), ours({ images: null })]);
  await it.client.register("pw", 5_000, [cat]);
  it.scripts[0] = nonsense;
  deepStrictEqual(await it.client.renew("pw", 5_000, [cat], () => true), { accepted: 1, offered: 1, again: false });
  deepStrictEqual(words(it.trackers[1]), ["TCP UPD", "TCP REG"]);
  await it.client.leave("pw", 5_000);
  strictEqual(words(it.trackers[1]).at(-1), "UDP END");
});

Deno.test("a refusal in the words of the protocol is not silence", async () => {
  await using it = await pair([() => "ERR TOO_MANY_IMAGES", ours({ images: null })]);
  await rejects(it.client.register("pw", 5_000, [cat]), (error) => isFault(error, "tracker-refused"));
  strictEqual(it.trackers[1].requests.length, 0);
});

for (const reply of ["TRACKER_FULL", "TOO_MANY_REGISTRATIONS"]) {
  Deno.test(`a tracker that answers ${reply} is left for one that takes the registration`, async () => {
    await using it = await pair([() => `ERR ${reply}`, ours({ images: null })]);
    const { client, trackers, scripts, moves } = it;
    strictEqual((await client.register("pw", 5_000, [cat])).accepted, 1);
    const [from, to] = trackers.map(({ port }) => ({ host: "127.0.0.1", port }));
    deepStrictEqual(moves, [{ from, to, why: "full", isRegistered: true }]);
    await client.update("pw", 5_000, [dog]);
    strictEqual(trackers[0].requests.length, 1, "the client stays with the other one");
    scripts[1] = () => `ERR ${reply}`;
    await rejects(client.update("pw", 5_000, [cat]), (error) => isFault(error, "tracker-refused"));
    deepStrictEqual([client.address, moves.length], [to, 1], "and with the registration that it has there");
  });
}

Deno.test("of trackers that are silent or full, one that is full is asked first, and says why", async () => {
  await using it = await pair([nonsense, () => "ERR TRACKER_FULL"]);
  for (let i = 0; i < 2; i++) {
    await rejects(it.client.register("pw", 5_000, [cat]), (error) => isFault(error, "tracker-refused"));
    strictEqual(it.client.address.port, it.trackers[1].port);
  }
  deepStrictEqual(it.moves.map(({ why }) => why), ["silent"]);
});

Deno.test("a tracker whose UDP is blocked still answers on TCP, and is not left", async () => {
  const shared: Shared = { images: null };
  using timers = new HeldTimers();
  const only: Script = (request, by) => (by === "TCP" ? ours(shared) : silence(timers))(request, by);
  await using it = await pair([only, () => null], held());
  await it.client.register("pw", 5_000, [cat]);
  await it.client.update("pw", 5_000, [dog]);
  strictEqual((await it.client.list()).images[0].md5, DOG);
  await it.client.unregister("pw", 5_000);
  strictEqual(it.trackers[1].requests.length, 0);
  strictEqual(it.moves.length, 0);
});

Deno.test("when all trackers are silent, the error names them, and the next request starts with the first", async () => {
  const shared: Shared = { images: null };
  await using it = await pair([nonsense, nonsense]);
  const { client, trackers, scripts } = it;
  await rejects(
    client.register("pw", 5_000, [cat]),
    (error) =>
      isFault(error, "trackers-silent") && trackers.every(({ port }) => error.values.addresses.includes(`${port}`)),
  );
  strictEqual(client.address.port, trackers[0].port);
  scripts[0] = ours(shared);
  await client.register("pw", 5_000, [cat]);
  strictEqual(it.moves.length, 0, "nothing was found elsewhere");
});

Deno.test("requests that wait for one that moves do not ask the silent tracker again", async () => {
  const shared: Shared = { images: `${CAT},cat.gif` };
  await using it = await pair([nonsense, ours(shared)]);
  const lists = await Promise.all([it.client.list(), it.client.list(), it.client.list()]);
  ok(lists.every(({ images }) => images.length === 1));
  strictEqual(it.moves.length, 1);
  const { length } = it.trackers[0].requests;
  await it.client.list();
  strictEqual(it.trackers[0].requests.length, length);
});

Deno.test("a name that leads elsewhere is looked up again when no tracker answers", async () => {
  await using gone = new ScriptedTracker(nonsense);
  await using there = new ScriptedTracker(ours({ images: null }));
  let port = gone.port;
  const services = () => Promise.resolve([{ priority: 0, weight: 0, port, target: "t.example" }]);
  const lookUp = { addresses: () => Promise.resolve(["127.0.0.1"]), services };
  await using client = await TrackerClient.open("club.example", { ...PATIENT, lookUp });
  await rejects(client.list(), (error) => isFault(error, "not-a-tracker"));
  port = there.port;
  deepStrictEqual((await client.list()).images, []);
  strictEqual(client.address.port, there.port);
});

/** The UDP sockets that this thread, not the whole process, opens meanwhile and has not closed. */
function openSockets(): Disposable & { count: number } {
  const { listenDatagram } = Deno;
  const sockets = {
    count: 0,
    [Symbol.dispose]: () => void (Deno.listenDatagram = listenDatagram),
  };
  Deno.listenDatagram = ((options: Deno.UdpListenOptions & { transport: "udp" }) => {
    const socket = listenDatagram(options);
    const close = socket.close.bind(socket);
    socket.close = () => {
      close();
      sockets.count--;
    };
    sockets.count++;
    return socket;
  }) as typeof Deno.listenDatagram;
  return sockets;
}

Deno.test(
  needing(["linux"], "a network that is always elsewhere does not fill this machine with sockets", async () => {
    using sockets = openSockets();
    const tracker = { host: "127.0.0.1", port: quietPort() };
    let host = 1;
    const findAgain = () => Promise.resolve([{ host: `127.0.0.${++host}`, port: tracker.port }]);
    await using client = await TrackerClient.open(tracker, { timeouts: { waits: [1] }, findAgain });
    for (let i = 0; i < 60; i++) await client.list().catch(() => {});
    strictEqual(client.address.host, "127.0.0.60");
    ok(sockets.count > 1 && sockets.count < 20, `${sockets.count}`);
    await client.close();
    strictEqual(sockets.count, 0);
  }),
);

Deno.test("a session follows its client to another tracker, is registered there soon, and says so once", async () => {
  await using first = await startTracker({ port: 0, host: "127.0.0.1" });
  const second = await startTracker({ port: 0, host: "127.0.0.1" });
  const places = [second, first].map(({ address }) => formatAddress(address)).join(",");
  const client = await TrackerClient.open(places, SHORT);
  const events = new Inbox<RegistrationEvent>();
  const ending = new AbortController();
  const session = new TrackerSession({
    client,
    password: "pw",
    port: 5_000,
    images: () => [cat],
    isOwn: ({ port }) => port === 5_000,
    ending: ending.signal,
    onEvent: events.put,
    waits: { renew: 60_000, first: 20, most: 60_000 },
  });
  await session.register();
  await using other = await TrackerClient.open(first.address);
  deepStrictEqual((await other.list()).images, []);
  await second.close();
  const changes = new AbortController();
  const updates = session.watchList(changes.signal, {
    waits: { changes: 20, list: 20, perImage: 0, most: 20, mostFailed: 20 },
  });
  for await (const { images } of updates) if (images.length > 0) break; // The registration moved, too.
  changes.abort();
  const moved = await events.find(({ kind }) => kind === "moved", "that it moved");
  deepStrictEqual(moved, { kind: "moved", from: client.addresses[1], to: client.addresses[0], why: "silent" });
  strictEqual((await other.list()).images[0].peers[0].port, 5_000);
  ending.abort();
  await session.close();
  deepStrictEqual((await other.list()).images, []);
});

Deno.test("an idle session notices that its tracker is gone long before it renews", async () => {
  await using second = await startTracker({ port: 0, host: "127.0.0.1" });
  const first = await startTracker({ port: 0, host: "127.0.0.1" });
  const places = [first, second].map(({ address }) => formatAddress(address)).join(",");
  const client = await TrackerClient.open(places, SHORT);
  const events = new Inbox<RegistrationEvent>();
  const session = new TrackerSession({
    client,
    password: "pw",
    port: 5_000,
    images: () => [cat],
    isOwn: ({ port }) => port === 5_000,
    ending: new AbortController().signal,
    onEvent: events.put,
    waits: { renew: 3_600_000, first: 20, most: 3_600_000, check: 50 },
  });
  await session.register();
  await first.close();
  const moved = await events.find(({ kind }) => kind === "moved", "that it moved");
  deepStrictEqual(moved, { kind: "moved", from: first.address, to: second.address, why: "silent" });
  await session.close();
});

Deno.test("a tracker that did not answer is not gone on with when names are looked up again", async () => {
  await using second = await startTracker({ port: 0, host: "127.0.0.1" });
  const places = [{ host: "127.0.0.1", port: quietPort() }, second.address];
  const timeouts = { waits: [100], silence: 20_000 };
  await using client = await TrackerClient.open(places.map(formatAddress).join(","), { timeouts });
  await client.list(); // Over TCP.
  deepStrictEqual(client.address, second.address);
  await second.close();
  await rejects(client.list(), { code: "trackers-silent" });
  const moves: TrackerMove[] = [];
  client.onMove = (move) => moves.push(move);
  await client.count();
  strictEqual(client.address.port, places[0].port, "as they were looked up");
  await client.answers();
  await client.find([["cat"]]);
  await client.findSome(["cat"], 0);
  strictEqual(await client.complete("pw", 5_000, [cat]), null);
  deepStrictEqual(moves, []);
});

Deno.test("a list that is watched goes on with the list of another tracker", async () => {
  const first = await startTracker({ port: 0, host: "127.0.0.1" });
  await using second = await startTracker({ port: 0, host: "127.0.0.1" });
  await using client = await TrackerClient.open(
    [first, second].map(({ address }) => formatAddress(address)).join(","),
    SHORT,
  );
  await client.register("pw", 5_000, [cat]);
  const list = new LiveList();
  await client.refresh(list);
  await client.refresh(list);
  deepStrictEqual(list.listing.images.map(({ md5 }) => md5), [CAT]);
  await using other = await TrackerClient.open(second.address);
  await other.register("ab", 6_000, [dog]);
  await first.close();
  const { changed, removed } = await client.refresh(list);
  deepStrictEqual([changed.map(({ md5 }) => md5), removed], [[DOG], [CAT]], "the versions of one are not the other's");
});
