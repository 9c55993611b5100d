import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { TrackerSession, type TrackerSessionParts } from "../../lib/announce/tracker_session.ts";
import type { LiveList } from "../../lib/announce/list/live_list.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { soon } from "../support.ts";
import { pause } from "../../lib/net/pause.ts";
import { Fault, isFault } from "../../lib/fault/fault.ts";

/** Brings a list up to date with an empty one. */
const empty = (list: LiveList) => Promise.resolve(list.replace({ images: [], mayBeCut: false }));

/** A tracker's client that answers at once, but for what a test holds back. */
function sessionOf(
  more: Partial<TrackerClient>,
  some: Partial<TrackerSessionParts> = {},
): { session: TrackerSession; updates: string[]; end(): void } {
  const updates: string[] = [];
  const taken = { accepted: 1, offered: 1, again: false };
  const client = {
    address: { host: "127.0.0.1", port: 1 },
    register: () => Promise.resolve(taken),
    update: () => Promise.resolve(updates.push("UPD")).then(() => taken),
    renew: () => Promise.resolve(taken),
    leave: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...more,
  } as unknown as TrackerClient;
  const ending = new AbortController();
  const parts = {
    client,
    password: "x",
    port: 1,
    images: () => [],
    isOwn: () => false,
    ending: ending.signal,
    ...some,
  };
  return { session: new TrackerSession(parts), updates, end: () => ending.abort() };
}

Deno.test("a change while the registration is being ended is not announced after END", async () => {
  const answer = Promise.withResolvers<void>();
  const it = sessionOf({ unregister: () => answer.promise });
  await it.session.register();
  const finished = it.session.unregister();
  const changed = it.session.changed();
  answer.resolve();
  strictEqual(await finished, true);
  strictEqual(await changed, undefined);
  strictEqual(it.updates.length, 0);
  strictEqual(it.session.registered, false);
  it.end();
  await it.session.close();
});

Deno.test("a missing list shows that the tracker is lost, until it answers anything again", async () => {
  let fault: Fault | null = new Fault("tracker-silent", { address: "x", seconds: 1 });
  const it = sessionOf({ refresh: (list) => fault ? Promise.reject(fault) : empty(list) });
  await rejects(it.session.list());
  strictEqual(it.session.lost, fault);
  await it.session.register();
  strictEqual(it.session.lost, null, "it has answered");
  await rejects(it.session.list());
  strictEqual(it.session.lost, fault);
  fault = null;
  await it.session.list();
  strictEqual(it.session.lost, null);
  it.end();
  await it.session.close();
});

Deno.test("a list does not hide a failed registration", async () => {
  const fault = new Fault("tracker-silent", { address: "x", seconds: 1 });
  const it = sessionOf({ refresh: empty, register: () => Promise.reject(fault) });
  await rejects(it.session.register());
  await it.session.list();
  strictEqual(it.session.lost, fault);
  it.end();
  await it.session.close();
});

Deno.test("a registration that could not be ended is kept, and an unexpected error stops no later change", async () => {
  let odd = true;
  const it = sessionOf({
    unregister: () => Promise.reject(new Fault("tracker-silent", { address: "x", seconds: 1 })),
    update: () =>
      odd ? Promise.reject(new TypeError("odd")) : Promise.resolve({ accepted: 1, offered: 1, again: false }),
  });
  await it.session.register();
  await rejects(it.session.unregister(), (error) => isFault(error, "tracker-silent"));
  strictEqual(it.session.registered, true);
  strictEqual(isFault(await it.session.changed(), "tracker-unreachable"), true);
  odd = false;
  strictEqual(await it.session.changed(), undefined);
  it.end();
  await it.session.close();
});

Deno.test("the reason why the tracker could not be reached is kept until it answers or the registration is ended", async () => {
  let fault: Fault | null = new Fault("tracker-silent", { address: "x", seconds: 1 });
  const taken = { accepted: 1, offered: 1, again: false };
  const reply = () => fault ? Promise.reject(fault) : Promise.resolve(taken);
  const it = sessionOf({ register: reply, update: reply, unregister: () => Promise.resolve() });
  strictEqual(it.session.lost, null);
  await rejects(it.session.register());
  strictEqual(it.session.lost, fault);
  fault = null;
  await it.session.update();
  strictEqual(it.session.lost, null);
  fault = new Fault("tracker-silent", { address: "x", seconds: 2 });
  await rejects(it.session.update());
  strictEqual(it.session.lost, fault);
  await it.session.unregister();
  strictEqual(it.session.lost, null);
  it.end();
  await it.session.close();
});

Deno.test("lists that do not name this peer have its registration checked soon, however many there are, and once", async () => {
  let renewals = 0;
  const renew = () => Promise.resolve(renewals++).then(() => ({ accepted: 1, offered: 1, again: false }));
  const images = () => [{ md5: "0".repeat(32), name: "a.gif" }];
  const it = sessionOf({ refresh: empty, renew }, { images, waits: { renew: 60_000, first: 30, most: 60_000 } });
  await it.session.register();
  const listUntilChecked = async (): Promise<void> => {
    for (; renewals === 0; await pause(1)) await it.session.list();
  };
  await soon(listUntilChecked(), "the check");
  for (let i = 0; i < 50; i++, await pause(1)) await it.session.list();
  strictEqual(renewals, 1);
  it.end();
  await it.session.close();
});

Deno.test("a list that is requested again costs only what changed", async () => {
  const kinds: string[] = [];
  await using tracker = startTracker({ host: "127.0.0.1", port: 0, onEvent: ({ kind }) => kinds.push(kind) });
  const [client, other] = [await TrackerClient.open(tracker.address), await TrackerClient.open(tracker.address)];
  await using _other = other;
  const it = sessionOf({}, { client, images: () => [{ md5: "0".repeat(32), name: "a.gif" }] });
  await it.session.register();
  const names = async (): Promise<string[]> => (await it.session.list()).images.map(({ name }) => name);
  deepStrictEqual(await names(), ["a.gif"]);
  await other.register("ab", 6_000, [{ md5: "1".repeat(32), name: "b.gif" }]);
  deepStrictEqual(await Promise.all([names(), names()]), [["a.gif", "b.gif"], ["a.gif", "b.gif"]]);
  strictEqual(kinds.includes("listed"), false);
  it.end();
  await it.session.close();
});
