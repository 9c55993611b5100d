/**
 * What a fetcher needs of its peer.
 *
 * @module
 */
import type { SharedFolder } from "../folder/shared_folder.ts";
import type { Address } from "../protocol/address.ts";
import type { Fault } from "../fault/fault.ts";
import type { RateLimit } from "../net/rate_limit.ts";

/** What a fetcher needs of its peer. */
export interface FetcherParts {
  readonly folder: SharedFolder;
  /** Bytes per second of all fetches together. */
  readonly limit: RateLimit;
  /** Aborted when the peer ends. */
  readonly ending: AbortSignal;
  /** Whether an address of a list is the peer itself. */
  readonly isSelf: (address: Address) => boolean;
  /** Whether a host of a list is never connected to; see `isPassedOver` of dial_policy.ts. */
  readonly isPassedOver?: (host: string) => boolean;
  /** Called when another image is shared; gives why the tracker does not know of it yet, if so. */
  readonly changed: () => Promise<Fault | undefined>;
  /** Called before several images are looked for in the folder: scans it, if nothing else notices changes. */
  readonly refresh?: (signal: AbortSignal) => Promise<unknown> | undefined;
}
