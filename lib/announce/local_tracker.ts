/** Finds a tracker on this machine that announces itself nowhere, such as one that listens on a loopback address only. */
import { type Address, DEFAULT_TRACKER_PORT } from "../protocol/address.ts";
import { isListAnswer } from "../protocol/reply.ts";
import { TrackerSocket } from "./udp_requests.ts";

/** The timeout of each repetition, in milliseconds: nothing leaves this machine, which may be busy. */
const WAITS_MS = [100, 200, 400];

/**
 * The loopback address at which a tracker answers on the default port, if one does. One that answers at both gets one
 * request, since its log shows each. Never throws.
 */
export async function findLocalTracker(signal: AbortSignal): Promise<Address | null> {
  for (const host of ["127.0.0.1", "::1"]) {
    const address = { host, port: DEFAULT_TRACKER_PORT };
    if (await answers(address, signal)) return address;
  }
  return null;
}

async function answers(address: Address, signal: AbortSignal): Promise<boolean> {
  try {
    await using open = new AsyncDisposableStack();
    const socket = new TrackerSocket(address);
    open.defer(() => socket.close());
    await socket.exchange("LST", (text) => isListAnswer(text) ? "answer" : "other", WAITS_MS, signal);
    return true;
  } catch {
    return false; // Silent, or a machine without IPv6.
  }
}
