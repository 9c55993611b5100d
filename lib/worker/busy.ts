/**
 * Finds out whether a terminated worker has ended: Deno's `terminate()` does not interrupt a running computation, and
 * does not report the end. So a worker raises a flag in shared memory while it processes untrusted data, and a pool
 * starts no further worker of its kind while the flag of a terminated one is raised.
 */

/** A worker raises the flag as soon as it has a request: one that has not done so after this time never will. */
const RAISED_MS = 100;

/** The flag of this thread: how many computations are running. */
export const ownFlag: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
const running = new Int32Array(ownFlag);

/** Runs `compute`, which may take long with untrusted data, with this thread's flag raised. */
export function whileBusy<T>(compute: () => T): T {
  Atomics.add(running, 0, 1);
  try {
    return compute();
  } finally {
    Atomics.sub(running, 0, 1);
  }
}

/** Workers that were terminated while they had a request. */
export class TerminatedWorkers {
  #workers: { readonly flag: Int32Array; readonly at: number }[] = [];

  add(flag: SharedArrayBuffer): void {
    this.#workers.push({ flag: new Int32Array(flag), at: performance.now() });
  }

  /** Whether one of them is still computing. */
  get isAnyBusy(): boolean {
    const raisedBy = performance.now() - RAISED_MS;
    this.#workers = this.#workers.filter(({ flag, at }) => Atomics.load(flag, 0) > 0 || at > raisedBy);
    return this.#workers.length > 0;
  }
}
