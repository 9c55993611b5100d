/** Work that several callers want at once: it is done once, and ended when none of them wants it any more. */
import { pauseUntil } from "../../net/pause.ts";

interface Running<T> {
  callers: number;
  readonly unwanted: AbortController;
  readonly result: Promise<T>;
}

export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();

  /**
   * Starts the work of this key, or joins it.
   *
   * @throws What the work throws; the reason of the signal, with which only this caller gives up.
   */
  async join(key: string, work: (unwanted: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const running = this.#running.get(key) ?? this.#start(key, work);
    running.callers++;
    try {
      return await pauseUntil(running.result, signal);
    } finally {
      if (--running.callers === 0) {
        this.#forget(key, running);
        running.unwanted.abort();
      }
    }
  }

  #start(key: string, work: (unwanted: AbortSignal) => Promise<T>): Running<T> {
    const unwanted = new AbortController();
    const running: Running<T> = { callers: 0, unwanted, result: work(unwanted.signal) };
    this.#running.set(key, running);
    const forget = (): void => this.#forget(key, running);
    running.result.then(forget, forget);
    return running;
  }

  #forget(key: string, running: Running<T>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }
}
