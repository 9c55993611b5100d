/** What a fetcher takes from its peer. */
import type { Fault } from "../fault/fault.ts";
import type { SharedFolder } from "../folder/shared_folder.ts";
import type { RateLimit } from "../net/rate_limit.ts";
import type { Address } from "../protocol/address.ts";
import type { History } from "./history.ts";
import type { InfoCache } from "./info_cache.ts";

export interface FetcherParts {
  readonly folder: SharedFolder;
  /** Limits the bytes per second of all fetches together. */
  readonly limit: RateLimit;
  /** Whether new files get the times of their peers' files; default: `true`. */
  readonly keepTimes?: boolean;
  /** Whether images are saved into the directory itself, without the folders in their names; default: `false`. */
  readonly flat?: boolean;
  /** Keeps the properties of others' images between runs; without it, nothing is kept. */
  readonly infoCache?: InfoCache;
  /** Records downloads; without it, nothing is recorded. */
  readonly history?: History;
  readonly ending: AbortSignal;
  readonly isSelf: (address: Address) => boolean;
  /** Whether a host of a list is never contacted; see `isPassedOver` of dial_policy.ts. */
  readonly isPassedOver?: (host: string) => boolean;
  /** Called with the MD5s of images that do not exist here, before they are downloaded. */
  readonly downloading?: (md5s: readonly string[]) => Promise<void>;
  /** Called when another image is shared; returns why the tracker does not know it yet, if so. */
  readonly changed: () => Promise<Fault | undefined>;
  /** Called before several images are looked up in the folder: scans it, if nothing else notices changes. */
  readonly refresh?: (signal: AbortSignal) => Promise<unknown> | undefined;
}
