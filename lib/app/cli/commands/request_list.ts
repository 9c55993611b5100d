/**
 * Requests the list once, without sharing anything.
 *
 * @module
 */
import type { Listing } from "../../../announce/fetch_list.ts";
import { TrackerClient } from "../../../announce/tracker_client.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { TrackerContext } from "../client_context.ts";
import { aborted } from "../context.ts";
import { reportIfSlow } from "../output/slow_tracker.ts";

/** A list, and the address of the tracker that gave it. */
export interface ReceivedList extends Listing {
  readonly tracker: string;
}

/**
 * Requests the list of the tracker; `null` when the user aborted it.
 *
 * @throws {Fault} `host-unknown`, `tracker-silent`, `tracker-unreachable`.
 */
export async function requestList({ tracker, terminal, words, ending }: TrackerContext): Promise<ReceivedList | null> {
  const ask = async (): Promise<ReceivedList | null> => {
    const client = await Promise.race([TrackerClient.open(tracker), aborted(ending.signal)]);
    if (!client) return null; // While its name was looked up.
    try {
      const address = formatAddress(client.address);
      terminal.status(words.client.asking(address));
      const listing = await Promise.race([client.list(), aborted(ending.signal)]);
      return listing ? { ...listing, tracker: address } : null;
    } finally {
      terminal.endStatus();
      await client.close();
    }
  };
  return await reportIfSlow(ask, formatAddress(tracker), terminal, words);
}
