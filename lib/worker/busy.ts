/**
 * Whether a worker has ended that was told to: Deno's `terminate()` waits for the end of what the worker computes, and
 * tells nobody when that is. So a worker keeps a flag in shared memory while it is at something that others made, and no
 * further worker of its kind is started as long as the flag of a terminated one is up.
 *
 * @module
 */

/** Between being told and raising the flag there is no waiting: a worker that has not raised it by then never will. */
const RAISED_MS = 100;

/** The memory of a flag. */
export function newFlag(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** Workers that were told to end while they had something to do. */
export class Ending {
  #left: { readonly flag: Int32Array; readonly at: number }[] = [];

  /** One more, with its flag. */
  add(flag: SharedArrayBuffer): void {
    this.#left.push({ flag: new Int32Array(flag), at: performance.now() });
  }

  /** Whether one of them is still at it. */
  get isUnderWay(): boolean {
    const sure = performance.now() - RAISED_MS;
    this.#left = this.#left.filter(({ flag, at }) => Atomics.load(flag, 0) > 0 || at > sure);
    return this.#left.length > 0;
  }
}

/** The flag of the worker that this runs in, if it is one. */
let own: Int32Array | null = null;

/** From now on this thread keeps that flag. */
export function keepFlag(flag: SharedArrayBuffer): void {
  own = new Int32Array(flag);
}

/** Does something that may take long with what others made. */
export function atWork<T>(work: () => T): T {
  if (!own) return work();
  Atomics.add(own, 0, 1);
  try {
    return work();
  } finally {
    Atomics.sub(own, 0, 1);
  }
}
