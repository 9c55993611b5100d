/** Trackers whose machine slept, and that do not reach the engine when it wakes: leases that they renew until then. */
import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { type Asked, LEASE, type Node, World } from "./world.ts";

const nap = fc.record({
  node: fc.nat({ max: 1 }),
  do: fc.constantFrom("REG", "UPD", "UPD", "renew", "renew", "sleep", "return", "exchange"),
  by: fc.constantFrom(500, 3_600_000),
  later: fc.integer({ min: 0, max: 400 }),
});

Deno.test("a lease that was renewed while the engine was away, after a sleep, ends when it is to", () => {
  fc.assert(
    fc.property(fc.array(nap, { maxLength: 30, size: "max" }), fc.boolean(), (naps, isAskedByBoth) => {
      const world = new World(2);
      const away = new Set<Node>();
      const asked: Asked = { host: "10.0.0.1", port: 5000, to: 5000, kind: "REG", password: "a", images: [1], name: 0 };
      world.ask(world.nodes[0], asked);
      world.settle();
      let [renewedAt, renewedBy, isSleepKnown] = [world.now, world.nodes[0], true];
      const back = (node: Node): void => {
        node.replica.copy.setClock(-node.ahead);
        away.delete(node);
      };
      for (const { node: which, do: what, by, later } of naps) {
        world.now += later;
        const isRequest = ["REG", "UPD", "renew"].includes(what);
        const node = world.nodes[isRequest && !isAskedByBoth ? 0 : which];
        if (what === "sleep") {
          world.now += by;
          node.ahead -= by;
          node.replica.copy.own.woke();
          away.add(node);
          if (node === renewedBy) isSleepKnown = false;
        } else if (what === "return") back(node);
        else if (what === "exchange") {
          if (!away.has(node)) world.take(node, { do: "exchange" });
        } else if (what === "REG" || node.replica.at(asked)) {
          // Of two REG the one that the engine gets last counts.
          world.ask(node, { ...asked, kind: isAskedByBoth ? "UPD" : what, images: [1, 2] });
          [renewedAt, renewedBy, isSleepKnown] = [world.now, node, true];
        }
      }
      for (const node of world.nodes) back(node);
      world.settle();
      world.check();
      const { endsAt } = world.engine.peers.get("10.0.0.1:5000")!;
      ok(endsAt <= renewedAt + LEASE, `${endsAt - renewedAt} is too long`);
      if (isSleepKnown) ok(endsAt >= renewedAt + LEASE - 200, `${endsAt - renewedAt} is too short`);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("who left while a tracker slept, and registers there before the engine is back, is registered, with others too", () => {
  const world = new World(2);
  const [sleeper, other] = world.nodes;
  const asked: Asked = { host: "10.0.0.1", port: 5000, to: 0, kind: "REG", password: "a", images: [1], name: 0 };
  for (const port of [5000, 5001] as const) world.ask(sleeper, { ...asked, port });
  world.settle();
  world.now += 3_600_000;
  sleeper.ahead -= 3_600_000;
  sleeper.replica.copy.own.woke();
  world.ask(other, { ...asked, kind: "END" });
  world.take(other, { do: "exchange" });
  world.now += 700;
  world.ask(sleeper, asked);
  world.ask(sleeper, { ...asked, port: 5001, kind: "renew" });
  world.ask(sleeper, { ...asked, host: "10.0.0.2" });
  world.ask(sleeper, { ...asked, host: "10.0.0.2", kind: "END" });
  sleeper.replica.copy.setClock(-sleeper.ahead);
  world.settle();
  world.check();
  const leases = [...world.engine.peers].map(([address, { endsAt }]) => [address, endsAt - world.now]);
  deepStrictEqual(leases.sort(), [["10.0.0.1:5000", LEASE], ["10.0.0.1:5001", LEASE]]);
});
