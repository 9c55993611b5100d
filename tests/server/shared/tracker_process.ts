/**
 * A tracker with a shared registry, as a process that a test can stop and kill: prints its port. With `suspended` its
 * `performance.now()` stands still while it is stopped, as on a machine that is suspended.
 */
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";

/** A pause of the process that counts as one, in milliseconds. */
const PAUSE_MS = 1_000;

const [url, leaseMs, clock] = Deno.args;
if (clock === "suspended") {
  const now = performance.now.bind(performance);
  let [before, slept] = [now(), 0];
  performance.now = () => {
    if (now() - before > PAUSE_MS) slept += now() - before;
    return (before = now()) - slept;
  };
  setInterval(() => performance.now(), 50);
}
const shared = await openSharedRegistry(parseEngineAddress(url)!);
const tracker = startTracker({ host: "127.0.0.1", port: 0, shared, leaseMs: Number(leaseMs) });
console.log(`port ${tracker.address.port}`);
