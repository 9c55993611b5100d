/** A machine that was suspended renews at once: the waits of its client have stood still, and leases have not. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { type Begin, keepRegistered, type RegistrationEvent, type RenewalWaits } from "../../lib/announce/renewal.ts";
import { Fault } from "../../lib/fault/fault.ts";
import { PATIENCE_MS, soon } from "../support.ts";

const HOUR = 3_600_000;

/** Renews until there are no more answers, while the clock jumps by an hour every two milliseconds, or never. */
async function renewals(
  answers: readonly ("ok" | "again" | "silent")[],
  { begin, jumps = () => true, waits }: { begin?: Begin; jumps?: (count: number) => boolean; waits?: RenewalWaits } =
    {},
): Promise<{ events: string[]; slept: boolean[] }> {
  const [events, slept, left, ending] = [[] as string[], [] as boolean[], [...answers], new AbortController()];
  let wall = 0;
  const timer = setInterval(() => wall += jumps(slept.length) ? HOUR : 2, 2);
  const renew = (hasSlept: boolean) => {
    slept.push(hasSlept);
    const answer = left.shift();
    if (left.length === 0) setTimeout(() => ending.abort());
    if (answer === "silent") throw new Fault("tracker-silent", { address: "tracker", seconds: 1 });
    return Promise.resolve({ accepted: 1, offered: 1, again: answer === "again" });
  };
  const parts = {
    renew,
    hadTcp: () => false,
    onEvent: ({ kind }: RegistrationEvent) => void events.push(kind),
    waits: waits ?? { renew: HOUR, first: HOUR, most: HOUR },
    awake: { wall: () => wall, look: 10 },
  };
  try {
    await soon(keepRegistered(parts, begin ?? { accepted: 1, offered: 1, again: false }, ending.signal), "renewals");
  } finally {
    clearInterval(timer);
  }
  return { events, slept: slept.slice(0, answers.length) };
}

Deno.test("a client renews, or registers anew, as soon as its machine has woken", async () => {
  const table: [answers: ("ok" | "again" | "silent")[], begin: Begin | undefined, events: string[]][] = [
    [["ok", "again", "ok"], undefined, ["again"]],
    [["silent", "silent", "again", "ok"], undefined, ["lost", "found"]],
    [["ok", "ok"], "failed", ["found"]],
    [["ok", "ok"], "doubtful", []],
  ];
  for (const [answers, begin, events] of table) {
    deepStrictEqual(await renewals(answers, { begin }), { events, slept: answers.map(() => true) });
  }
});

Deno.test("after a sleep retries begin with short waits: the network may be away for some seconds", async () => {
  // Each wait is twice the one before: without the sleep after the fifth the 13th would be four seconds.
  const { setTimeout } = globalThis;
  let waited = 0; // As it was asked for: on a busy machine it takes longer.
  globalThis.setTimeout = ((callback: () => void, ms = 0) => {
    if (ms < PATIENCE_MS) waited += ms; // The longer one only ends a hang.
    return setTimeout(callback, ms);
  }) as typeof setTimeout;
  const waits = { renew: 1, first: 1, most: HOUR };
  const { slept } = await renewals(Array(13).fill("silent"), { waits, jumps: (count) => count === 5 })
    .finally(() => globalThis.setTimeout = setTimeout);
  ok(slept.includes(true) && waited < 3_000, `${waited} ms, ${slept}`);
});
