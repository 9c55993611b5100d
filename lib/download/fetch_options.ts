/**
 * What a fetch is given and what it gives.
 *
 * @module
 */
import type { SaveService } from "./save/save_service.ts";
import type { LeftOut } from "../folder/shared_folder.ts";
import type { Address } from "../protocol/address.ts";
import type { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { PeerBook } from "./peer_book.ts";
import type { RateLimit } from "../net/rate_limit.ts";

/** Limits on waiting for a peer, in milliseconds. */
export interface FetchTimeouts {
  /** For the connection to be made. */
  readonly connect: number;
  /** For the header of an answer to `RNG`. */
  readonly header: number;
  /** For the first byte after `GET`: programs in the wild hash their whole folder before it. */
  readonly first: number;
  /** For the first byte after `GET`, before the next peer is asked as well. */
  readonly hesitation: number;
  /** For the next bytes to come. */
  readonly silence: number;
}

/** A host that is there answers a connection in far less than 5 s, and a part that is missing is soon had elsewhere. */
export const FETCH_TIMEOUTS: FetchTimeouts = {
  connect: 5_000,
  header: 3_000,
  first: 30_000,
  hesitation: 1_500,
  silence: 5_000,
};

/** How far one image is. */
export interface FetchProgress {
  /** The image, as the caller gave it. */
  readonly image: ListedImage;
  /** Bytes that are here, with those of an earlier fetch. */
  readonly received: number;
  /** Bytes of the whole image, if the peer sent its size. */
  readonly size?: number;
  /** Where the fetch resumed an earlier one: so many bytes were here before it; 0 for a new one. */
  readonly resumedFrom: number;
  /** The peer that sends it. */
  readonly peer: Address;
}

/** Why one peer did not give an image. */
export interface FetchFailure {
  /** The image, as the caller gave it. */
  readonly image: ListedImage;
  /** What is wrong. */
  readonly fault: Fault;
  /** The peer that failed. */
  readonly peer: Address;
}

/** What is called while an image is fetched. What a callback throws goes to standard error, and stops nothing. */
export interface FetchWatcher {
  /** Bytes came. */
  onProgress?(progress: FetchProgress): void;
  /** A peer failed; the next one is tried. */
  onFailure?(failure: FetchFailure): void;
  /** All bytes came; they are verified and brought to the disk next. */
  onReceived?(): void;
}

/** What a caller may change about a fetch. */
export interface FetchOptions {
  /** Other limits on waiting than the default ones. */
  readonly timeouts?: FetchTimeouts;
  /** Gives the fetch up: what came is kept for a later one, if it can go on there. */
  readonly signal?: AbortSignal;
  /** What is known of peers, and the connections with them, from one fetch to the next. */
  readonly book?: PeerBook;
  /** Where MD5s are taken and small images saved; in the calling thread without it. */
  readonly service?: SaveService;
  /** Bytes per second of all fetches together. */
  readonly limit?: RateLimit;
}

/** An image that was fetched. */
export interface Fetched {
  /** The new file. */
  readonly path: string;
  /** How many bytes it has. */
  readonly bytes: number;
  /** How many of them an earlier fetch had left here. */
  readonly resumedFrom: number;
  /** The peer that gave it, or the last part of it. */
  readonly peer: Address;
  /** Set when that peer sent all of it and then neither anything more nor the end of the connection. */
  readonly unclosed?: true;
}

/** What became of a fetch. */
export interface FetchedImage extends Fetched {
  /** Whether the new file is shared now. */
  readonly shared: boolean;
  /** Why it is not. */
  readonly leftOut?: LeftOut;
  /** Why the tracker does not know of it yet. */
  readonly untold?: Fault;
}
