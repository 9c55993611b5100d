/** Registrations, updates and ends at several trackers with one registry, and what must be known in the end. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { formatAddress } from "../../../lib/protocol/address.ts";
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry, type SharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import type { Registry } from "../../../lib/tracker/registry/registry.ts";
import { told } from "../../tracker/shared/engine_model.ts";
import { until } from "./redis.ts";

const address = (i: number): { host: string; port: number } => ({ host: "10.0.0.1", port: 2_000 + i });
const image = (i: number, name: number): { md5: string; name: string } => ({
  md5: `${i}`.padStart(32, "0"),
  name: `${name}.png`,
});

/** Each step registers a peer at one tracker, updates an earlier one at the next, and removes one in three at the last. */
class Load {
  /** The name of the image of each peer. */
  readonly expected = new Map<string, string>();
  steps = 0;

  constructor(readonly trackers: readonly SharedRegistry[]) {}

  step(): void {
    const i = this.steps++;
    this.#at(i).put({ address: address(i), password: "pw", images: [image(i, i)], listed: true, expiresAt: Infinity });
    this.expected.set(formatAddress(address(i)), `${i}.png`);
    this.#change(i - 10, 1, (registry, peer) => {
      registry.update(peer, peer.address.port, [image(i - 10, i)]);
      this.expected.set(formatAddress(peer.address), `${i}.png`);
    });
    if (i % 3 > 0) return;
    this.#change(i - 20, 2, (registry, peer) => {
      registry.remove(peer);
      this.expected.delete(formatAddress(peer.address));
    });
  }

  /** The tracker of a peer, or one of those after it. */
  #at(i: number, after = 0): Registry {
    return this.trackers[(i + after) % this.trackers.length].registry;
  }

  /** A tracker that does not know the peer, since the engine is away, would refuse. */
  #change(i: number, after: number, change: (registry: Registry, peer: Peer) => void): void {
    if (i < 0) return;
    const registry = this.#at(i, after);
    const peer = registry.at(address(i));
    if (peer) change(registry, peer);
  }
}

type Peer = NonNullable<ReturnType<Registry["at"]>>;

/**
 * Puts load on two trackers before, while and after `fail`, which lasts until the engine is there again: in the end both
 * know what a third one reads from the engine, nothing is lost, and nobody who left is back.
 */
export async function survives(url: string, fail: () => Promise<unknown>): Promise<void> {
  const open = (): Promise<SharedRegistry> => openSharedRegistry(parseEngineAddress(url)!);
  const trackers = [await open(), await open()];
  try {
    const load = new Load(trackers);
    const run = async (isEnough: () => boolean): Promise<void> => {
      while (!isEnough()) {
        load.step();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    const isKnown = (): boolean => trackers.every(({ registry }) => registry.peers === load.expected.size);
    const isQuiet = (): boolean => trackers.every(({ status }) => status.connected && status.pending === 0);
    await run(() => load.steps === 100);
    await until("all are known to both", isKnown);
    let isOver = false;
    const failing = fail().finally(() => isOver = true);
    await run(() => isOver);
    await failing;
    await run(() => trackers.every(({ status }) => status.connected));
    await until("both are back", () => isQuiet() && isKnown());
    trackers.push(await open());
    const [first, ...others] = trackers.map(({ registry }) => told(registry, 0));
    for (const other of others) deepStrictEqual(other, first);
    deepStrictEqual(
      new Map([...trackers[0].registry.byExpiry()].map((it) => [formatAddress(it.address), it.announced()[0].name])),
      load.expected,
    );
    strictEqual(trackers[0].status.lost, 0);
  } finally {
    for (const tracker of trackers) await tracker.close();
  }
}
