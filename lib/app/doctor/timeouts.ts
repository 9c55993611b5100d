/**
 * The timeouts of an examination: shorter than those of the programs, since a person is watching.
 *
 * @module
 */

/** The timeouts of an examination, in milliseconds. */
export interface DoctorTimeouts {
  /** How long to wait for the answer to each repetition of a UDP request. */
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
 * Four seconds for an answer: if each fifth packet is lost, all five tries are lost once in 160 times, and a person who
 * watches begins to doubt. TCP repeats a lost first packet after one and three seconds. Our tracker dials a port for four
 * seconds, twice: a connection that has not come after six was dropped more than once. A peer that hashes an image before
 * it answers is ready within six. Resolvers try a second server after five seconds; a disk that takes ten hangs.
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

/**
 * `promise`, unless it takes too long or is aborted: it continues then, and its result is ignored.
 *
 * @throws The signal's reason, or a `TimeoutError`.
 */
export async function withTimeout<T>(promise: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
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
    promise.catch(() => {}); // The caller has been given another error.
  }
}
