import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { LookBudget } from "../../../lib/app/thumbnails/look_budget.ts";
import { Refusals } from "../../../lib/app/thumbnails/refusals.ts";
import { SharedWork } from "../../../lib/app/thumbnails/shared_work.ts";

Deno.test("work is done once for several callers, and ended when the last of them has given up", async () => {
  const shared = new SharedWork<string>();
  const done = Promise.withResolvers<string>();
  const started: AbortSignal[] = [];
  const work = (unwanted: AbortSignal): Promise<string> => {
    started.push(unwanted);
    return done.promise;
  };
  const [first, second] = [new AbortController(), new AbortController()];
  const callers = [first, second].map(({ signal }) => shared.join("a", work, signal));
  const other = shared.join("b", work);
  strictEqual(started.length, 2);
  first.abort(new Error("gone"));
  await rejects(callers[0], /gone/);
  strictEqual(started[0].aborted, false);
  second.abort(new Error("gone too"));
  await rejects(callers[1], /gone too/);
  strictEqual(started[0].aborted, true);
  const again = shared.join("a", work);
  strictEqual(started.length, 3, "what was ended is started anew");
  done.resolve("done");
  deepStrictEqual(await Promise.all([again, other]), ["done", "done"]);
  await rejects(shared.join("a", () => Promise.reject(new Error("failed"))), /failed/);
  strictEqual(await shared.join("a", () => Promise.resolve("new")), "new");
});

Deno.test("16 MiB are read for looks in a minute, and what was not read is given back", () => {
  let now = 0;
  const budget = new LookBudget(() => now);
  const peer = { host: "10.0.0.1", port: 1 };
  const looks = Array.from({ length: 65 }, () => budget.take());
  deepStrictEqual(looks.map(({ bytes }) => bytes), [...Array(64).fill(262_144), 0]);
  looks[0].read({ source: "whole", bytes: new Uint8Array(262_144), peer });
  looks[1].read({ source: "thumbnail", bytes: new Uint8Array(262_144), peer });
  looks.slice(0, 2).forEach((look) => look[Symbol.dispose]());
  deepStrictEqual([budget.take(), budget.take()].map(({ bytes }) => bytes), [262_144, 0]);
  now = 60_000;
  strictEqual(budget.take().bytes, 262_144);
});

Deno.test("reasons are remembered for as long as they stay true, of a limited number of images", () => {
  const refusals = new Refusals();
  refusals.add("a", "busy", 0);
  refusals.add("b", "unreadable", 0);
  deepStrictEqual([refusals.get("a", 2_999), refusals.get("a", 3_000)], ["busy", null]);
  deepStrictEqual([refusals.get("b", 3_000), refusals.get("c", 0)], ["unreadable", null]);
  for (let i = 0; i < 10_000; i++) refusals.add(`${i}`, "unreadable", 0);
  deepStrictEqual([refusals.get("b", 0), refusals.get("9999", 0)], [null, "unreadable"]);
});
