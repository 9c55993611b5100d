import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { ByteShares, type Holder } from "../../lib/net/byte_shares.ts";
import { Crowd, type Slot } from "../../lib/net/crowd.ts";

/** A crowd, and the names of those who were closed. */
class Bench {
  readonly closed: string[] = [];
  readonly crowd: Crowd;

  constructor(most: number, ofSource: number) {
    this.crowd = new Crowd({ most, ofSource });
  }

  admit(name: string): Slot | "later" | null {
    return this.crowd.admit(name[0], () => this.closed.push(name));
  }

  /** Lets these in, and gives their slots. */
  slots(...names: string[]): Slot[] {
    return names.map((name) => {
      const slot = this.admit(name);
      if (slot === null || slot === "later") throw new Error(`${name} was not let in`);
      return slot;
    });
  }
}

Deno.test("no connection is closed while there is room", () => {
  const bench = new Bench(4, 3);
  bench.slots("a1", "a2", "a3", "b1");
  deepStrictEqual([bench.closed, bench.crowd.size], [[], 4]);
});

Deno.test("without room, the most idle connection of the busiest source is closed", () => {
  const bench = new Bench(5, 4);
  const [a1, a2, a3] = bench.slots("a1", "a2", "a3", "b1", "b2");
  a1.moves();
  a1.waits(); // Since later than the others.
  bench.slots("c1");
  deepStrictEqual(bench.closed, ["a2"]);
  a2.leave(); // What was closed ends a moment later.
  strictEqual(bench.crowd.size, 5);
  a3.moves();
  bench.slots("c2"); // All have two now: who has waited longest goes.
  deepStrictEqual(bench.closed, ["a2", "b1"]);
});

Deno.test("a connection that is served is closed only for a source with fewer, and the most idle first", () => {
  const bench = new Bench(4, 4);
  const slots = bench.slots("a1", "a2", "a3", "b1");
  for (const slot of slots) slot.moves();
  slots[0].moves();
  bench.slots("c1");
  deepStrictEqual(bench.closed, ["a2"], "three and none");
  strictEqual(bench.admit("a4"), null, "two, and two");
  strictEqual(bench.admit("b2"), null, "two, and one: they would take turns");
  notStrictEqual(bench.admit("d1"), null, "two, and none");
  deepStrictEqual(bench.closed, ["a2", "a3"]);
});

Deno.test("a source at its limit loses its own waiting connection, or gets no further one", () => {
  const bench = new Bench(10, 2);
  const [a1, a2] = bench.slots("a1", "a2");
  a1.moves();
  a2.moves();
  strictEqual(bench.admit("a3"), null);
  a2.waits();
  bench.slots("a4");
  deepStrictEqual(bench.closed, ["a2"]);
});

Deno.test("if every slot belongs to another source and all are served, a new source has to come later", async () => {
  const bench = new Bench(2, 2);
  const [a, b] = bench.slots("a1", "b1");
  a.moves();
  b.moves();
  strictEqual(bench.admit("c1"), "later");
  const changed = bench.crowd.changed();
  b.waits();
  await changed;
  bench.slots("c1");
  deepStrictEqual(bench.closed, ["b1"]);
  const again = bench.crowd.changed();
  a.leave();
  await again;
  bench.slots("d1");
});

Deno.test("however many connections come from few sources, another source is let in and served", () => {
  const what = fc.record({
    source: fc.nat(3),
    act: fc.constantFrom("come", "ask", "answered", "go"),
    which: fc.nat(40),
  });
  fc.assert(fc.property(fc.array(what, { maxLength: 300 }), (steps) => {
    const bench = new Bench(16, 8);
    const slots: Slot[] = [];
    const run = (): void => {
      for (const { source, act, which } of steps) {
        const slot = slots[which % slots.length];
        if (act === "come") {
          const came = bench.admit(`${source}`);
          if (came instanceof Object) slots.push(came);
        } else if (act === "ask") slot?.moves();
        else if (act === "answered") slot?.waits();
        else slot?.leave();
        ok(bench.crowd.size <= 16);
      }
    };
    run();
    const mine = bench.admit("x");
    if (mine === null || mine === "later") throw new Error("it was not let in");
    mine.moves();
    bench.closed.length = 0;
    run();
    ok(!bench.closed.includes("x"));
  }));
});

/** One who holds bytes, of a source. */
const holder = (name: string, closed: string[]): Holder => ({ source: name[0], close: () => void closed.push(name) });

Deno.test("a source holds no more than its share, and the largest holder is closed for others", () => {
  const closed: string[] = [];
  const [a1, a2, a3, b1, c1] = ["a1", "a2", "a3", "b1", "c1"].map((name) => holder(name, closed));
  const shares = new ByteShares({ most: 100, ofSource: 60 });
  ok(shares.add(a1, 10) && shares.add(a1, 10) && shares.add(a2, 40));
  ok(!shares.add(a3, 1), "its source holds sixty");
  ok(shares.add(b1, 40));
  deepStrictEqual(closed, []);
  ok(shares.add(c1, 30));
  deepStrictEqual(closed, ["a2"]);
  ok(!shares.add(b1, 20), "it is the one that holds most itself");
  ok(shares.add(c1, 10) && shares.add(b1, 0), "what was refused does not count");
  shares.drop(b1);
  shares.drop(c1);
  ok(shares.add(c1, 30) && shares.add(a2, 30) && shares.add(c1, 20));
  deepStrictEqual(closed, ["a2"]);
});

Deno.test("the bytes of all holders never exceed the limit, in whatever order they come", () => {
  const add = fc.record({ holder: fc.nat(9), bytes: fc.nat(30), drop: fc.boolean() });
  fc.assert(fc.property(fc.array(add), (steps) => {
    const held = new Map<Holder, number>();
    const holders = Array.from({ length: 10 }, (_, i): Holder => {
      const it: Holder = { source: `${i % 3}`, close: () => held.delete(it) };
      return it;
    });
    const shares = new ByteShares({ most: 100, ofSource: 60 });
    const sum = (of: (it: Holder) => boolean): number =>
      held.entries().reduce((all, [it, bytes]) => of(it) ? all + bytes : all, 0);
    for (const { holder, bytes, drop } of steps) {
      const it = holders[holder];
      const before = held.get(it) ?? 0;
      held.set(it, before + bytes);
      // One that was refused holds what it held, and continues.
      if (!shares.add(it, bytes)) held.set(it, before);
      if (drop) {
        shares.drop(it);
        held.delete(it);
      }
      const free = Math.min(60, 100 - sum(() => true));
      const other: Holder = { source: "other", close: () => {} };
      const [size, fits] = [held.size, shares.add(other, free)];
      ok(fits && held.size === size, "no byte is counted that nobody holds");
      shares.drop(other);
      ok(sum(() => true) <= 100);
      for (const source of ["0", "1", "2"]) ok(sum((one) => one.source === source) <= 60);
    }
  }));
});
