/** Timeouts and minimum rates of other peers. */

/** Timeouts of a peer, in milliseconds. */
export interface FetchTimeouts {
  readonly connect: number;
  /** For the header of an answer to `RNG`. */
  readonly header: number;
  /** For the first byte after `GET`: some programs hash their whole folder before it. */
  readonly first: number;
  /** For the first byte after `GET`, before the next peer is asked too. */
  readonly hesitation: number;
  readonly silence: number;
}

/** A running host accepts a connection in far less than 5 s, and another peer soon sends a missing part. */
export const FETCH_TIMEOUTS: FetchTimeouts = {
  connect: 5_000,
  header: 3_000,
  first: 30_000,
  hesitation: 1_500,
  silence: 5_000,
};

/** The minimum rate, in bytes per second: the slowest lines and limits in use are faster. */
export const MIN_RATE = 1_000;

/** The minimum rate if other peers can be asked, in bytes per second: one of them may be faster. */
export const MIN_RATE_WITH_OTHERS = 10_000;

/** The time over which a rate is measured, in milliseconds. */
export const RATE_WINDOW_MS = 10_000;
