/** Whatever is asked for while something else is under way, in either order: the tracker ends up with the last request. */
import { ok, rejects, strictEqual } from "node:assert/strict";
import { TrackerSession } from "../../lib/announce/tracker_session.ts";
import { TrackerClient } from "../../lib/announce/tracker_client.ts";
import { Fault } from "../../lib/fault/fault.ts";
import { BaselineTracker } from "../fake/baseline_tracker.ts";
import { ScriptedTracker } from "../fake/scripted_tracker.ts";
import { CAT, DOG } from "../protocol/arbitraries.ts";
import { HELD_MS, HeldTimers } from "../support_timers.ts";

const ACTIONS = ["register", "update", "unregister", "change", "renewal", "close", "lost"] as const;
type Action = typeof ACTIONS[number];

const PORT = 5_000;
const first = [{ md5: CAT, name: "cat.gif" }];
const second = [{ md5: CAT, name: "cat.gif" }, { md5: DOG, name: "dog.gif" }];

/** One peer at a slow tracker that appends at `REG`. */
class Trial implements AsyncDisposable {
  readonly tracker = new BaselineTracker({ register: "appends", delay: 5 });
  readonly #ending = new AbortController();
  readonly session: TrackerSession;
  images = first;
  closed = false;

  private constructor(client: TrackerClient, tracker: BaselineTracker) {
    this.tracker[Symbol.dispose]();
    this.tracker = tracker;
    this.session = new TrackerSession({
      client,
      password: "pw",
      port: PORT,
      images: () => this.images,
      isOwn: ({ port }) => port === PORT,
      ending: this.#ending.signal,
      waits: { renew: 60_000, first: 15, most: 30 },
    });
  }

  /** Only what is lost is waited for until the end; all else is answered, however busy the machine is. */
  static async start(timers: HeldTimers, number: number): Promise<Trial> {
    const tracker = new BaselineTracker({ register: "appends", delay: 5 });
    const wait = HELD_MS + number;
    tracker.onLost = () => void timers.end(wait);
    return new Trial(
      await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [wait] } }),
      tracker,
    );
  }

  /** Does it; returns how it went. */
  async do(action: Action): Promise<"done" | "failed"> {
    const { session, tracker } = this;
    try {
      switch (action) {
        case "register":
          await session.register();
          return "done";
        case "update":
          await session.update();
          return "done";
        case "unregister":
          await session.unregister();
          return "done";
        case "change":
          this.images = second;
          return await session.changed() === undefined ? "done" : "failed";
        case "renewal":
          session.check();
          return "done";
        case "close":
          this.closed = true;
          this.#ending.abort();
          await session.close();
          return "done";
        case "lost":
          tracker.away = true;
          return "done";
      }
    } catch (error) {
      ok(error instanceof Fault || this.closed, `${error}`);
      return "failed";
    }
  }

  /** Waits until the tracker holds this of the peer. */
  async holds(expected: string[][], what: string): Promise<void> {
    const isSo = (): boolean => JSON.stringify(this.tracker.holds(PORT)) === JSON.stringify(expected);
    if (!isSo()) await this.tracker.answered.find(isSo, `${what}: ${JSON.stringify(expected)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.session.close();
    this.tracker[Symbol.dispose]();
  }
}

/** Whether the last of two actions leaves the peer registered; as before where neither says. */
function lastAction(one: Action, other: Action, before: boolean): boolean {
  for (const action of [other, one]) {
    if (action === "register" || action === "update") return true;
    if (action === "unregister" || action === "close") return false;
  }
  return before;
}

async function tryPair(
  starting: Promise<Trial>,
  one: Action,
  other: Action,
  before: boolean,
  when: "at once" | "under way",
): Promise<void> {
  const what = `${before ? "registered, " : ""}${one}, ${when} ${other}`;
  await using trial = await starting;
  const { tracker, session } = trial;
  if (before) await session.register();
  const asked = tracker.requests.length;
  const doing = trial.do(one);
  if (when === "under way" && !["lost", "close"].includes(one) && (before || ["register", "update"].includes(one))) {
    await tracker.heard.find(() => tracker.requests.length > asked, `${what}: the first is under way`);
  }
  const results = await Promise.all([doing, trial.do(other)]);
  tracker.away = false; // What was lost comes back.
  if (trial.closed) {
    if (one === "lost" || other === "lost") return; // Nobody could be unregistered.
    await trial.holds([], what); // The client does not wait for long until its last request is answered.
    const end = tracker.requests.findLastIndex((it) => it.startsWith("END"));
    strictEqual(tracker.requests.slice(end + 1).join(), "", `${what}: nothing follows the END`);
    strictEqual(session.registered, false, what);
    return;
  }
  const isEndLost = before && results.some((it, i) => it === "failed" && [one, other][i] === "unregister");
  const isWanted = lastAction(one, other, before) || isEndLost; // It stays what it was.
  await trial.holds(isWanted ? [trial.images.map(({ md5 }) => md5)] : [], what);
  if (one === "lost" || other === "lost") return;
  strictEqual(session.registered, isWanted, what);
}

for (const before of [false, true]) {
  for (const when of ["at once", "under way"] as const) {
    Deno.test(`after any two actions, ${when}, of a peer that is ${before ? "" : "not "}registered, the last one counts`, async () => {
      using timers = new HeldTimers();
      const pairs = ACTIONS.flatMap((one) => ACTIONS.map((other) => [one, other] as const));
      await Promise.all(
        pairs.map(([one, other], i) => tryPair(Trial.start(timers, i), one, other, before, when)),
      );
    });
  }
}

Deno.test("a peer that leaves while REG is pending over TCP is in no list afterwards", async () => {
  const answer = Promise.withResolvers<void>();
  let isListed = false;
  await using tracker = new ScriptedTracker(async (request) => {
    if (request.startsWith("END")) isListed = false;
    if (!request.startsWith("REG")) return "OK CLIENT_FINISHED";
    isListed = true;
    await answer.promise;
    return "OK 1_REGISTERED_IMAGES";
  });
  tracker.openTcp();
  const client = await TrackerClient.open({ host: "127.0.0.1", port: tracker.port }, { timeouts: { waits: [400] } });
  const registering = client.register("pw", PORT, first);
  const given = rejects(registering, /over/);
  await tracker.heard.find((request) => request.startsWith("TCP REG"), "the registration");
  await client.leave("pw", PORT);
  answer.resolve();
  await given;
  strictEqual(isListed, false);
  await client.close();
});
