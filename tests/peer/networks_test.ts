/** A peer in several networks: it shares and lists in all, and what one of them does never waits for another. */
import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { networksOf } from "../../lib/announce/list/merge_lists.ts";
import { Fault } from "../../lib/fault/fault.ts";
import type { TrackerSession } from "../../lib/announce/tracker_session.ts";
import { networkName, networkPassword } from "../../lib/peer/network_name.ts";
import { type Network, Networks, type NetworksListing } from "../../lib/peer/networks.ts";
import type { NamedClient } from "../../lib/peer/open_clients.ts";
import { Peer } from "../../lib/peer/peer.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { ScriptedTracker } from "../fake/scripted_tracker.ts";
import { needing } from "../needs.ts";
import { image, soon, tempDir } from "../support.ts";

const [cat, dog, fox] = [1, 2, 3].map((seed) => image(seed));
const here = { host: "127.0.0.1", watch: false } as const;

Deno.test("a peer of two networks is listed in both, lists both as one, and downloads from both", async () => {
  const [a, b] = [0, 1].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  await using _a = a;
  await using _b = b;
  await using dirs = await directories({ "cat.gif": cat.bytes }, { "dog.gif": dog.bytes }, { "fox.gif": fox.bytes });
  const [of, ofA, ofB] = dirs.paths;
  const [inA, inB] = [a, b].map(({ address }) => formatAddress(address));
  await using peer = await Peer.start({ ...here, directory: of, tracker: inA, also: [inB] });
  await using ana = await Peer.start({ ...here, directory: ofA, tracker: inA });
  await using ben = await Peer.start({ ...here, directory: ofB, tracker: inB });
  for (const { networks } of [peer, ana, ben]) for (const { tracker } of networks.all) await tracker.register();
  const listing = await peer.networks.list();
  deepStrictEqual(listing.missing, []);
  const found = Object.fromEntries(listing.images.map((it) => [it.name, networksOf(it)]));
  deepStrictEqual(found, { "cat.gif": [inA, inB], "dog.gif": [inA], "fox.gif": [inB] });
  const outcomes = await peer.downloads.fetchAll(listing.images.filter(({ md5 }) => md5 !== cat.md5));
  deepStrictEqual(outcomes.map(({ kind }) => kind), ["fetched", "fetched"]);
  // What was downloaded in one network is shared in the other.
  const inBoth = await soon(untilListed(ben, 3), "the list of the other network");
  ok(inBoth.every(({ peers }) => peers.length > 0));
  strictEqual(await peer.tracker.unregister(), true);
  strictEqual(peer.networks.registered, true, "each registration is its own");
});

Deno.test("a network is joined and left while lists are followed, and another one stays as it is", async () => {
  const [a, b] = [0, 1].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  await using _a = a;
  await using _b = b;
  await using dirs = await directories({ "cat.gif": cat.bytes }, { "dog.gif": dog.bytes });
  const [inA, inB] = [a, b].map(({ address }) => formatAddress(address));
  await using peer = await Peer.start({ ...here, directory: dirs.paths[0], tracker: inA });
  await using ben = await Peer.start({ ...here, directory: dirs.paths[1], tracker: inB });
  for (const { tracker } of [peer, ben]) await tracker.register();
  const lists = peer.networks.watchList();
  const listed = async (): Promise<Record<string, unknown>> => {
    const { value } = await soon(lists.next(), "a list");
    const { images } = value as NetworksListing;
    return Object.fromEntries(images.map((it) => [it.name, networksOf(it)]));
  };
  deepStrictEqual(await listed(), { "cat.gif": [] });
  const { network, accepted } = (await peer.networks.join(inB))!;
  deepStrictEqual([network.name, accepted], [inB, 1]);
  deepStrictEqual(await listed(), { "cat.gif": [inA, inB], "dog.gif": [inB] });
  strictEqual((await ben.tracker.list()).images.length, 2, "it shares there");
  const [again, same] = await Promise.all([peer.networks.join(inB), peer.networks.join(inA)]);
  deepStrictEqual([again, same], [null, null]);
  strictEqual(await peer.networks.leaveIfSame(network), undefined);
  await peer.networks.leave(network);
  deepStrictEqual(await listed(), { "cat.gif": [] });
  strictEqual((await ben.tracker.list()).images.length, 1, "it has unregistered");
  deepStrictEqual(peer.networks.all.map(({ name }) => name), [inA]);
  await lists.return(undefined);
});

Deno.test(
  needing(
    ["linux"],
    "a tracker that has another address too is noticed when it is joined: it is the same",
    async () => {
      await using tracker = startTracker({ host: "0.0.0.0", port: 0 });
      const { port } = tracker.address;
      await using dirs = await directories({ "cat.gif": cat.bytes });
      await using peer = await Peer.start({ ...here, directory: dirs.paths[0], tracker: `127.0.0.1:${port}` });
      await peer.tracker.register();
      strictEqual(await peer.networks.join(`127.0.0.2:${port}`), null);
      strictEqual(peer.networks.all.length, 1);
      strictEqual((await peer.tracker.list()).images.length, 1, "the registration is as it was");
      strictEqual(await peer.tracker.unregister(), true);
    },
  ),
);

Deno.test("a network is left as the same if a registration there replaced one, in another that answers", async () => {
  const table: [replaced: boolean, answers: boolean, isLeft: boolean][] = [
    [true, true, true],
    [false, true, false],
    [true, false, false],
  ];
  for (const [replaced, answers, isLeft] of table) {
    const sessions = [{ again: replaced, lost: answers ? null : new Fault("trackers-silent", { addresses: "" }) }, {
      again: true,
      lost: null,
    }].map(({ again, lost }) => ({
      registered: true,
      wanted: true,
      lost,
      update: () => Promise.resolve({ accepted: 1, offered: 1, again }),
      close: () => Promise.resolve(),
    }));
    const clients = ["a", "b"].map((name) => ({ name }) as NamedClient);
    const open = ({ name }: NamedClient): Network => {
      return { name, tracker: sessions[name === "a" ? 0 : 1] as unknown as TrackerSession };
    };
    const networks = new Networks(clients, open, () => false);
    const [first, second] = networks.all;
    strictEqual(await networks.leaveIfSame(second), isLeft ? first : undefined);
    strictEqual(networks.all.length, isLeft ? 1 : 2);
  }
});

Deno.test("a tracker that is silent is not joined, neither does it keep a peer from closing", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using silent = new ScriptedTracker(() => null);
  await using dirs = await directories({ "cat.gif": cat.bytes });
  const peer = await Peer.start({ ...here, directory: dirs.paths[0], tracker: formatAddress(tracker.address) });
  const joining = peer.networks.join(`127.0.0.1:${silent.port}`).then(() => "joined", () => "failed");
  await peer.tracker.register();
  deepStrictEqual((await peer.networks.list()).missing, [], "it is not waited for");
  await soon(peer.close(), "the end");
  strictEqual(await soon(joining, "its end"), "failed");
  strictEqual(await peer.networks.join(`127.0.0.1:${silent.port}`), null, "nothing is joined any more");
});

Deno.test("a tracker that is named twice, by whatever name, is one network with one registration", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using dirs = await directories({});
  const { port } = tracker.address;
  const places = [`127.0.0.1:${port}`, `127.0.0.1:9,127.0.0.1:${port}`, { host: "127.0.0.1", port }];
  for (const [first, ...also] of [places, places.toReversed()]) {
    await using peer = await Peer.start({ ...here, directory: dirs.paths[0], tracker: first, also });
    deepStrictEqual(peer.networks.all.map(({ name }) => name), [networkName(first)]);
  }
});

Deno.test("a network that is dead or slow delays neither lists nor registrations of another", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using silent = new ScriptedTracker(() => null);
  await using dirs = await directories({ "cat.gif": cat.bytes });
  const places = [formatAddress(tracker.address), `127.0.0.1:${silent.port}`];
  await using peer = await Peer.start({ ...here, directory: dirs.paths[0], tracker: places[1], also: [places[0]] });
  const [dead, alive] = peer.networks.all;
  dead.tracker.register().catch(() => {});
  await alive.tracker.register();
  strictEqual(await peer.networks.changed(), undefined, "one of them knows it");
  const listing = await peer.networks.list();
  deepStrictEqual([listing.images.map(({ name }) => name), listing.missing], [["cat.gif"], [places[1]]]);
  for await (const { images, missing } of peer.networks.watchList()) {
    deepStrictEqual([images.length, missing], [1, [places[1]]]);
    break;
  }
});

Deno.test("a network is named by its first tracker, and never learns the password of another", () => {
  strictEqual(networkName("club.example,10.0.0.1:5000"), "club.example");
  strictEqual(networkName({ host: "::1", port: 5_000 }), "[::1]:5000");
  const passwords = ["a", "b"].map((name) => networkPassword("secret", name));
  notStrictEqual(passwords[0], passwords[1]);
  strictEqual(networkPassword("secret", "a"), passwords[0], "the same at each start");
  ok(passwords.every((it) => /^[0-9a-f]{16}$/.test(it)));
});

async function untilListed(peer: Peer, count: number): Promise<readonly { peers: readonly unknown[] }[]> {
  for await (const { images } of peer.networks.watchList()) if (images.length === count) return images;
  throw new Error("it ended");
}

async function directories(
  ...files: Record<string, Uint8Array>[]
): Promise<AsyncDisposable & { paths: string[] }> {
  const dirs = await Promise.all(files.map(tempDir));
  return {
    paths: dirs.map(({ path }) => path),
    [Symbol.asyncDispose]: async () => void await Promise.all(dirs.map((it) => it[Symbol.asyncDispose]())),
  };
}
