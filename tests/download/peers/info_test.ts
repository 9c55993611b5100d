import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { listedAddresses } from "../../../lib/net/own_addresses.ts";
import { Peer, startTracker } from "../../../mod.ts";
import { ANSWERS, BaselinePeer, deadPort } from "../../fake/baseline_peer.ts";
import { PARTS, RangePeer } from "../../fake/range_peer.ts";
import { image, imageBytes, tempDir } from "../../support.ts";

const { bytes, md5 } = image(1, 100_000);

Deno.test("the size of an image comes from the first peer that understands INF", async () => {
  await using dir = await tempDir({ "cat.gif": imageBytes(2) });
  const tracker = startTracker({ host: "127.0.0.1", port: 0 });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => tracker.close());
  const peer = await Peer.start({
    tracker: tracker.address,
    directory: dir.path,
    host: "127.0.0.1",
  });
  stack.defer(() => peer.close());
  await using baseline = new BaselinePeer(ANSWERS.sends(bytes));
  await using ours = new RangePeer(PARTS.gives(bytes), { [md5]: bytes.length });
  await using lacks = new RangePeer(PARTS.gives(bytes));
  const ask = async (...peers: { host: string; port: number }[]) =>
    await peer.downloads.info({ md5, name: "x", peers });
  deepStrictEqual(await ask(lacks.address, ours.address), {
    type: "info",
    size: bytes.length,
    mime: "image/gif",
    width: 0,
    height: 0,
    modified: 0,
    taken: 0,
  });
  strictEqual(await ask(baseline.address), null);
  strictEqual(await ask({ host: "127.0.0.1", port: deadPort() }), null);
  strictEqual(await ask(), null);
  // Who only knows GET is not asked in vain again, and nothing is fetched for it.
  strictEqual(await ask(baseline.address), null);
  deepStrictEqual(baseline.requests.filter((it) => it.startsWith("GET")), []);
});

Deno.test("others probably know this machine by its address in the tracker's network", () => {
  const own = [
    { host: "127.0.0.1", prefix: 8 },
    { host: "172.17.0.1", prefix: 16 },
    { host: "192.168.0.21", prefix: 24 },
    { host: "2001:db8::21", prefix: 64 },
  ];
  deepStrictEqual(listedAddresses(own, "192.168.0.10"), ["192.168.0.21"]);
  deepStrictEqual(listedAddresses(own, "203.0.113.7"), ["172.17.0.1", "192.168.0.21"]);
  deepStrictEqual(listedAddresses(own, "2001:db8::1"), ["2001:db8::21"]);
  deepStrictEqual(listedAddresses([], "203.0.113.7"), ["203.0.113.7"]);
});
