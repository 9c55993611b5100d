/**
 * Workers that read the files of a directory, as many as there are cores. They may read there and nothing else.
 *
 * @module
 */
import { join } from "node:path";
import { REASONS } from "../fault/reason.ts";
import { Ending, newFlag } from "../worker/busy.ts";
import type { FileFacts, Unreadable } from "../files/facts.ts";

/** What a worker is told: files of a directory to read. */
export interface ToScanWorker {
  /** The directory's real path. */
  readonly root: string;
  /** The files' paths within it. */
  readonly paths: readonly string[];
  /** The MD5 of the one file, if it is known. */
  readonly md5?: string;
}

/** The same, and the flag that the worker keeps up while it looks into what others made. */
export interface FlaggedOrder extends ToScanWorker {
  readonly flag: SharedArrayBuffer;
}

/** What a worker tells. */
export type FromScanWorker =
  /** Bytes read since it last told, of files that are not done with yet. */
  | { readonly kind: "read"; readonly bytes: number }
  /** One order is carried out. */
  | {
    readonly kind: "done";
    readonly root: string;
    readonly bytes: number;
    readonly facts: readonly FileFacts[];
    readonly unreadable: readonly Unreadable[];
  }
  /** A worker broke, and what it was ordered is lost. */
  | { readonly kind: "failed"; readonly error: Error };

/** Most workers: more do not make a disk faster. */
const MAX_WORKERS = 16;

/** Orders that a worker has at a time: one more than it works on, so that it never waits for the next. */
const ORDERS_AHEAD = 2;

/** A worker that tells nothing for so long, in milliseconds, stands before a disk that hangs, or a file made to hold it. */
const STUCK_MS = 30_000;

/** How often it is looked whether workers that were given up have ended, in milliseconds. */
const ENDING_MS = 100;

/** All workers that were given up while they looked into a file. */
const ending = new Ending();

/** A worker starts within so many milliseconds: on a busy machine that takes longer than reading a file. */
const START_MS = 30_000;

interface Hand {
  readonly worker: Worker;
  /** Whether it has started, as its first message says. */
  started: boolean;
  readonly flag: SharedArrayBuffer;
  /** The only directory that it may read. */
  readonly root: string;
  /** The orders that it has. */
  readonly orders: ToScanWorker[];
  /** Until it is taken to be stuck. */
  timer?: ReturnType<typeof setTimeout>;
}

/** A worker that may read this directory and nothing else. */
function startScanWorker(root: string): Worker {
  const permissions: Deno.PermissionOptionsObject = {
    read: [root],
    write: false,
    net: false,
    run: false,
    ffi: false,
    sys: false,
    env: "inherit", // Of what the program itself may see of it: file-type asks for it when it is loaded.
  };
  const url = new URL("./scan_worker.ts", import.meta.url);
  return new Worker(url, { type: "module", deno: { permissions } });
}

/** Carries out orders, each by the worker that has fewest; workers start when there is something for them. */
export class ScanWorkers implements Disposable {
  readonly #tell: (message: FromScanWorker) => void;
  readonly #stuckMs: number;
  readonly #startWorker: (root: string) => Worker;
  #hands: Hand[] = [];
  #waiting: ToScanWorker[] = [];
  #failure: Error | null = null;
  /** When nobody was left to carry out the orders, since the end of a stuck worker is awaited; `null` otherwise. */
  #blocked: number | null = null;
  /** Looks again whether a worker may be started. */
  #again: ReturnType<typeof setTimeout> | undefined;
  #wake: () => void = () => {};
  #closed = false;

  /** Workers that tell `tell`; tests may have others that get stuck. */
  constructor(
    tell: (message: FromScanWorker) => void,
    stuckMs: number = STUCK_MS,
    startWorker: (root: string) => Worker = startScanWorker,
  ) {
    this.#tell = tell;
    this.#stuckMs = stuckMs;
    this.#startWorker = startWorker;
  }

  /** Has an order carried out, when its turn comes. */
  order(order: ToScanWorker): void {
    this.#waiting.push(order);
    this.#next();
  }

  /**
   * Resolves when all that was ordered is done; one at a time may wait for that.
   *
   * @throws When a worker failed, or when `signal` is aborted: its reason.
   */
  async done(signal?: AbortSignal): Promise<void> {
    const giveUp = (): void => this.#wake();
    signal?.addEventListener("abort", giveUp);
    try {
      for (;;) {
        signal?.throwIfAborted();
        if (this.#failure) throw this.#failure;
        if (this.#waiting.length === 0 && this.#hands.every(({ orders }) => orders.length === 0)) return;
        await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const hand = this.#freeHand(this.#waiting[0].root);
      if (!hand && this.#isBlocked()) return this.#refuseWaiting();
      if (!hand) return;
      this.#blocked = null;
      const order = this.#waiting.shift()!;
      hand.orders.push(order);
      hand.worker.postMessage({ ...order, flag: hand.flag } satisfies FlaggedOrder);
      if (hand.orders.length === 1) this.#watch(hand);
    }
  }

  /** Whether no worker has had anything to do for as long as one may be stuck, and none may be started. */
  #isBlocked(): boolean {
    if (this.#hands.length > 0) return this.#blocked = null, false;
    this.#blocked ??= performance.now();
    return performance.now() - this.#blocked > this.#stuckMs;
  }

  /** Nobody may wait for ever for the end of a stuck worker: what is left cannot be read just now. */
  #refuseWaiting(): void {
    const orders = this.#waiting;
    [this.#waiting, this.#blocked] = [[], null];
    for (const { root, paths } of orders) {
      const unreadable = paths.map((path) => ({
        path: join(root, path),
        reason: REASONS.ETIMEDOUT,
        passing: true as const,
      }));
      this.#tell({ kind: "done", root, bytes: 0, facts: [], unreadable });
    }
    this.#wake();
  }

  /** One that can take an order, a new one only when the others have enough to do: a start costs as much as many files. */
  #freeHand(root: string): Hand | null {
    for (const idle of this.#hands.filter((it) => it.root !== root && it.orders.length === 0)) this.#dismiss(idle);
    const fit = this.#hands.filter((it) => it.root === root);
    const least = fit.reduce<Hand | null>((a, b) => a && a.orders.length <= b.orders.length ? a : b, null);
    if (least && least.orders.length < ORDERS_AHEAD) return least;
    if (this.#hands.length >= Math.min(MAX_WORKERS, navigator.hardwareConcurrency)) return null;
    if (!ending.isUnderWay) return this.#start(root);
    clearTimeout(this.#again);
    if (!this.#closed) this.#again = setTimeout(() => this.#next(), ENDING_MS);
    return null;
  }

  #start(root: string): Hand {
    const worker = this.#startWorker(root);
    const hand: Hand = { worker, started: false, flag: newFlag(), root, orders: [] };
    worker.onmessage = ({ data }: MessageEvent<FromScanWorker>) => {
      hand.started = true;
      if (data.kind === "done") hand.orders.shift();
      this.#watch(hand);
      this.#next();
      this.#tell(data);
      this.#wake();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#dismiss(hand);
      this.#failure = new Error(`the worker that reads files failed: ${event.message}`);
      this.#tell({ kind: "failed", error: this.#failure });
      this.#wake();
    };
    this.#hands.push(hand);
    return hand;
  }

  #watch(hand: Hand): void {
    clearTimeout(hand.timer);
    const ms = hand.started ? this.#stuckMs : Math.max(this.#stuckMs, START_MS);
    if (hand.orders.length > 0) hand.timer = setTimeout(() => this.#giveUp(hand), ms);
  }

  /** Ends a worker that is stuck. Of several files, each is tried alone; one that was alone cannot be read. */
  #giveUp(hand: Hand): void {
    this.#dismiss(hand);
    const [{ root, paths, md5 }, ...rest] = hand.orders;
    const alone = paths.length > 1 ? paths.map((path) => ({ root, paths: [path], md5 })) : [];
    this.#waiting = [...alone, ...rest, ...this.#waiting];
    this.#next();
    if (paths.length > 1) return;
    // Not tried again before it changes: a file may be made to hold whoever reads it.
    const unreadable = [{ path: join(root, paths[0]), reason: REASONS.ETIMEDOUT }];
    this.#tell({ kind: "done", root, bytes: 0, facts: [], unreadable });
    this.#wake();
  }

  #dismiss(hand: Hand): void {
    clearTimeout(hand.timer);
    hand.worker.onmessage = null; // What it told before may still be on its way.
    hand.worker.terminate();
    if (hand.orders.length > 0) ending.add(hand.flag);
    this.#hands = this.#hands.filter((it) => it !== hand);
  }

  /** Ends the workers, whatever they are doing. */
  [Symbol.dispose](): void {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#hands.forEach((hand) => this.#dismiss(hand));
  }
}
