/** What differs between trackers. */
import type { OwnAddress } from "../protocol/network.ts";
import type { Registry } from "./registry/registry.ts";
import type { SharedLimits } from "./shared/shared_limits.ts";

/** How a tracker decides. */
export interface TrackerRules {
  /** How long a registration is kept without renewal, in milliseconds; `Infinity` for ever; default: 180,000. */
  readonly leaseMs?: number;
  /** Which addresses the tracker trusts. Default: by address. */
  readonly trust?: "by-address" | "open" | "strict";
  /** Where registrations are kept. Default: in memory. */
  readonly registry?: Registry;
  /**
   * What sources took of their limits at other trackers that share the registry.
   *
   * @ignore Only the program shares one.
   */
  readonly limits?: SharedLimits;
  /**
   * Whether peers that register from a loopback address get the machine's address, since the registry is shared with
   * other machines, where a loopback address means another peer.
   *
   * @ignore Only the program shares one.
   */
  readonly replacesLoopback?: boolean;
  /** The most memory for registrations, in bytes; default: 72 MiB, some 200,000 images. */
  readonly memory?: number;
  /** The addresses of the tracker's machine. */
  readonly own?: readonly OwnAddress[];
  /** A text that no other run of a tracker has, by which clients notice a restart. Default: random. */
  readonly run?: string;
}

/** Three minutes: a peer that died disappears while a person watches, and renewing costs only a datagram a minute. */
export const DEFAULT_LEASE_MS = 3 * 60_000;
