/** A process that did not run for a while notices it, by either of two clocks. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { pause } from "../../lib/net/pause.ts";
import { pauseAwake, Sleep } from "../../lib/net/sleep.ts";

/** When a process is waking, of moments by two clocks. */
const waking = (moments: readonly [now: number, wall: number][], most = 3_000): number[] => {
  const sleep = new Sleep(most);
  return moments.filter(([now, wall]) => sleep.isWaking(now, wall)).map(([now]) => now);
};

Deno.test("a process is waking for a second after a sleep, and only then", () => {
  const times = [0, 1_000, 4_000, 7_001, 7_500, 8_000, 8_001, 11_001, 20_000, 20_999, 21_000];
  const both = times.map((at): [number, number] => [at, 1e12 + at]);
  deepStrictEqual(waking(both), [7_001, 7_500, 8_000, 20_000, 20_999]);
  deepStrictEqual(waking([[0, 0], [1e12, 1e12]], Infinity), []);
});

Deno.test("a suspended machine is noticed by the wall clock; one that is set back is not", () => {
  const hour = 3_600_000;
  deepStrictEqual(waking([[0, 0], [1_000, hour], [1_900, hour + 900], [2_000, hour + 1_000]]), [1_000, 1_900]);
  deepStrictEqual(waking([[0, hour], [1_000, 0], [2_000, 1_000], [3_000, 4_000]]), []);
  const woke: number[] = [];
  const sleep = new Sleep(3_000, () => woke.push(1));
  for (const [now, wall] of [[0, 0], [1_000, hour], [1_500, hour], [2_000, 0], [2_500, 4_000]]) {
    sleep.isWaking(now, wall);
  }
  strictEqual(woke.length, 2, "once for each sleep");
});

Deno.test("a wait ends when the machine has woken, else when it is over or aborted", async () => {
  const never = new AbortController();
  const read = performance.now;
  let [now, wall] = [0, 0];
  performance.now = () => now; // On a busy machine this process may pause for any time.
  try {
    const short = pauseAwake(10, never.signal, { wall: () => wall, look: 5 });
    const seen: number[] = [];
    const long = pauseAwake(60_000, never.signal, { wall: () => seen[seen.length] = wall, look: 5 });
    [now, wall] = [10, -3_600_000]; // Set back.
    strictEqual(await short, false);
    while (seen.at(-1) !== wall) await pause(1);
    wall = 0;
    strictEqual(await long, true);
    const aborted = new AbortController();
    const other = pauseAwake(60_000, aborted.signal);
    aborted.abort();
    strictEqual(await other, false);
  } finally {
    performance.now = read;
  }
});
