/**
 * What the checks of an examination share, and their timeouts, which are shorter than those of the programs: a person
 * waits.
 */
import { pauseUntil } from "../../net/pause.ts";
import type { Finding } from "./finding.ts";

/** The timeouts of an examination, in milliseconds. */
export interface DoctorTimeouts {
  /** For the answer to each repetition of a UDP request. */
  readonly udp: readonly number[];
  /** For a tracker to accept a TCP connection, and then to answer on it. */
  readonly tcp: number;
  /** From a registration to the dial-back of the tracker. */
  readonly dialBack: number;
  /** For the next bytes of a peer. */
  readonly peer: number;
  /** For a whole image. */
  readonly image: number;
  /** For a name to be resolved. */
  readonly name: number;
  /** For one operation of the file system. */
  readonly disk: number;
}

/**
 * Four seconds for an answer: if every fifth packet is lost, one examination in 160 gets none of five answers, and a
 * longer wait would worry the person. TCP repeats a lost first packet after one and three seconds. Our tracker dials a
 * port twice for four seconds: if no connection came within six, more than one packet was dropped. A peer that hashes
 * an image before it answers is ready within six. Resolvers try a second server after five seconds; a disk that takes
 * ten hangs.
 */
export const DOCTOR_TIMEOUTS: DoctorTimeouts = {
  udp: [400, 600, 800, 1_000, 1_200],
  tcp: 4_000,
  dialBack: 6_000,
  peer: 6_000,
  image: 30_000,
  name: 10_000,
  disk: 10_000,
};

/** What the checks share. Each throws the reason of the signal when it is aborted. */
export interface Examination {
  readonly timeouts: DoctorTimeouts;
  readonly signal: AbortSignal;
  readonly report: (finding: Finding) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * The result of `promise`, unless it takes too long or is aborted: it then continues, and its result is ignored.
 *
 * @throws The signal's reason, or a `TimeoutError`.
 */
export async function withTimeout<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DOMException("it took too long", "TimeoutError")), ms);
  promise.catch(() => {}); // The caller may get another error.
  try {
    return await pauseUntil(Promise.race([promise, over]), signal);
  } finally {
    clearTimeout(timer);
  }
}
