/** A process that did not run for a while notices it. */
import { deepStrictEqual } from "node:assert/strict";
import { Sleep } from "../../lib/server/sleep.ts";

Deno.test("a process is waking for a second after a sleep, and only then", () => {
  const sleep = new Sleep(3_000);
  const times = [0, 1_000, 4_000, 7_001, 7_500, 8_000, 8_001, 11_001, 20_000, 20_999, 21_000];
  deepStrictEqual(times.filter((now) => sleep.isWaking(now)), [7_001, 7_500, 8_000, 20_000, 20_999]);
  const never = new Sleep(Infinity);
  deepStrictEqual([0, 1e12].map((now) => never.isWaking(now)), [false, false]);
});
