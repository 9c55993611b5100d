/** A tracker with a shared registry, as a process that a test can stop and kill: prints its port. */
import { parseEngineAddress } from "../../../lib/server/shared/engine_address.ts";
import { openSharedRegistry } from "../../../lib/server/shared/shared_registry.ts";
import { startTracker } from "../../../lib/server/tracker_server.ts";

const [url, leaseMs] = Deno.args;
const shared = await openSharedRegistry(parseEngineAddress(url)!);
const tracker = startTracker({ host: "127.0.0.1", port: 0, shared, leaseMs: Number(leaseMs) });
console.log(`port ${tracker.address.port}`);
