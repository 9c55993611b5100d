/** How long a peer is waited for, and how slow it may be. */

/** Limits on waiting for a peer, in milliseconds. */
export interface FetchTimeouts {
  readonly connect: number;
  /** For the header of an answer to `RNG`. */
  readonly header: number;
  /** For the first byte after `GET`: programs in the wild hash their whole folder before it. */
  readonly first: number;
  /** For the first byte after `GET`, before the next peer is asked as well. */
  readonly hesitation: number;
  readonly silence: number;
}

/** A host that is up accepts a connection in far less than 5 s, and a missing part is soon had from another peer. */
export const FETCH_TIMEOUTS: FetchTimeouts = {
  connect: 5_000,
  header: 3_000,
  first: 30_000,
  hesitation: 1_500,
  silence: 5_000,
};

/** The least rate, in bytes per second: the slowest lines and limits that people use carry more. */
export const MIN_RATE = 1_000;

/** The least rate while there are other peers to ask, in bytes per second: one of them may be faster. */
export const MIN_RATE_WITH_OTHERS = 10_000;

/** The time over which a rate is measured, in milliseconds. */
export const RATE_WINDOW_MS = 10_000;
