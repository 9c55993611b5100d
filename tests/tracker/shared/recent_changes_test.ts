/** What is remembered of the last minute. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { RecentChanges } from "../../../lib/tracker/shared/recent_changes.ts";

const MINUTE = 60_000_000;

Deno.test("the changes of the last minute are remembered, each address with its last one, and none older than two", () => {
  const step = fc.record({
    address: fc.nat({ max: 9 }),
    later: fc.integer({ min: 1, max: MINUTE / 3 }),
    removed: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
    const recent = new RecentChanges();
    const last = new Map<string, { id: number; removed: boolean }>();
    let now = 1;
    for (const { address, later, removed } of steps) {
      now += later;
      recent.add(`${address}`, now, removed);
      last.set(`${address}`, { id: now, removed });
    }
    const remembered = new Map(recent.lost(new Set()));
    for (const [address, { id, removed }] of last) {
      if (now - id < MINUTE) deepStrictEqual([remembered.get(address), recent.isRemoved(address)], [id, removed]);
    }
    for (const id of remembered.values()) ok(recent.oldest! <= id && now - id <= 2 * MINUTE + MINUTE / 3);
    strictEqual(recent.lost(new Set([...last.values()].map(({ id }) => id))).length, 0);
  }));
});

Deno.test("a change that comes twice, or late, does not hide a later one", () => {
  const recent = new RecentChanges();
  recent.add("a", 20, true);
  recent.add("a", 20, true);
  recent.add("a", 10, false);
  deepStrictEqual([recent.lost(new Set()), recent.isRemoved("a")], [[["a", 20]], true]);
});
