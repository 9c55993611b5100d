/** What is unshared while a peer runs: it leaves the tracker's list at once, and other peers get it no more. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { entriesOf } from "../../lib/app/cli/screen/list/list_entries.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { choose } from "../../lib/folder/choices.ts";
import { changeChoices, CHOICES_FILE } from "../../lib/folder/choices_file.ts";
import { Peer } from "../../lib/peer/peer.ts";
import type { PeerConfig } from "../../lib/peer/peer_config.ts";
import { startTracker } from "../../lib/server/tracker_server.ts";
import { download, readList, say } from "../fake/baseline_client.ts";
import { image, Inbox, tempDir } from "../support.ts";

const [cat, dog] = [image(1), image(2)];

const get = (md5: string, port: number): Promise<Uint8Array> => download({ md5, peers: [`127.0.0.1:${port}`] });

Deno.test("an unshared image leaves the list at once, is sent to no peer, and stays unshared", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using dir = await tempDir({ "cat.gif": cat.bytes, "dog.gif": dog.bytes });
  const config: PeerConfig = { tracker: tracker.address, host: "127.0.0.1", directory: dir.path };
  const listed = async (): Promise<string[]> =>
    readList(await say(tracker.address.port, "LST")).map(({ name }) => name);
  {
    await using ana = await Peer.start(config);
    await ana.tracker.register();
    await ana.share({ images: [cat.md5] }, false);
    strictEqual((await get(cat.md5, ana.port)).length, 0);
    strictEqual((await get(dog.md5, ana.port)).length, dog.bytes.length);
    strictEqual(await ana.tracker.changed(), undefined);
    deepStrictEqual(await listed(), ["dog.gif"]);
  }
  await using ana = await Peer.start(config);
  await ana.tracker.register();
  deepStrictEqual(await listed(), ["dog.gif"]);
  await ana.share({ images: [cat.md5] }, true);
  await ana.tracker.changed();
  deepStrictEqual((await listed()).sort(), ["cat.gif", "dog.gif"]);
});

Deno.test("a running peer notices images that another program unshares", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using dir = await tempDir({ "cat.gif": cat.bytes, "dog.gif": dog.bytes });
  const events = new Inbox<string>();
  await using ana = await Peer.start({
    tracker: tracker.address,
    host: "127.0.0.1",
    directory: dir.path,
    watchIntervals: { debounce: 20, maxDebounce: 40, watched: 60_000, unwatched: 100 },
    onFolder: (event) => event.kind === "changed" && events.put(`${event.change.went} went`),
  });
  await changeChoices(dir.path, (it) => choose(it, { images: [cat.md5] }, false, []));
  await events.find((text) => text === "1 went", "the change");
  strictEqual(ana.folder.byMd5(cat.md5), undefined);
});

Deno.test("downloads are shared unless the user does not want it, which is remembered", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using anaDir = await tempDir({ "cat.gif": cat.bytes, "dog.gif": dog.bytes, "cow.gif": image(3).bytes });
  await using benDir = await tempDir({ "own.gif": image(4).bytes });
  const config = { tracker: tracker.address, host: "127.0.0.1" };
  await using ana = await Peer.start({ ...config, directory: anaDir.path });
  await ana.tracker.register();
  const shared = (peer: Peer): string[] => peer.folder.images.map(({ name }) => name);
  {
    await using ben = await Peer.start({ ...config, directory: benDir.path });
    const { images } = await ben.tracker.list();
    const named = (name: string): typeof images[0] => images.find((it) => it.name === name)!;
    strictEqual((await ben.downloads.fetch(named("cat.gif"))).shared, true);
    await ben.setReshares(false);
    const [dogAndCat] = [await ben.downloads.fetchAll([named("dog.gif"), named("cat.gif")])];
    deepStrictEqual(dogAndCat.map((it) => it.kind === "fetched" ? it.fetched.leftOut : it.kind).sort(), [
      "here",
      "unshared",
    ]);
    deepStrictEqual(shared(ben), ["cat.gif", "own.gif"]);
    // It is here, wherever the list is shown, and its properties are known.
    const entries = entriesOf([named("dog.gif"), named("cat.gif"), named("cow.gif")], ben);
    deepStrictEqual(entries.map(({ own }) => own), ["have", "have", "no"]);
    strictEqual(ben.downloads.infos.get(dog.md5)?.size, dog.bytes.length);
  }
  {
    await using ben = await Peer.start({ ...config, directory: benDir.path });
    deepStrictEqual([ben.reshares, shared(ben)], [false, ["cat.gif", "own.gif"]]);
    const { downloaded } = ben.folder.chosen.current;
    deepStrictEqual([...downloaded].sort(), [cat.md5, dog.md5].sort());
    await ben.share({ images: downloaded }, true);
    deepStrictEqual(shared(ben), ["cat.gif", "dog.gif", "own.gif"]);
    await ben.setReshares(true);
  }
  // For one run alone.
  await using ben = await Peer.start({ ...config, directory: benDir.path, reshare: false });
  const { images } = await ben.tracker.list();
  const fetched = await ben.downloads.fetch(images.find(({ name }) => name === "cow.gif")!);
  deepStrictEqual([fetched.leftOut, ben.reshares, ben.folder.chosen.current.reshare], ["unshared", false, true]);
});

Deno.test("if it cannot be recorded that a download is not shared, nothing is downloaded", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using dir = await tempDir();
  const config = { tracker: tracker.address, host: "127.0.0.1", directory: dir.path };
  await using ben = await Peer.start({ ...config, reshare: false, watch: false });
  await Deno.writeTextFile(join(dir.path, CHOICES_FILE), "damaged");
  const listed = { name: "cat.gif", md5: cat.md5, peers: [{ host: "127.0.0.1", port: 1 }] };
  await rejects(ben.downloads.fetch(listed), (error) => isFault(error, "ignore-unusable"));
});

Deno.test("sending an image stops when it is unshared", async () => {
  await using tracker = startTracker({ host: "127.0.0.1", port: 0 });
  const large = image(5, 8_000_000);
  await using dir = await tempDir({ "large.gif": large.bytes });
  const config = { tracker: tracker.address, host: "127.0.0.1", directory: dir.path };
  await using ana = await Peer.start({ ...config, uploadLimit: 1_000_000 }); // The disk may take seconds to note it.
  const receiving = get(large.md5, ana.port);
  await ana.share({ images: [large.md5] }, false);
  ok((await receiving).length < large.bytes.length);
});
