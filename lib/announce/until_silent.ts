/** Notices between two renewals that a tracker is gone. */
import { pause } from "../net/pause.ts";

/** In milliseconds: a person should hardly notice; a list that is watched asks five times as often. */
const CHECK_MS = 10_000;

/**
 * Asks whether the tracker still answers until it does not, or `ending` is aborted.
 *
 * @returns Whether it is silent.
 */
export async function untilSilent(
  answers: () => Promise<boolean>,
  ending: AbortSignal,
  wait = CHECK_MS,
): Promise<boolean> {
  for (;;) {
    await pause(wait * (0.7 + 0.3 * Math.random()), ending);
    if (ending.aborted) return false;
    if (!await answers().catch(() => true)) return !ending.aborted;
  }
}
