/** Whole sessions with trackers of every dialect: what they hold of us is what is shared, once, and others' stays theirs. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import type { RegistrationEvent } from "../../lib/announce/renewal.ts";
import { Peer } from "../../lib/peer/peer.ts";
import { say } from "../fake/baseline_client.ts";
import { ANSWERS, BaselinePeer } from "../fake/baseline_peer.ts";
import { BaselineTracker, type Dialect } from "../fake/baseline_tracker.ts";
import { image, Inbox, tempDir } from "../support.ts";

const DIALECTS: [string, Dialect][] = [
  ["as specified", {}],
  ["appends, cuts at 1,024 and dies of half a character", { register: "appends", buffer: 1_024, diesOfHalves: true }],
  ["appends, cuts at 2,048 and dies of half a character", { register: "appends", buffer: 2_048, diesOfHalves: true }],
  ["cuts at 4,096 and dies of half a character", { buffer: 4_096, diesOfHalves: true, refusesNone: true }],
  ["keeps quotes, in brackets", { keepsQuotes: true, list: "brackets" }],
  ["keeps quotes", { keepsQuotes: true, refusesNone: true, register: "appends" }],
  ["UPD only adds", { update: "adds only", empty: "nothing", list: "swapped" }],
  ["UPD drops other holders", { update: "drops other holders", empty: "sentence", endMarker: true }],
  ["UPD changes nothing", { update: "changes nothing", otherPort: true }],
  ["lists the UDP port", { listsUdpPort: true, refusesNone: true, update: "unknown" }],
  ["knows the UDP port, coloured", { knowsUdpPort: true, colours: true, otherWord: true, list: "port first" }],
  ["an entry for each client", { list: "entry per client", update: "silent", refusesNone: true }],
];

const herImage = image(900);
const shared = image(0);

/** A peer beside another client, which shares an image of its own and one that we have as well. */
async function session(
  dialect: Dialect,
  files: Record<string, Uint8Array>,
): Promise<
  AsyncDisposable & { tracker: BaselineTracker; peer: Peer; her: BaselinePeer; events: Inbox<RegistrationEvent> }
> {
  const stack = new AsyncDisposableStack();
  const tracker = stack.use(new BaselineTracker(dialect));
  const her = stack.use(new BaselinePeer(ANSWERS.sends(herImage.bytes)));
  await neighbour(tracker, her, dialect);
  const dir = stack.use(await tempDir(files));
  const events = new Inbox<RegistrationEvent>();
  const peer = await Peer.start({
    tracker: { host: "127.0.0.1", port: tracker.port },
    host: "127.0.0.1",
    directory: dir.path,
    watch: false,
    renewalWaits: { renew: 40, first: 20, most: 40 },
    onTracker: events.put,
  });
  stack.defer(() => peer.close());
  return { tracker, peer, her, events, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Registers the other client, as its program writes entries. */
async function neighbour(tracker: BaselineTracker, her: BaselinePeer, dialect: Dialect): Promise<void> {
  const quote = dialect.keepsQuotes ? "'" : "";
  const entries = [`${herImage.md5},hers.gif`, `${shared.md5},both.gif`].map((entry) => `${quote}${entry}${quote}`);
  const request = `REG her ${her.address.port} ${entries.join(";")}`;
  await say(tracker.port, request);
}

/** What a tracker should hold of a peer: as many of its images as it took, once. */
function expected(peer: Peer, accepted: number): string[][] {
  return accepted === 0 ? [] : [peer.folder.images.slice(0, accepted).map(({ md5 }) => md5)];
}

for (const [what, dialect] of DIALECTS) {
  Deno.test(`a session of 65 images with a tracker of this dialect: ${what}`, async () => {
    const names = (i: number): string =>
      i % 3 === 0 ? `猫の写真 ${i}.gif` : i % 3 === 1 ? `férias ${i}.gif` : `${i}.gif`;
    const files = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [names(i), image(i).bytes]));
    await using it = await session(dialect, files);
    const { tracker, peer, her, events } = it;
    const cuts = dialect.buffer !== undefined;
    const isAll = ({ accepted, offered }: { accepted: number; offered: number }, count: number): void => {
      strictEqual(offered, count);
      ok(cuts ? accepted > 5 && accepted <= count : accepted === count, `${accepted} of ${count}`);
    };
    const holdsAll = (accepted: number, when: string): void => {
      strictEqual(tracker.dead, false, `alive ${when}`);
      deepStrictEqual(tracker.holds(peer.port), expected(peer, accepted), when);
      deepStrictEqual(tracker.holds(her.address.port), [[herImage.md5, shared.md5]], `her entry ${when}`);
    };

    const registered = await peer.tracker.register();
    isAll(registered, 65);
    holdsAll(registered.accepted, "registered");

    const { images } = await peer.tracker.list();
    const listed = images.find(({ md5 }) => md5 === herImage.md5)!;
    strictEqual(listed.name, "hers.gif");
    strictEqual(images.filter(({ md5 }) => md5 === shared.md5).length, 1);
    if (!dialect.listsUdpPort) {
      strictEqual(images.filter(({ peers }) => peers.some((a) => peer.isSelf(a))).length, registered.accepted);
    }

    const from = { ...listed, peers: [her.address] }; // Some list another port.
    strictEqual((await peer.downloads.fetch(from)).shared, true);
    const fetched = await peer.update();
    isAll(fetched, 66);
    holdsAll(fetched.accepted, "fetched");

    await Deno.remove(join(peer.folder.path, names(1)));
    await Deno.writeFile(join(peer.folder.path, names(2)), image(700).bytes);
    const updated = await peer.update();
    isAll(updated, 65);
    holdsAll(updated.accepted, "replaced");

    tracker.restart();
    await neighbour(tracker, her, dialect);
    await events.find(({ kind }) => kind === "again", "that it was forgotten");
    holdsAll(
      peer.folder.images.length === updated.accepted ? updated.accepted : tracker.holds(peer.port)[0].length,
      "again",
    );

    const lists = tracker.requests.filter((request) => request === "LST").length;
    await tracker.heard.find(() => tracker.requests.filter((it) => it === "LST").length > lists + 2, "two renewals");
    holdsAll(tracker.holds(peer.port)[0].length, "renewed");
    strictEqual(tracker.requests.some((request) => request.startsWith("UPD")), false);

    strictEqual(await peer.tracker.unregister(), true);
    holdsAll(0, "ended");
    await peer.tracker.register();
    await peer.close();
    holdsAll(0, "left");
    const last = tracker.requests.findLastIndex((request) => !request.startsWith("END"));
    strictEqual(tracker.requests[last].startsWith("REG") || tracker.requests[last] === "LST", true);
  });

  Deno.test(`a session that begins and ends without an image, with a tracker of this dialect: ${what}`, async () => {
    await using it = await session(dialect, {});
    const { tracker, peer, her } = it;
    const none = { accepted: 0, offered: 0, again: false };
    deepStrictEqual(await peer.tracker.register(), none);
    strictEqual(peer.tracker.registered, true);
    deepStrictEqual(tracker.holds(peer.port), []);
    const { images } = await peer.tracker.list();
    const { unannounced } = await peer.downloads.fetch({
      ...images.find(({ md5 }) => md5 === herImage.md5)!,
      peers: [her.address],
    });
    strictEqual(unannounced, undefined);
    deepStrictEqual(tracker.holds(peer.port), [[herImage.md5]]);
    await Deno.remove(join(peer.folder.path, "hers.gif"));
    deepStrictEqual(await peer.update(), { ...none, unreadable: [] });
    deepStrictEqual(tracker.holds(peer.port), []);
    deepStrictEqual(tracker.holds(her.address.port), [[herImage.md5, shared.md5]]);
    strictEqual(peer.tracker.lost, null);
    await peer.close();
    deepStrictEqual(tracker.holds(peer.port), []);
    strictEqual(tracker.requests.some((request) => /^(REG|UPD) \S+ \d+ $/.test(request)), false, "none was registered");
  });
}
