/** Opens the clients of a peer's networks. */
import type { TrackerTimeouts } from "../announce/single_tracker.ts";
import { TrackerClient } from "../announce/tracker_client.ts";
import { formatAddress } from "../protocol/address.ts";
import { networkName } from "./network_name.ts";
import type { PeerConfig } from "./peer_config.ts";

/** A client of a network, with the name of the network. */
export interface NamedClient {
  readonly name: string;
  readonly client: TrackerClient;
}

/**
 * Opens clients of all networks at once; without one of them, none stays open. A network whose tracker an earlier one
 * has is the same network: two registrations of one address would replace each other.
 *
 * @param timeouts How long their trackers may be silent; default: as {@link TrackerClient} decides.
 * @throws {Fault} `host-unknown`, `tracker-unreachable`.
 * @throws {RangeError} For an invalid port.
 */
export async function openClients(
  { tracker, findAgain, also = [] }: Pick<PeerConfig, "tracker" | "findAgain" | "also">,
  timeouts?: TrackerTimeouts,
): Promise<NamedClient[]> {
  const places = [tracker, ...also];
  const opened = await Promise.allSettled(
    places.map((it) => TrackerClient.open(it, { findAgain: findAgain?.get(it), timeouts })),
  );
  const clients: NamedClient[] = [];
  const same: TrackerClient[] = [];
  const known = new Set<string>();
  for (const [i, result] of opened.entries()) {
    if (result.status === "rejected") continue;
    const { value: client } = result;
    const addresses = client.addresses.map(formatAddress);
    if (addresses.some((it) => known.has(it))) same.push(client);
    else clients.push({ client, name: networkName(places[i]) });
    addresses.forEach((it) => known.add(it));
  }
  const failed = opened.find((it) => it.status === "rejected");
  const unused = failed ? [...same, ...clients.map(({ client }) => client)] : same;
  await Promise.all(unused.map((client) => client.close()));
  if (failed) throw failed.reason;
  return clients;
}
