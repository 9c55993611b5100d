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
  const { now } = performance;
  let time = 0;
  performance.now = () => time; // Other tests may have the processor for any time.
  try {
    using guard = new SilenceGuard(conn, 40);
    for (let i = 0; i < 6; i++) {
      time += 30;
      await pause(50); // The guard looks at the clock meanwhile.
      guard.moved();
    }
    strictEqual(guard.expired, false);
    guard.rest();
    time += 1_000;
    await pause(50);
    strictEqual(guard.expired, false);
    guard.moved(1);
    time += 1;
    await closed;
  } finally {
    performance.now = now;
  }
});
