/**
 * A tracker that ends without a word and comes back at another port, and the client that found it, run inside a network
 * namespace: prints one JSON line, which tracker the client asked when.
 */
import { announceTracker } from "../../lib/app/discovery/announce_tracker.ts";
import { searchTrackers } from "../../lib/app/discovery/search.ts";
import { formatAddress } from "../../lib/protocol/address.ts";
import { startTracker, TrackerClient } from "../../mod.ts";

/** Starts a tracker at a free port, and waits until it is announced. */
async function announced(): Promise<AsyncDisposable & { port: number }> {
  const tracker = startTracker({ port: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const { address } = tracker;
  const announcing = announceTracker({ address, name: "sala", version: "1", onName: resolve, onFault: reject });
  await promise;
  return {
    port: address.port,
    async [Symbol.asyncDispose](): Promise<void> {
      await tracker.close();
      await announcing[Symbol.asyncDispose]();
    },
  };
}

const times = { asks: [0], enough: 500, end: 1_500 };
const find = async (name?: string) => {
  const { trackers } = await searchTrackers(new AbortController().signal, times);
  return trackers.find((it) => name === undefined || it.name === name)!.addresses;
};

const first = await announced();
const client = await TrackerClient.open((await find()).map(formatAddress).join(","), {
  timeouts: { waits: [200], silence: 500 },
  findAgain: () => find("sala"),
});
const asked = [(await client.list()) && client.address.port === first.port];
await first[Symbol.asyncDispose]();
const second = await announced();
asked.push(await client.list().then(() => false, () => true));
asked.push((await client.list()) && client.address.port === second.port);
await client.close();
await second[Symbol.asyncDispose]();
asked.push((await searchTrackers(new AbortController().signal, times)).trackers.length === 0);
console.log(JSON.stringify(asked));
Deno.exit();
