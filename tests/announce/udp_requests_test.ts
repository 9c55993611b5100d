import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { TrackerSocket } from "../../lib/announce/udp_requests.ts";
import { isFault } from "../../lib/fault/fault.ts";
import { soon } from "../support.ts";

const LATE_MS = 100;

/** Longer than a test may take on any machine. */
const HOUR_MS = 3_600_000;

/**
 * A tracker that answers when a test has it, and a client's socket for it.
 *
 * @param late How long the network may delay a datagram, in milliseconds.
 */
function pair(late = LATE_MS): AsyncDisposable & {
  client: TrackerSocket;
  /** The next request. */
  heard(): Promise<string>;
  /** Sends an answer: it is in the client's buffer as soon as this returns. */
  answer(text: string): void;
  ask(request: string, waits: number[]): Promise<string>;
} {
  const tracker = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const client = new TrackerSocket({ host: "127.0.0.1", port: (tracker.addr as Deno.NetAddr).port }, late);
  const to: Deno.NetAddr = { transport: "udp", hostname: "127.0.0.1", port: client.port };
  const never = new AbortController().signal;
  return {
    client,
    heard: async () => new TextDecoder().decode((await soon(tracker.receive(), "a request"))[0]),
    answer: (text) => void tracker.send(new TextEncoder().encode(text), to),
    ask: async (request, waits) => (await client.exchange(request, () => "answer", waits, never)).text,
    async [Symbol.asyncDispose](): Promise<void> {
      await client.close();
      tracker.close();
    },
  };
}

/** Whether the client sends no request now, since a datagram may be under way. */
async function holdsBack(client: TrackerSocket): Promise<boolean> {
  const over = new AbortController();
  let isSettled = false;
  const settled = client.settled(over.signal).then(() => isSettled = true);
  await new Promise((resolve) => setTimeout(resolve, 0)); // What need not wait has gone on by then.
  const holds = !isSettled;
  over.abort();
  await settled;
  return holds;
}

/** Keeps this thread from doing anything else, as a busy machine or a suspended laptop does. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Does something as soon as a wait of this many milliseconds has begun, before anything else happens. */
function onWait(wait: number, work: () => void): Disposable {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = ((callback: () => void, ms: number) => {
    const timer = setTimeout(callback, ms);
    if (ms === wait) work();
    return timer;
  }) as typeof setTimeout;
  return { [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout) };
}

Deno.test("an answer that arrived while the process was paused does not count for the next request", async () => {
  await using it = pair();
  const first = it.ask("LST", [1, 1]).catch((error) => isFault(error, "tracker-silent"));
  strictEqual(await first, true);
  strictEqual(await it.heard() + await it.heard(), "LSTLST");
  const second = it.ask("END pw 5000", [60_000]);
  for (let i = 0; i < 20; i++) it.answer("the list"); // Two for each time that it was asked, and more.
  standStill(LATE_MS + 10); // The wait before another request is over.
  strictEqual(await it.heard(), "END pw 5000");
  it.answer("OK CLIENT_FINISHED");
  strictEqual(await soon(second, "the answer"), "OK CLIENT_FINISHED");
});

Deno.test("an answer that arrived while the process was paused counts, and the request is not repeated", async () => {
  await using it = pair();
  const WAIT_MS = 47; // As no other wait.
  using _ = onWait(WAIT_MS, () => {
    it.answer("the list");
    standStill(WAIT_MS + 10);
  });
  const asked = it.ask("LST", [WAIT_MS, 60_000]);
  strictEqual(await soon(asked, "the answer"), "the list");
  const next = it.ask("END pw 5000", [60_000]);
  strictEqual(await it.heard() + await it.heard(), "LSTEND pw 5000", "no second LST");
  it.answer("OK CLIENT_FINISHED");
  await soon(next, "the answer");
});

Deno.test("where datagrams are duplicated, a request waits while one that seemed to be answered may be under way", async () => {
  await using it = pair(HOUR_MS);
  /** One request, with these answers. */
  const exchange = async (request: string, ...answers: string[]): Promise<void> => {
    const asked = it.ask(request, [60_000]);
    strictEqual(await it.heard(), request);
    answers.forEach(it.answer);
    await soon(asked, "the answer");
  };
  await exchange("END pw 5000", "OK CLIENT_FINISHED", "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD"); // To a duplicate.
  await exchange("END pw 5000", "ERR IP_REGISTERED_WITH_DIFFERENT_PASSWORD"); // To another duplicate, perhaps.
  strictEqual(await holdsBack(it.client), true);
});

Deno.test("where each request gets one answer, none waits for the one before", async () => {
  await using it = pair(HOUR_MS);
  const answers: string[] = [];
  for (const request of ["END pw 5000", "END pw 5000", "REG pw 5000 a,b", "LST"]) {
    const asked = it.ask(request, [60_000]);
    await it.heard();
    it.answer(`the answer to ${request}`);
    answers.push(await soon(asked, "the answer"));
  }
  strictEqual(answers.at(-1), "the answer to LST");
  strictEqual(await holdsBack(it.client), false);
});

Deno.test("after a request that was not answered, the next one waits", async () => {
  await using it = pair();
  const began = performance.now();
  strictEqual(await it.ask("REG pw 5000 a,b", [1]).catch((error) => error.code), "tracker-silent");
  const asked = it.ask("END pw 5000", [60_000]);
  deepStrictEqual([await it.heard(), await it.heard()], ["REG pw 5000 a,b", "END pw 5000"]);
  it.answer("OK CLIENT_FINISHED");
  await soon(asked, "the answer");
  const ms = performance.now() - began;
  ok(ms >= LATE_MS - 1, `${ms} ms`); // Timers may be a millisecond early.
});
