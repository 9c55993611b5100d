/** Trackers that share a registry: however changes cross, all copies end equal, as one tracker has it in that order. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { formatAddress } from "../../../lib/protocol/address.ts";
import { Replica } from "../../../lib/tracker/shared/replica.ts";
import { type Asked, type Node, steps, World } from "./world.ts";

Deno.test("copies are equal after quiet, and as one tracker has it in the order of the engine", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 4 }), steps, (count, steps) => {
      const world = new World(count);
      for (const [which, step, later] of steps) {
        world.now += later;
        world.take(world.nodes[which % count], step);
      }
      world.settle();
      world.check();
    }),
    { numRuns: 300 },
  );
});

/** What peers registered, without its order. */
function registered({ replica, ahead }: Node): unknown {
  return [...replica.byExpiry()].map(({ address, password, listed, expiresAt, ...peer }) => [
    formatAddress(address),
    password,
    listed,
    Math.round(expiresAt - ahead),
    peer.images.map(({ md5 }) => md5).sort(),
  ]).sort();
}

Deno.test("an engine that loses its last changes, or all, loses no registration, and brings back nobody who left", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3 }), steps, fc.integer({ min: 0, max: 12 }), fc.boolean(), steps, (
      count,
      steps,
      lost,
      isWiped,
      later,
    ) => {
      const world = new World(count);
      for (const [which, step, wait] of steps) {
        world.now += wait;
        world.take(world.nodes[which % count], step);
      }
      world.settle();
      const before = registered(world.nodes[0]);
      if (isWiped) world.engine.wipe();
      else world.engine.lose(lost);
      world.now += 10;
      for (const node of world.nodes) world.reconnect(node);
      world.settle();
      for (const node of world.nodes) deepStrictEqual(registered(node), before, node.name);
      for (const [which, step, wait] of later) {
        world.now += wait;
        world.take(world.nodes[which % count], step);
      }
      if (isWiped) world.engine.wipe();
      else world.engine.lose(lost);
      world.now += 10;
      // A tracker that crashed took what only it knew with it; the others agree on the rest.
      for (const node of world.nodes) world.reconnect(node);
      world.settle();
      world.check();
    }),
    { numRuns: 300 },
  );
});

Deno.test("an engine that is restored from an old copy gets back what registered since, and nobody who left", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3 }), steps, steps, steps, (count, before, after, later) => {
      const world = new World(count);
      const run = (steps: [number, Parameters<World["take"]>[1], number][]): void => {
        for (const [which, step, wait] of steps) {
          world.now += wait;
          world.take(world.nodes[which % count], step);
        }
        world.settle();
      };
      run(before);
      const copied = world.engine.stream.length;
      run(after);
      world.now += 90_000; // Longer than trackers remember changes.
      run(later);
      const expected = registered(world.nodes[0]);
      world.engine.lose(world.engine.stream.length - copied);
      world.now += 10;
      for (const node of world.nodes) world.reconnect(node);
      world.settle();
      for (const node of world.nodes) deepStrictEqual(registered(node), expected, node.name);
    }),
    { numRuns: 300 },
  );
});

Deno.test("who registers at one tracker and leaves at another while the engine is away: what came last counts", () => {
  const address = { host: "10.0.0.1", port: 5000, to: 5000 } as const;
  const ask = (kind: "REG" | "END", i = 1): Asked => ({ ...address, kind, password: "a", images: [i], name: 0 });
  const lasts: [first: Asked, then: Asked][] = [
    [ask("END"), ask("REG")],
    [ask("END"), ask("REG", 2)],
    [ask("REG"), ask("END")],
    [ask("REG", 2), ask("END")],
  ];
  for (const [first, then] of lasts) {
    for (const order of [[0, 1], [1, 0]]) {
      const world = new World(2);
      world.ask(world.nodes[0], ask("REG"));
      world.settle();
      world.ask(world.nodes[0], first);
      world.now += 700;
      world.ask(world.nodes[1], then);
      for (const i of order) {
        world.take(world.nodes[i], { do: "send", most: 9 });
        world.take(world.nodes[i], { do: "renewals" });
        world.take(world.nodes[i], { do: "arrive" });
        world.take(world.nodes[i], { do: "arrive" });
      }
      world.settle();
      world.check();
      const what = `${first.kind} ${first.images}, ${then.kind} ${then.images}, sent ${order}`;
      strictEqual(world.nodes[0].replica.peers, then.kind === "REG" ? 1 : 0, what);
    }
  }
});

Deno.test("while a tracker reads what others changed, a repeated registration may be one that they ended", () => {
  const replica = new Replica("t", 100);
  replica.assigned = () => true;
  const begin = {
    address: { host: "10.0.0.1", port: 5000 },
    password: "a",
    images: [],
    listed: true,
    expiresAt: 1_000,
  };
  replica.put(begin);
  const kinds = (): string[] => replica.copy.own.take(9).flatMap(({ changes }) => changes.map(({ kind }) => kind));
  deepStrictEqual(kinds(), ["put"]);
  replica.put({ ...begin, expiresAt: 2_000 });
  deepStrictEqual(kinds(), []);
  replica.isBehind = true;
  replica.put({ ...begin, expiresAt: 3_000 });
  deepStrictEqual(kinds(), ["put"]);
});

Deno.test("of a list that changes little only that is sent; where another tracker was faster, the engine's order counts", () => {
  const ask = (kind: "REG" | "UPD", ...images: number[]): Asked => {
    return { host: "10.0.0.1", port: 5000, to: 0, kind, password: "a", images, name: 0 };
  };
  const run = (...others: number[][]): [kinds: string[], images: string] => {
    const world = new World(2);
    const [a, b] = world.nodes;
    world.ask(a, ask("REG", 1, 2, 3, 4));
    world.settle();
    const [before, after] = [others.slice(0, 1), others.slice(1)];
    for (const images of before) world.ask(b, ask("UPD", ...images));
    world.take(b, { do: "exchange" });
    world.ask(a, ask("UPD", 1, 2, 3, 5));
    world.take(a, { do: "send", most: 9 });
    const kinds = a.line.flatMap((batch) => batch.flatMap(({ changes }) => changes.map(({ kind }) => kind)));
    world.take(a, { do: "arrive" });
    for (const images of after) world.ask(b, ask("UPD", ...images));
    world.take(b, { do: "exchange" });
    world.settle();
    world.check();
    return [kinds, b.replica.at({ host: "10.0.0.1", port: 5000 })!.images.map(({ md5 }) => Number(md5)).join("")];
  };
  deepStrictEqual(run(), [["edit"], "1235"]);
  deepStrictEqual(run([6, 7]), [["edit"], "1235"]);
  deepStrictEqual(run([6, 7], [8]), [["edit"], "8"]);
  deepStrictEqual(run([1, 2, 3, 6], [1, 2, 3, 7]), [["edit"], "1237"]);
});

Deno.test("a renewal that moves the end of a lease by little is not shared, unless it shows that the peer is alive", () => {
  const replica = new Replica("t", 100);
  const peer = replica.put({
    address: { host: "10.0.0.1", port: 5000 },
    password: "a",
    images: [],
    listed: true,
    expiresAt: 1_000,
  });
  const { own } = replica.copy;
  own.take(1);
  const shared = (expiresAt: number, verified?: boolean): number => {
    replica.renew(peer, expiresAt, verified);
    const ends = own.takeRenewals().flatMap(({ changes }) => changes).length;
    return ends > 0 ? peer.expiresAt : -1;
  };
  deepStrictEqual(
    [
      shared(1_099, false),
      shared(1_050, true),
      shared(1_149, true),
      shared(1_150, false),
      shared(1_150),
      shared(Infinity),
    ],
    [-1, 1_050, -1, 1_150, -1, Infinity],
  );
  strictEqual(shared(Infinity), -1);
});
