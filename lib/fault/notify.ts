/** Calling the callbacks of a caller: whatever they throw is theirs, and stops nothing of ours. */

/** At most one error is written in this time, in milliseconds: strangers decide how often a callback is called. */
const REPORT_EVERY_MS = 1_000;

let reportedAt = -Infinity;

/**
 * Calls a callback that a caller gave. An error that it throws, or that the promise of an `async` one rejects with, goes
 * to standard error (`console.error`), at most one each second, and nowhere else.
 */
export function notify(call: () => unknown): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(report);
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  const now = performance.now();
  if (now - reportedAt < REPORT_EVERY_MS) return;
  reportedAt = now;
  console.error("A callback given to IDP2PI failed:", error);
}
