/** Decides which peers are dialled, and when. */
import type { Address } from "../protocol/address.ts";
import { limit } from "./tracker_limits.ts";
import type { PeerRecord } from "./registry/records.ts";
import type { SourceRecord } from "./source.ts";

/** A peer whose TCP port is to be dialled, or is being dialled. */
export interface Dial {
  /** The peer to dial. */
  readonly peer: PeerRecord;
  /** The address that is dialled: the peer may move in the meantime. */
  readonly address: Address;
  /** When the dial was decided, in milliseconds. */
  readonly startedAt: number;
}

/**
 * The result of a dial. `untried` says nothing about the peer: this machine has no file descriptor or route left, its
 * firewall refused, or too many dials wait.
 */
export type DialResult = "accepted" | "refused" | "silent" | "untried";

/**
 * For how long a peer is not dialled again after `untried`, in milliseconds, since the shortage lasts for a while; at
 * most a lease.
 */
const BACKOFF_MS = 20_000;

/** The dials that have no result yet. */
export class Dials {
  readonly #backoffMs: number;
  readonly #backoffUntil = new WeakMap<PeerRecord, number>();
  readonly #underWay = new Set<PeerRecord>();

  constructor(leaseMs: number) {
    this.#backoffMs = Math.min(BACKOFF_MS, leaseMs);
  }

  has(peer: PeerRecord): boolean {
    return this.#underWay.has(peer);
  }

  begin(peer: PeerRecord, now: number): Dial {
    this.#underWay.add(peer);
    return { peer, address: peer.address, startedAt: now };
  }

  end(peer: PeerRecord, result: DialResult, now: number): void {
    if (result === "untried") this.#backoffUntil.set(peer, now + this.#backoffMs);
    this.#underWay.delete(peer);
  }

  /** Whether a peer could not be dialled recently. */
  backsOff(peer: PeerRecord, now: number): boolean {
    return now < (this.#backoffUntil.get(peer) ?? -Infinity);
  }

  /** The dial that verifies a peer before it is listed, if one is needed. */
  verifying(peer: PeerRecord, source: SourceRecord, now: number): Dial | null {
    if (peer.listed || this.has(peer) || !source.mayBeDialled(now)) return null;
    return this.begin(peer, now);
  }

  /**
   * The first dial of a new registration, if any. A peer that is listed without one is dialled too if its source is
   * another machine of a private network: then the log shows whose firewall blocks other peers. Dials that verify have
   * priority: half of the dial-backs at once stay free for them.
   */
  first(peer: PeerRecord, source: SourceRecord, now: number): Dial | null {
    if (source.untrusted) return this.verifying(peer, source, now);
    if (source.scope !== "private" || this.#underWay.size >= limit("dial-backs at once") / 2) return null;
    return source.mayBeDialled(now) ? this.begin(peer, now) : null;
  }
}
