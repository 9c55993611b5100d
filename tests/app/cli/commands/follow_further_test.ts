/** `--also auto` in a running client: it gets real trackers as if they had announced themselves. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { followFurther, type FurtherEvent } from "../../../../lib/app/cli/commands/follow_further.ts";
import { FoundTracker } from "../../../../lib/app/cli/commands/choose_tracker.ts";
import { jsonShareReporter } from "../../../../lib/app/cli/output/json_share_reporter.ts";
import type { HeardTracker } from "../../../../lib/app/discovery/heard_trackers.ts";
import { ENGLISH } from "../../../../lib/app/words/en/words.ts";
import { Peer } from "../../../../lib/peer/peer.ts";
import { formatAddress } from "../../../../lib/protocol/address.ts";
import { type RunningTracker, startTracker } from "../../../../lib/server/tracker_server.ts";
import { image, quietPort, soon, tempDir } from "../../../support.ts";
import { shown } from "../../../support_json.ts";

function heard(name: string, ...ports: number[]): HeardTracker {
  const addresses = ports.map((port) => ({ host: "127.0.0.1", port }));
  return { name, host: `${name}.local`, addresses, version: "1", registry: "", otherNames: [], networks: ["eth0"] };
}

interface Following extends AsyncDisposable {
  readonly peer: Peer;
  /** The trackers that it hears of from now on. */
  hear(...trackers: HeardTracker[]): void;
  /** The same, and what it says then. */
  says(...trackers: HeardTracker[]): Promise<[kind: string, name: string, why: string | undefined]>;
  /** What it said last. */
  readonly last: Promise<FurtherEvent>;
}

/** A client of a tracker. */
async function following(first: RunningTracker, found: FoundTracker | null = null): Promise<Following> {
  const stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir({ "cat.gif": image(1).bytes }));
  const config = { host: "127.0.0.1", watch: false, directory: dir.path, tracker: formatAddress(first.address) };
  const peer = stack.use(await Peer.start(config));
  await peer.tracker.register();
  let hear: (trackers: readonly HeardTracker[]) => void = () => {};
  let said = Promise.withResolvers<FurtherEvent>();
  const ending = new AbortController();
  const running = followFurther(
    peer,
    found,
    (event) => said.resolve(event),
    ending.signal,
    async (signal, onTrackers) => {
      hear = onTrackers;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  );
  stack.defer(async () => {
    ending.abort();
    await peer.close();
    await running;
  });
  return {
    peer,
    hear: (...trackers) => hear(trackers),
    says: async (...trackers) => {
      said = Promise.withResolvers();
      hear(trackers);
      const event = await soon(said.promise, "a network that is joined or left");
      return [event.kind, event.name, event.kind === "left" ? event.why : undefined];
    },
    get last() {
      return said.promise;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a client joins what it hears of, each once, and is not made to leave by who says that two are the same", async () => {
  const [a, b, c] = [0, 1, 2].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  await using _a = a;
  await using _b = b;
  await using _c = c;
  await using client = await following(a);
  const { peer, says } = client;
  const { port } = a.address;
  const silent = heard("silent", quietPort());
  deepStrictEqual(await says(heard("sala", port), heard("andar", b.address.port), silent), [
    "joined",
    "andar",
    undefined,
  ]);
  deepStrictEqual(peer.networks.all.map(({ tracker }) => tracker.address.port), [port, b.address.port]);
  strictEqual(b.counts().peers, 1);
  const both = heard("andar", b.address.port, port);
  deepStrictEqual(await says(both, heard("pátio", c.address.port)), ["joined", "pátio", undefined]);
  deepStrictEqual([a, b, c].map((it) => it.counts().peers), [1, 1, 1]);
  strictEqual(peer.networks.all.length, 3);
});

Deno.test("a client that has unregistered joins nothing, and its own tracker takes none that is joined", async () => {
  const [a, b] = [0, 1].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  await using _a = a;
  await using _b = b;
  const found = new FoundTracker(heard("sala", a.address.port));
  await using client = await following(a, found);
  const { peer, hear, says } = client;
  await peer.tracker.unregister();
  hear(heard("andar", b.address.port));
  strictEqual(found.isTaken(b.address), false, "it is not being joined");
  await peer.tracker.register();
  const joined = says(heard("andar", b.address.port));
  strictEqual(found.isTaken(b.address), true);
  deepStrictEqual(await joined, ["joined", "andar", undefined]);
  strictEqual(found.isTaken(b.address), true);
  strictEqual(found.isTaken(a.address), false);
});

Deno.test("when a network turns out to be another one of the client's, it says which, in JSON too", async () => {
  const [a, b] = [0, 1].map(() => startTracker({ host: "127.0.0.1", port: 0 }));
  await using _a = a;
  await using _b = b;
  await using client = await following(a);
  const { networks } = client.peer;
  await client.says(heard("andar", b.address.port));
  networks.leaveIfSame = async (network) => {
    await networks.leave(network);
    return networks.all[0];
  };
  deepStrictEqual(await client.says(heard("andar", b.address.port, a.address.port)), ["left", "andar", "same"]);
  const lines: string[] = [];
  jsonShareReporter((line) => lines.push(line), ENGLISH, false).further(await client.last);
  const [{ time: _, ...event }] = shown(lines.join("\n"));
  const [tracker, sameAs] = [b, a].map(({ address }) => formatAddress(address));
  deepStrictEqual(event, {
    version: 1,
    kind: "network-left",
    network: tracker,
    tracker,
    name: "andar",
    why: "same",
    sameAs,
  });
});
