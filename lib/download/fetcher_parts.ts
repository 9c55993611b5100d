/** What a fetcher works with: those of its peer. */
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
  /** Where the properties of others' images are kept over runs; nowhere by default. */
  readonly infoCache?: InfoCache;
  /** Where downloads are recorded; nowhere by default. */
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
