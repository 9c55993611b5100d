/** Which peers are dialled, and when. */
import type { Address } from "../protocol/address.ts";
import { limit } from "./tracker_limits.ts";
import type { PeerRecord } from "./registry/records.ts";
import type { SourceRecord } from "./source.ts";

/** A peer whose TCP port is to be dialled, or is being dialled. */
export interface Dial {
  /** The peer. */
  readonly peer: PeerRecord;
  /** Where: the peer may move meanwhile. */
  readonly address: Address;
  /** When it was decided, in milliseconds. */
  readonly startedAt: number;
}

/**
 * What came of a dial. `untried` says nothing about the peer: this machine has no descriptor or no route left, or its
 * firewall is in the way, or too many dials wait.
 */
export type DialResult = "accepted" | "refused" | "silent" | "untried";

/**
 * How long after an attempt that said nothing about the peer it is not dialled again, in milliseconds: what was short
 * stays so for a while. At most a lease, where that is shorter.
 */
const BACKOFF_MS = 20_000;

/** The dials under way. */
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

  /** Whether a peer could not be dialled a moment ago. */
  backsOff(peer: PeerRecord, now: number): boolean {
    return now < (this.#backoffUntil.get(peer) ?? -Infinity);
  }

  /** The dial that a peer needs before it is listed, if any. */
  verifying(peer: PeerRecord, source: SourceRecord, now: number): Dial | null {
    if (peer.listed || this.has(peer) || !source.mayBeDialled(now)) return null;
    return this.begin(peer, now);
  }

  /**
   * The dial of a new registration, if any. One that is listed anyway is dialled too, where its source is another
   * machine of a private network: then the log shows whose firewall keeps the others out. Those that must be reached
   * before they are listed come first: half of the dial-backs at once stay free for them.
   */
  first(peer: PeerRecord, source: SourceRecord, now: number): Dial | null {
    if (source.untrusted) return this.verifying(peer, source, now);
    if (source.scope !== "private" || this.#underWay.size >= limit("dial-backs at once") / 2) return null;
    return source.mayBeDialled(now) ? this.begin(peer, now) : null;
  }
}
