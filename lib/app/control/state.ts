/**
 * How a client stands, and doing what it is asked to do.
 *
 * @module
 */
import { listedAddresses } from "../../net/usable_addresses.ts";
import { ownAddresses } from "../../net/listen.ts";
import type { Peer } from "../../peer/peer.ts";
import { formatAddress } from "../../protocol/address.ts";
import { type Ask, type ClientState, type Outcome, sendFault } from "./message.ts";

/** More files than these that cannot be read are counted: a whole directory may be unreadable. */
const MAX_UNREADABLE = 20;

/** What is known of a client before its peer runs, and what its peer does not know. */
export type StateSoFar = Pick<ClientState, "pid" | "directory" | "tracker" | "since" | "served">;

/** How a client stands; without a peer one that looks through its directory for the first time. */
export function stateOf(soFar: StateSoFar, peer: Peer | null): ClientState {
  if (!peer) {
    return { ...soFar, port: null, addresses: [], registered: false, lost: null, images: 0, bytes: 0, fetching: [] };
  }
  const { port, tracker: { address, registered, lost }, folder, downloads: { fetching } } = peer;
  return {
    ...soFar,
    port,
    addresses: listedAddresses(ownAddresses(), address.host).map((host) => formatAddress({ host, port })),
    tracker: formatAddress(address),
    registered,
    lost: lost && sendFault(lost),
    images: folder.images.length,
    bytes: folder.bytes,
    fetching,
  };
}

/**
 * Does it.
 *
 * @throws {Fault} As {@link TrackerSession.register}, {@link Peer.update} and {@link TrackerSession.unregister}.
 */
export async function act(peer: Peer, ask: Exclude<Ask, "status" | "stop">): Promise<Outcome> {
  const tracker = formatAddress(peer.tracker.address);
  switch (ask) {
    case "register": {
      const { accepted, offered } = await peer.tracker.register();
      return { did: ask, tracker, accepted, offered };
    }
    case "update": {
      const { accepted, offered, again, unreadable } = await peer.update();
      const told = unreadable.slice(0, MAX_UNREADABLE).map(({ path, reason }) => ({ path, reason }));
      return {
        did: ask,
        tracker,
        accepted,
        offered,
        again,
        unreadable: told,
        moreUnreadable: unreadable.length - told.length,
      };
    }
    case "unregister":
      return { did: ask, was: await peer.tracker.unregister() };
  }
}
