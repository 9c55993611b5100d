/** Which tracker looks after which peer. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { lookedAfterBy } from "../../../lib/tracker/rendezvous.ts";
import { Replica } from "../../../lib/tracker/shared/replica.ts";
import { Tracker } from "../../../lib/tracker/tracker.ts";
import { EngineModel } from "./engine_model.ts";

const TRACKERS = ["3f2a", "9c1b", "e07d"];
const PEERS = Array.from({ length: 3_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}:${5_000 + i % 7}`);

Deno.test("all trackers find the same one for a peer, each about as many, and only those of one that left move", () => {
  const before = PEERS.map((peer) => lookedAfterBy(TRACKERS, peer));
  deepStrictEqual(PEERS.map((peer) => lookedAfterBy(TRACKERS.toReversed(), peer)), before);
  for (const tracker of TRACKERS) {
    const share = before.filter((it) => it === tracker).length;
    ok(share > 800 && share < 1_200, `${share}`);
  }
  const after = PEERS.map((peer) => lookedAfterBy(TRACKERS.slice(1), peer));
  before.forEach((it, i) => it !== TRACKERS[0] && strictEqual(after[i], it));
  strictEqual(lookedAfterBy([], PEERS[0]), undefined);
});

Deno.test("when leases end each peer is dialled by one tracker, by another when that one is gone, without the engine by the one that it used, and by none that is behind", () => {
  const engine = new EngineModel();
  const nodes = TRACKERS.map((name) => {
    const registry = new Replica(name);
    return { name, registry, tracker: new Tracker({ registry, leaseMs: 1_000 }) };
  });
  const [first] = nodes;
  const bytes = (i: number): Uint8Array =>
    new TextEncoder().encode(`REG pw ${5_000 + i} ${`${i}`.padStart(32, "0")},a.png`);
  for (let i = 0; i < 30; i++) first.tracker.handle(bytes(i), { host: "127.0.0.1", port: 1 }, 0);
  engine.make(first.name, first.registry.copy.own.take(100), 1);
  for (const { registry } of nodes) registry.copy.receive(engine.stream);
  const dialled = (...trackers: string[]): number[][] =>
    nodes.map(({ name, registry, tracker }) => {
      registry.assigned = trackers.length > 0 ? (address) => lookedAfterBy(trackers, address) === name : null;
      const { dials } = tracker.due(1_001);
      for (const dial of dials) tracker.dialled(dial, "untried", 1_001 - 1_000_000); // Not dialled: it may be again.
      return dials.map(({ address }) => address.port);
    });
  const all = Array.from({ length: 30 }, (_, i) => 5_000 + i);
  const shared = dialled(...TRACKERS);
  deepStrictEqual(shared.flat().sort(), all);
  ok(shared.every(({ length }) => length > 0));
  const fewer = dialled(...TRACKERS.slice(0, 2));
  deepStrictEqual([fewer[2], fewer.flat().sort()], [[], all]);
  deepStrictEqual(dialled(), [all, [], []]);
  for (const { registry } of nodes.slice(0, 2)) registry.isBehind = true;
  deepStrictEqual([dialled(), dialled(...TRACKERS)], [[[], [], []], [[], [], shared[2]]]);
});
