/** Finds our own entries in a list. */
import type { Address } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";

/** The addresses under which a list may name a peer. */
export interface OwnNames {
  readonly isOwn: (address: Address) => boolean;
  readonly port: number;
  /** The UDP port from which it sends: some trackers list that instead of the TCP port. */
  readonly udpPort: number;
}

export class OwnEntries {
  /** Whether a list ever named it by an address of this machine: behind a router with NAT, no list does. */
  #namedByOwn = false;

  /** How many of these entries name the peer. */
  count(entries: readonly ListedImage[], { isOwn, port, udpPort }: OwnNames): number {
    const isOurs = ({ host, port: listed }: Address): boolean =>
      isOwn({ host, port: listed }) || (listed === udpPort && isOwn({ host, port }));
    const own = entries.filter(({ peers }) => peers.some(isOurs)).length;
    this.#namedByOwn ||= own > 0;
    return this.#namedByOwn ? own : countElsewhere(entries, port);
  }
}

/** The most entries that name one host with this port: probably the public address of our router. */
function countElsewhere(entries: readonly ListedImage[], port: number): number {
  const hosts = new Map<string, number>();
  for (const { peers } of entries) {
    for (const peer of peers) if (peer.port === port) hosts.set(peer.host, (hosts.get(peer.host) ?? 0) + 1);
  }
  return hosts.values().reduce((most, count) => Math.max(most, count), 0);
}
