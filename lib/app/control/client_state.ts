/** The state of a client, as `status` shows it. */
import { listedAddresses, ownAddresses } from "../../net/own_addresses.ts";
import type { Peer } from "../../peer/peer.ts";
import { formatAddress } from "../../protocol/address.ts";
import { type ClientState, encodeFault } from "./message.ts";

/** The state of a client, of its peer and what the peer does not know; without a peer, the first scan is running. */
export function clientState(
  initial: Pick<ClientState, "pid" | "directory" | "tracker" | "since" | "served">,
  peer: Peer | null,
): ClientState {
  if (!peer) {
    return {
      ...initial,
      port: null,
      addresses: [],
      registered: false,
      lost: null,
      also: [],
      images: 0,
      bytes: 0,
      fetching: [],
    };
  }
  const { port, networks, folder, downloads: { fetching } } = peer;
  const [first, ...also] = networks.all.map(({ tracker: { address, registered, lost } }) => ({
    tracker: formatAddress(address),
    registered,
    lost: lost && encodeFault(lost),
  }));
  return {
    ...initial,
    port,
    addresses: listedAddresses(ownAddresses(), peer.tracker.address.host).map((host) => formatAddress({ host, port })),
    ...first,
    also,
    images: folder.images.length,
    bytes: folder.bytes,
    fetching,
  };
}
