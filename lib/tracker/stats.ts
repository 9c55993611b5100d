/** Counts what a tracker does. Contains no names, addresses or passwords. */
import type { TrackerEvent } from "./effects.ts";

const RATE_SECONDS = 10;

/** Totals since the tracker started. */
export interface Totals {
  /** Number of events by kind ({@link TrackerEvent}). */
  readonly events: Readonly<Record<string, number>>;
  readonly refusals: Readonly<Record<string, number>>;
  /** Requests per second, the mean of the last ten seconds. */
  readonly requestsPerSecond: number;
}

/** Events that do not answer a request. */
const NO_REQUEST = new Set<TrackerEvent["kind"]>(["lapsed", "answered", "unreachable"]);

export class Stats {
  readonly #events = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  /** The number of requests in each of the last seconds. */
  readonly #seconds = Array.from({ length: RATE_SECONDS + 1 }, () => ({ second: -1, count: 0 }));

  /** Counts one event that happened at `now`, in milliseconds. */
  record(event: TrackerEvent, now: number): void {
    this.#events.set(event.kind, (this.#events.get(event.kind) ?? 0) + 1);
    if (event.kind === "refused") this.#refusals.set(event.reason, (this.#refusals.get(event.reason) ?? 0) + 1);
    if (NO_REQUEST.has(event.kind)) return;
    const second = Math.floor(now / 1_000);
    const slot = this.#seconds[second % this.#seconds.length];
    if (slot.second !== second) Object.assign(slot, { second, count: 0 });
    slot.count++;
  }

  totals(now: number): Totals {
    const second = Math.floor(now / 1_000);
    const whole = this.#seconds.filter((it) => it.second < second && it.second >= second - RATE_SECONDS);
    return {
      events: Object.fromEntries(this.#events),
      refusals: Object.fromEntries(this.#refusals),
      requestsPerSecond: whole.reduce((sum, { count }) => sum + count, 0) / RATE_SECONDS,
    };
  }
}
