/**
 * Peers in the order in which their leases end, to the second. Leases of trackers that share a registry begin in any
 * order.
 */
import type { PeerRecord } from "./records.ts";

export class ExpiryOrder implements Iterable<PeerRecord> {
  /** By the second in which the lease ends, in any order. */
  readonly #seconds = new Map<number, Set<PeerRecord>>();
  #shift = 0;

  add(peer: PeerRecord): void {
    const second = this.#secondOf(peer);
    const peers = this.#seconds.get(second);
    if (peers) peers.add(peer);
    else this.#seconds.set(second, new Set([peer]));
  }

  /** Removes a peer whose lease has the end with which it was added. */
  delete(peer: PeerRecord): void {
    const second = this.#secondOf(peer);
    const peers = this.#seconds.get(second);
    if (peers?.delete(peer) && peers.size === 0) this.#seconds.delete(second);
  }

  /** The ends of all leases have moved. */
  shift(milliseconds: number): void {
    this.#shift += milliseconds;
  }

  *[Symbol.iterator](): Generator<PeerRecord> {
    for (const second of [...this.#seconds.keys()].sort((a, b) => a - b)) yield* this.#seconds.get(second) ?? [];
  }

  #secondOf(peer: PeerRecord): number {
    return Math.floor((peer.expiresAt - this.#shift) / 1_000);
  }
}
