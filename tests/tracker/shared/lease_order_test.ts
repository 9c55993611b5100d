/** Leases that trackers hear of in any order: those that have ended are found, and no others. */
import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { MemoryRegistry } from "../../../lib/tracker/registry/memory_registry.ts";
import type { PeerRecord } from "../../../lib/tracker/registry/records.ts";
import { Tracker } from "../../../lib/tracker/tracker.ts";

const ends = fc.oneof(fc.integer({ min: -5_000, max: 5_000 }), fc.constant(Infinity));
const step = fc.record({
  do: fc.constantFrom("put", "put", "renew", "renew", "remove", "shift"),
  port: fc.integer({ min: 5_000, max: 5_020 }),
  ends,
  by: fc.integer({ min: -3_000, max: 3_000 }),
});

Deno.test("whatever the order in which leases began, they end in that order to the second, and due peers are dialled", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60, size: "max" }),
      fc.integer({ min: -4_000, max: 4_000 }),
      (steps, now) => {
        const registry = new MemoryRegistry();
        const expected = new Map<number, number>();
        for (const { do: what, port, ends: expiresAt, by } of steps) {
          const address = { host: "10.0.0.1", port };
          const peer = registry.at(address);
          if (what === "put") registry.put({ address, password: "a", images: [], listed: true, expiresAt });
          else if (what === "shift") registry.shiftLeases(by);
          else if (peer && what === "renew") registry.renew(peer, expiresAt);
          else if (peer) registry.remove(peer);
          if (what === "shift") { for (const [port, at] of expected) expected.set(port, at + by); }
          else if (what === "put" || peer && what === "renew") expected.set(port, expiresAt);
          else expected.delete(port);
        }
        const peers: PeerRecord[] = [...registry.byExpiry()];
        deepStrictEqual(new Map(peers.map(({ address, expiresAt }) => [address.port, expiresAt])), new Map(expected));
        let latest = -Infinity;
        for (const { expiresAt } of peers) {
          ok(expiresAt > latest - 1_000 || expiresAt === latest, `${expiresAt} after ${latest}`);
          latest = Math.max(latest, expiresAt);
        }
        const dialled = new Tracker({ registry }).due(now).dials.map(({ address }) => address.port);
        deepStrictEqual(dialled.sort(), [...expected].flatMap(([port, at]) => at <= now ? [port] : []).sort());
      },
    ),
  );
});

Deno.test("a peer whose lease has ended does not wait for one that was renewed before, but for longer", () => {
  const registry = new MemoryRegistry();
  const put = (port: number, expiresAt: number) =>
    registry.put({ address: { host: "10.0.0.1", port }, password: "a", images: [], listed: true, expiresAt });
  put(5_000, Infinity); // Renewed at a tracker with another --lease.
  put(5_001, 200_000);
  put(5_002, 60_000); // Heard of late.
  put(5_003, 60_999);
  put(5_004, 60_001);
  const ports = new Tracker({ registry }).due(60_500).dials.map(({ address }) => address.port);
  deepStrictEqual(ports.sort(), [5_002, 5_004]);
});
