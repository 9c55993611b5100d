import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { EventStreams } from "../../../../lib/app/gallery/server/event_streams.ts";
import { newAccess } from "../../../../lib/app/gallery/server/access.ts";
import { eventsIn } from "./visit.ts";

const [mine, others] = [true, false].map((canControl) => newAccess([], 1, canControl));

const open = (streams: EventStreams, lastId: string | null = null, access = mine): Response =>
  new Response(streams.open('{"n":1}', lastId, new AbortController().signal, access));

/** The kinds and data of the next `count` events. */
async function take(response: Response, count: number): Promise<string[]> {
  const taken: string[] = [];
  for await (const { event, data } of eventsIn(response)) {
    taken.push(`${event} ${data}`);
    if (taken.length === count) break;
  }
  return taken;
}

Deno.test("two pages get the same events; one that connects again gets what it missed", async () => {
  using streams = new EventStreams(1);
  const [one, other] = [open(streams), open(streams)];
  streams.keep("outcome", "1");
  streams.send("progress", "[]");
  const all = ['state {"n":1}', "outcome 1", "progress []"];
  deepStrictEqual([await take(one, 3), await take(other, 3)], [all, all]);
  streams.keep("outcome", "2");
  streams.keep("outcome", "3");
  deepStrictEqual(await take(open(streams, "1"), 3), ['state {"n":1}', "outcome 2", "outcome 3"]);
  for (const lost of ["17", "x", "-1"]) {
    deepStrictEqual(await take(open(streams, lost), 2), ['state {"n":1}', "reload null"], lost);
  }
  streams.keep("images", `"${"x".repeat(5 << 20)}"`); // More than is kept.
  deepStrictEqual(await take(open(streams, "1"), 2), ['state {"n":1}', "reload null"]);
});

Deno.test("no event of another run counts as one of this run", async () => {
  using earlier = new EventStreams(Date.now() - 1_000);
  earlier.keep("outcome", "1");
  const [{ id }] = await Array.fromAsync({ length: 1 }, async () => (await eventsIn(open(earlier)).next()).value!);
  using streams = new EventStreams();
  deepStrictEqual(await take(open(streams, id), 2), ['state {"n":1}', "reload null"]);
});

Deno.test("a page that reads nothing is dropped, others are not, and the oldest stream gives way", async () => {
  using streams = new EventStreams();
  const counts: number[] = [];
  streams.onCount = (count) => counts.push(count);
  const idle = open(streams);
  for (let i = 0; i < 20; i++) streams.send("images", `"${"x".repeat(1 << 20)}"`);
  strictEqual(streams.size, 0);
  await rejects(idle.text());
  const first = open(streams);
  const further = Array.from({ length: 16 }, () => open(streams));
  strictEqual(streams.size, 16);
  deepStrictEqual(await take(first, 2), ['state {"n":1}']); // It ended.
  await Promise.all(further.map((it) => it.body!.cancel()));
  deepStrictEqual([streams.size, counts.at(-1)], [0, 0]);
});

Deno.test("pages of others get no event that is for mine, and close no stream of mine", async () => {
  using streams = new EventStreams();
  const [one, other] = [open(streams), open(streams, null, others)];
  deepStrictEqual(streams.accesses, new Set([mine, others]));
  streams.send("state", "mine", mine);
  streams.send("state", "others", others);
  const further = Array.from({ length: 16 }, () => open(streams, null, others));
  deepStrictEqual(await take(other, 9), ['state {"n":1}', "state others"]); // It was the oldest one of others.
  streams.send("progress", "[]");
  deepStrictEqual(await take(one, 3), ['state {"n":1}', "state mine", "progress []"]);
  await Promise.all(further.map((it) => it.body!.cancel()));
});

Deno.test("pages get an event when the client ends", async () => {
  const streams = new EventStreams();
  const page = open(streams);
  streams[Symbol.dispose]();
  deepStrictEqual(await take(page, 9), ['state {"n":1}', "bye null"]);
});
