/**
 * Workers that read the files of a directory, as many as there are cores.
 *
 * @module
 */
import type { FileFacts, Unreadable } from "./facts.ts";

/** What a worker is told: files of a directory to read. */
export interface ToScanWorker {
  /** The directory's real path. */
  readonly root: string;
  /** The files' paths within it. */
  readonly paths: readonly string[];
}

/** What a worker tells. */
export type FromScanWorker =
  /** Bytes read since it last told, of files that are not done with yet. */
  | { readonly kind: "read"; readonly bytes: number }
  /** One order is carried out. */
  | {
    readonly kind: "done";
    readonly bytes: number;
    readonly facts: readonly FileFacts[];
    readonly unreadable: readonly Unreadable[];
  };

/** Most workers: more do not make a disk faster. */
const MAX_WORKERS = 16;

/** Orders that a worker has at a time: one more than it works on, so that it never waits for the next. */
const ORDERS_AHEAD = 2;

interface Hand {
  readonly worker: Worker;
  /** Orders that it has. */
  orders: number;
}

/** Carries out orders, each by the worker that has fewest; workers start when there is something for them. */
export class ScanWorkers implements Disposable {
  readonly #hands: Hand[] = [];
  readonly #waiting: ToScanWorker[] = [];
  readonly #tell: (message: FromScanWorker) => void;
  #failure: Error | null = null;
  #wake: () => void = () => {};

  /** Workers that tell `tell`. */
  constructor(tell: (message: FromScanWorker) => void) {
    this.#tell = tell;
  }

  /** Has an order carried out, when its turn comes. */
  order(order: ToScanWorker): void {
    this.#waiting.push(order);
    this.#next();
  }

  /**
   * Resolves when all that was ordered is done.
   *
   * @throws When a worker failed, or when `signal` is aborted: its reason.
   */
  async done(signal?: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#wake();
    signal?.addEventListener("abort", giveUp, { once: true });
    for (;;) {
      signal?.throwIfAborted();
      if (this.#failure) throw this.#failure;
      if (this.#waiting.length === 0 && this.#hands.every(({ orders }) => orders === 0)) break;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    signal?.removeEventListener("abort", giveUp);
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const hand = this.#freeHand();
      if (!hand) return;
      hand.orders++;
      hand.worker.postMessage(this.#waiting.shift());
    }
  }

  /** One that can take an order, a new one only when the others have enough to do: a start costs as much as many files. */
  #freeHand(): Hand | null {
    const least = this.#hands.reduce<Hand | null>((a, b) => a && a.orders <= b.orders ? a : b, null);
    if (least && least.orders < ORDERS_AHEAD) return least;
    return this.#hands.length < Math.min(MAX_WORKERS, navigator.hardwareConcurrency) ? this.#start() : null;
  }

  #start(): Hand {
    const worker = new Worker(new URL("./scan_worker.ts", import.meta.url), { type: "module" });
    const hand = { worker, orders: 0 };
    worker.onmessage = ({ data }: MessageEvent<FromScanWorker>) => {
      if (data.kind === "done") hand.orders--;
      this.#next();
      this.#tell(data);
      this.#wake();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#failure = new Error(`the worker that reads files failed: ${event.message}`);
      this.#wake();
    };
    this.#hands.push(hand);
    return hand;
  }

  /** Ends the workers, whatever they are doing. */
  [Symbol.dispose](): void {
    this.#hands.forEach(({ worker }) => worker.terminate());
  }
}
