import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { getEventListeners } from "node:events";
import { type PoolOptions, WorkerPool } from "../../lib/worker/pool.ts";
import type { PoolTimeouts } from "../../lib/worker/pool_worker.ts";
import { soon } from "../support.ts";
import { HELD_MS, HeldTimers } from "../support_timers.ts";

const NONE: Deno.PermissionOptionsObject = {
  read: false,
  write: false,
  net: false,
  run: false,
  env: false,
  sys: false,
};

const MODULE = new URL("./obedient_worker.js", import.meta.url);

/** What obedient_worker.js understands. */
interface Command {
  readonly name: string;
  readonly text?: string;
  readonly memory?: SharedArrayBuffer;
  readonly times?: number;
  readonly ms?: number;
}

function pool(timeouts: PoolTimeouts = {}, options: Partial<PoolOptions> = {}): WorkerPool<Command, string, string> {
  return new WorkerPool({ module: MODULE, permissions: NONE, maxWorkers: 1, maxRequests: 1, timeouts, ...options });
}

/** Shared memory that holds a worker until it is released, and shows that it has begun to compute. */
function gate(): { memory: SharedArrayBuffer; release: () => void; begun: () => Promise<unknown> } {
  const memory = new SharedArrayBuffer(8);
  const view = new Int32Array(memory);
  return {
    memory,
    release: () => (Atomics.store(view, 0, 1), void Atomics.notify(view, 0)),
    begun: async () => await soon(Promise.resolve(Atomics.waitAsync(view, 1, 0).value), "the beginning"),
  };
}

const failsAs = (kind: string): { name: string; kind: string } => ({ name: "WorkerError", kind });

Deno.test("each request has its own answer, whatever the order of the answers", async () => {
  using workers = pool({}, { maxRequests: Infinity });
  const { memory, release } = gate();
  const first = workers.request({ name: "wait", memory });
  strictEqual(await workers.request({ name: "echo", text: "second" }), "second");
  release();
  strictEqual(await soon(first, "the first answer"), "waited");
});

Deno.test("a request waits for the one before it, and further workers start up to the limit", async () => {
  for (const [maxWorkers, started] of [[1, 1], [3, 3], [9, 4]]) {
    using workers = pool({}, { maxWorkers });
    const requests = Array.from({ length: 4 }, () => workers.request({ name: "identify" }));
    strictEqual(new Set(await Promise.all(requests)).size, started);
  }
});

Deno.test("progress precedes the answer, and shows that the worker is not stuck", async () => {
  using timers = new HeldTimers();
  using workers = pool({ answer: HELD_MS });
  const reports: string[] = [];
  const request = workers.request({ name: "report", times: 15, ms: 1 }, { onProgress: (it) => reports.push(it) });
  strictEqual(await request, "reported");
  deepStrictEqual(reports, Array.from({ length: 15 }, (_, i) => `${i}`));
  strictEqual(timers.count, 1 + reports.length, "the wait starts again after each");
});

Deno.test("a stuck worker is terminated, and another answers the requests that follow or waited", async () => {
  using timers = new HeldTimers();
  using workers = pool({ answer: HELD_MS }, { maxRequests: 2 });
  const stuck = rejects(workers.request({ name: "hang" }), failsAs("stuck"));
  const behind = workers.request({ name: "echo", text: "behind" });
  await soon(timers.end(), "the wait for an answer");
  await stuck;
  strictEqual(await behind, "behind");
});

Deno.test("a worker that does not start in time is terminated", async () => {
  using workers = pool({ start: 50 }, { module: new URL("data:text/javascript,await new Promise(() => {})") });
  await rejects(workers.request({ name: "echo", text: "a" }), failsAs("stuck"));
});

Deno.test("a late answer does not count for the next request", async () => {
  using timers = new HeldTimers();
  using workers = pool({ answer: HELD_MS });
  const { memory, release } = gate();
  const stuck = rejects(workers.request({ name: "wait", memory }), failsAs("stuck"));
  await soon(timers.end(), "the wait for an answer");
  await stuck;
  release();
  strictEqual(await workers.request({ name: "echo", text: "next" }), "next");
});

Deno.test("a worker that crashes fails only its own requests", async () => {
  using workers = pool({}, { maxRequests: 2, maxWorkers: 2 });
  const { memory, release } = gate();
  const failed = ["throw later", "hang"].map((name) => rejects(workers.request({ name }), /of the test/));
  const other = workers.request({ name: "wait", memory });
  await Promise.all(failed);
  release();
  strictEqual(await other, "waited");
  strictEqual(await workers.request({ name: "echo", text: "next" }), "next");
});

Deno.test("a worker that crashes at its start fails the request that it was started for, each time", async () => {
  using workers = pool({}, { module: new URL("data:text/javascript,throw new Error('of the test')") });
  for (let i = 0; i < 2; i++) {
    await rejects(soon(workers.request({ name: "echo", text: "a" }), "an end"), failsAs("crashed"));
  }
});

Deno.test("closing a pool ends running and waiting requests, and nothing starts any more", async () => {
  const workers = pool();
  const ends = [workers.request({ name: "hang" }), workers.request({ name: "echo", text: "waits" })];
  const rejected = ends.map((it) => rejects(it, failsAs("closed")));
  workers[Symbol.dispose]();
  await Promise.all(rejected);
  await rejects(workers.request({ name: "echo", text: "late" }), failsAs("closed"));
});

Deno.test("a pool that is closed by a receiver of progress leaves no timer", async () => {
  const workers = pool({ answer: 60_000 });
  const onProgress = (): void => workers[Symbol.dispose]();
  await rejects(workers.request({ name: "report", times: 2, ms: 1 }, { onProgress }), failsAs("closed"));
});

Deno.test("a request withdrawn before a worker has it is not run; afterwards it is", async () => {
  using workers = pool();
  await workers.request({ name: "identify" }); // There is a worker that takes the next request at once.
  const { memory, release } = gate();
  const [early, late] = [new AbortController(), new AbortController()];
  const first = workers.request({ name: "wait", memory }, { signal: late.signal });
  const second = rejects(workers.request({ name: "throw" }, { signal: early.signal }), { message: "withdrawn" });
  early.abort(new Error("withdrawn"));
  late.abort();
  await second;
  await rejects(workers.request({ name: "throw" }, { signal: early.signal }), { message: "withdrawn" });
  release();
  strictEqual(await first, "waited");
});

Deno.test("a request that is answered or withdrawn leaves no listener on its signal", async () => {
  using workers = pool();
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const request = (): Promise<string> => workers.request({ name: "echo", text: "it" }, { signal });
  deepStrictEqual(await Promise.all([request(), request()]), ["it", "it"]);
  strictEqual(getEventListeners(signal, "abort").length, 0);
  const { memory, release } = gate();
  const working = workers.request({ name: "wait", memory });
  const withdrawn = rejects(request(), { message: "withdrawn" });
  strictEqual(getEventListeners(signal, "abort").length, 1);
  giveUp.abort(new Error("withdrawn"));
  await withdrawn;
  release();
  await working;
  strictEqual(getEventListeners(signal, "abort").length, 0);
});

Deno.test("an idle worker is ended, and another one is started for the next request", async () => {
  using workers = pool({ idle: 0 });
  const first = await workers.request({ name: "identify" });
  await new Promise((resolve) => setTimeout(resolve, 0));
  ok(await workers.request({ name: "identify" }) !== first);
});

Deno.test("no worker starts while a terminated one still computes; requests that wait longer than an answer may take are refused", async () => {
  const { memory, release, begun } = gate();
  {
    using timers = new HeldTimers();
    using workers = pool({ answer: HELD_MS });
    const stuck = rejects(workers.request({ name: "compute", memory }), failsAs("stuck"));
    await begun();
    await soon(timers.end(), "the wait for an answer");
    await stuck;
  }
  using others = pool({ answer: 300 });
  await rejects(soon(others.request({ name: "echo", text: "a" }), "an end"), failsAs("blocked"));
  using patient = pool({ answer: 60_000 });
  let answered = false;
  const answer = patient.request({ name: "echo", text: "b" }).then((text) => (answered = true, text));
  using ofAnotherKind = pool({}, { module: new URL("?other", MODULE) });
  await ofAnotherKind.request({ name: "echo", text: "c" }); // Long enough for a worker to start.
  strictEqual(answered, false);
  release();
  strictEqual(await soon(answer, "the answer"), "b");
});

Deno.test("while one worker is stuck, the others continue", async () => {
  const { memory, release } = gate();
  using timers = new HeldTimers();
  using workers = pool({ answer: HELD_MS }, { maxWorkers: 2 });
  const stuck = rejects(workers.request({ name: "compute", memory }), failsAs("stuck"));
  const other = await workers.request({ name: "identify" });
  await soon(timers.end(), "the wait for an answer");
  await stuck;
  deepStrictEqual(await workers.request({ name: "identify" }), other);
  release();
});
