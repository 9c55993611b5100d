import { strictEqual } from "node:assert/strict";
import { pause } from "../../lib/net/pause.ts";
import { SilenceGuard } from "../../lib/net/tcp.ts";

/** A connection that only tells when it was closed. */
function connection(): { conn: Deno.Conn; closed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { conn: { close: resolve } as unknown as Deno.Conn, closed: promise };
}

Deno.test("a silent connection is closed, even if the timeout was shortened", async () => {
  const { conn, closed } = connection();
  using guard = new SilenceGuard(conn, 60_000);
  const began = performance.now();
  guard.moved(20);
  await closed;
  strictEqual(guard.expired, true);
  strictEqual(performance.now() - began >= 20, true);
});

Deno.test("a connection is closed only after bytes stop moving and the wait is not paused", async () => {
  const { conn, closed } = connection();
  using guard = new SilenceGuard(conn, 1_000);
  for (let i = 0; i < 6; i++) {
    await pause(200);
    guard.moved();
  }
  strictEqual(guard.expired, false);
  guard.rest();
  await pause(1_100);
  strictEqual(guard.expired, false);
  guard.moved(1);
  await closed;
});
