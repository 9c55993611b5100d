/**
 * Bytes from a connection into a file or memory, with limits on silence, on slowness and on rate.
 *
 * @module
 */
import { formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import { reasonOf } from "../fault/reason.ts";
import type { PeerLink } from "./peer_link.ts";
import type { RateLimit } from "../net/rate_limit.ts";

/** A peer that keeps us waiting so long, in milliseconds, for fewer bytes than the floor is as good as dead. */
export const FLOOR_MS = 10_000;

/** A thousand bytes a second: the slowest lines and limits that people use carry more. */
const FLOOR_BYTES = 10_000;

/** The floor while there are others that were not tried yet, in bytes: one of them may be faster. */
export const HURRY_BYTES = 100_000;

/** Where bytes go: a file that is not whole yet, or memory. */
export interface Sink {
  /** Bytes so far. */
  readonly held: number;
  /** Memory for the next bytes. */
  space(): Promise<Uint8Array>;
  /** So many bytes were put into that. */
  took(bytes: number): void;
}

/** How bytes are taken. */
export interface PullWith {
  /** Most bytes that are taken. */
  readonly most: number;
  /** Most milliseconds of silence before the first byte, and between bytes. */
  readonly first: number;
  readonly silence: number;
  readonly limit: RateLimit;
  /** Whether the higher floor counts. */
  readonly hurry?: boolean;
  /** Gives it up: the link is closed by others then. */
  readonly signal?: AbortSignal;
  /** Called after each piece. */
  readonly onBytes: () => void;
}

/**
 * Takes bytes until there are `most`, or until the other side ends.
 *
 * @returns How many came.
 * @throws {Fault} `peer-silent`, `peer-slow`, `peer-cut`, `disk-full`, `not-written`.
 */
export async function pull(
  link: PeerLink,
  into: Sink,
  { most, first, silence, limit, hurry = false, signal, onBytes }: PullWith,
): Promise<number> {
  const peer = formatAddress(link.peer);
  let [came, waited, sinceFloor] = [0, 0, 0];
  /** Bytes that came and are not paid for yet. Whole turns are: one read may give less, to some more often than others. */
  let due = 0;
  const pay = async (): Promise<void> => {
    const wait = limit.take(due, signal);
    due = 0;
    if (wait) await wait;
  };
  using guard = link.guard(first);
  using _broken = { [Symbol.dispose]: () => limit.reserve(due) };
  while (came < most) {
    const space = await into.space();
    guard.moved(came === 0 ? first : silence); // Only the other side's time counts, not that of our disk and limit.
    const began = performance.now();
    let n: number | null;
    try {
      n = await link.read(space.subarray(0, Math.min(space.length, most - came, limit.turn - due)));
    } catch (error) {
      if (guard.expired) throw new Fault("peer-silent", { peer, seconds: (came === 0 ? first : silence) / 1_000 });
      throw new Fault("peer-cut", { peer, bytes: into.held, reason: reasonOf(error) }, error);
    }
    guard.rest();
    if (n === null) {
      // A connection that we closed for its silence ends like one that the other side closed.
      if (guard.expired) throw new Fault("peer-silent", { peer, seconds: (came === 0 ? first : silence) / 1_000 });
      break;
    }
    into.took(n);
    came += n;
    due += n;
    sinceFloor += n;
    waited += performance.now() - began;
    if (waited > FLOOR_MS) {
      if (sinceFloor < (hurry ? HURRY_BYTES : FLOOR_BYTES)) {
        throw new Fault("peer-slow", { peer, bytesPerSecond: Math.round(sinceFloor / waited * 1_000) });
      }
      [waited, sinceFloor] = [0, 0];
    }
    onBytes();
    if (due >= limit.turn) await pay();
  }
  if (due > 0) await pay();
  return came;
}
