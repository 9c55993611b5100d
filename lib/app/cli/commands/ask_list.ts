/**
 * Asking for the list once, by one who shares nothing.
 *
 * @module
 */
import type { Listing } from "../../../announce/fetch_list.ts";
import { TrackerClient } from "../../../announce/tracker_client.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { ClientStart } from "../client_start.ts";
import { aborted } from "../program.ts";
import { tellIfSlow } from "../output/waiting.ts";

/** A list, and the address of the tracker that gave it. */
export interface AskedList extends Listing {
  readonly tracker: string;
}

/**
 * Asks the tracker for its list; `null` when the user ended that.
 *
 * @throws {Fault} `host-unknown`, `tracker-silent`, `tracker-unreachable`.
 */
export async function askList({ tracker, terminal, words, ending }: ClientStart): Promise<AskedList | null> {
  const ask = async (): Promise<AskedList | null> => {
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
  return await tellIfSlow(ask, formatAddress(tracker), terminal, words);
}
