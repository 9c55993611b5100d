/** Calls the callbacks of a caller: their errors must not stop this program. */

/** At most one error is written in this time, in milliseconds: strangers decide how often a callback is called. */
const REPORT_EVERY_MS = 1_000;

let reportedAt = -Infinity;

/**
 * Calls a callback. Its exceptions, and the rejections of an `async` one, go to standard error (`console.error`) and
 * nowhere else, at most one each second.
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
