/**
 * Notices that this process did not run for a while: somebody stopped it, or its machine was suspended. Meanwhile
 * `performance.now()` and timers stand still on Linux and macOS, and only the wall clock goes on. One that is set
 * forward looks the same, so that what follows must do no harm then.
 */
import { pause } from "./pause.ts";

/** For how long requests from before may still be read, in milliseconds. */
const WAKING_MS = 1_000;

/** A wait is no longer than this after the machine has woken, and a pause that is longer by this is a sleep. */
const LOOK_MS = 2_000;

/** Decides by two clocks, both in milliseconds: `now` never goes back, and `wall` may be set. */
export class Sleep {
  readonly #most: number;
  readonly #onWake: () => void;
  #now = Infinity;
  #wall = Infinity;
  #wokeAt = -Infinity;

  /** @param most A pause that is no sleep, in milliseconds. */
  constructor(most: number, onWake = (): void => {}) {
    [this.#most, this.#onWake] = [most, onWake];
  }

  /** Whether the process slept since it was asked last. To be asked more often than it may pause. */
  hasSlept(now: number, wall: number): boolean {
    const pause = Math.max(now - this.#now, wall - this.#wall);
    [this.#now, this.#wall] = [now, wall];
    if (pause <= this.#most) return false;
    this.#wokeAt = now;
    this.#onWake();
    return true;
  }

  /** Whether the process slept until a moment ago. */
  isWaking(now: number, wall: number): boolean {
    return this.hasSlept(now, wall) || now - this.#wokeAt < WAKING_MS;
  }
}

/** Waits like {@link pause}, but not on after a sleep; returns whether there was one. */
export async function pauseAwake(
  ms: number,
  signal: AbortSignal,
  { wall = Date.now, look = LOOK_MS }: { readonly wall?: () => number; readonly look?: number } = {},
): Promise<boolean> {
  const sleep = new Sleep(2 * look);
  const end = performance.now() + ms;
  for (;;) {
    const now = performance.now();
    if (sleep.hasSlept(now, wall())) return true;
    if (now >= end || signal.aborted) return false;
    await pause(Math.min(look, end - now), signal);
  }
}
