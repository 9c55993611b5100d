/**
 * How long an examination waits for what: shorter than the programs themselves, since a person watches.
 *
 * @module
 */

/** The waits of an examination, in milliseconds. */
export interface DoctorWaits {
  /** How often a request is sent over UDP, and how long each time waits for the answer. */
  readonly udp: readonly number[];
  /** How long a tracker may take to accept a TCP connection, and how long to answer on it. */
  readonly tcp: number;
  /** How long after a registration the tracker may come to try our port. */
  readonly dialBack: number;
  /** How long a peer may be silent. */
  readonly peer: number;
  /** How long an image may take to come. */
  readonly image: number;
  /** How long a name may take to be looked up. */
  readonly name: number;
  /** How long one question to the file system may take. */
  readonly disk: number;
}

/**
 * Four seconds for an answer: where each fifth packet is lost, one in 160 times all five tries are, and a person who
 * watches begins to doubt. TCP repeats a lost first packet after
 * one and three seconds. Trackers of ours try a port for four seconds, twice: what was not heard after six was dropped
 * more than once. A peer that hashes an image before it answers is there within six. Resolvers ask a second server after five seconds; a disk that takes ten hangs.
 */
export const DOCTOR_WAITS: DoctorWaits = {
  udp: [400, 600, 800, 1_000, 1_200],
  tcp: 4_000,
  dialBack: 6_000,
  peer: 6_000,
  image: 30_000,
  name: 10_000,
  disk: 10_000,
};

/**
 * `promise`, unless it takes too long or is given up: it goes on then, and nobody hears of it.
 *
 * @throws The signal's reason, or a `TimeoutError`.
 */
export async function patiently<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  const timer = setTimeout(() => reject(new DOMException("it took too long", "TimeoutError")), ms);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    promise.catch(() => {}); // Whoever waited has heard of something else.
  }
}
