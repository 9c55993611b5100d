/** Fetches many images, several at once: decides which is next, from which peer, and which is retried. */
import type { Address } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import type { SharedImage } from "../folder/image_index.ts";
import type { ListedImage } from "../protocol/image.ts";
import { isPassing, MAX_BACKOFF_MS } from "./peers/bans.ts";
import { isOurs } from "./fetch_faults.ts";
import type { FetchAllWatcher, FetchedImage, FetchOutcome, FetchWatcher } from "./fetch_options.ts";
import { pause } from "../net/pause.ts";
import { MAX_OF_PEER, type PeerBook } from "./peers/peer_book.ts";

/** How many images are fetched at the same time: several peers are kept busy, and small images overlap. */
const FETCHES_AT_ONCE = 8;

/**
 * The most received images that wait for the disk: a sync takes as long for many as for one, and others are received
 * meanwhile. Each holds its blocks of memory, a MiB for most.
 */
const SAVES_AT_ONCE = 32;

/** How many images of the list are searched for the one whose peers are least busy. */
const LOOK_AHEAD = 500;

/** How often an image is retried after transient failures. */
const MAX_ROUNDS = 4;

/** After this many failures in a row, which take two minutes, a peer is not retried. */
const MAX_FAILURES_WAITED = 6;

/** How often to check whether a peer may be tried already, in milliseconds: a person may have asked for it. */
const LOOK_AGAIN_MS = 1_000;

interface Task {
  readonly image: ListedImage;
  /** Its peers without this one. */
  readonly peers: readonly Address[];
  readonly round: number;
}

/** Finds an image here, or fetches it. */
export interface ImageSource {
  readonly find: (md5: string) => Promise<SharedImage | undefined>;
  readonly fetch: (image: ListedImage, watcher: FetchWatcher, signal: AbortSignal) => Promise<FetchedImage>;
}

export class FetchQueue {
  #waiting: Task[];
  readonly #running = new Map<Promise<void>, { readonly task: Task; readonly stop: AbortController }>();
  /** How many of them wait for a peer, and not for the disk. */
  #receiving = 0;
  readonly #outcomes: FetchOutcome[] = [];
  readonly #book: PeerBook;
  readonly #source: ImageSource;
  readonly #watcher: FetchAllWatcher;
  readonly #stop = new AbortController();
  /** Resolves at the next change: an image was received, has ended, or was dropped. */
  #change = Promise.withResolvers<void>();

  constructor(
    images: readonly Omit<Task, "round">[],
    book: PeerBook,
    source: ImageSource,
    watcher: FetchAllWatcher,
  ) {
    this.#waiting = images.map((it) => ({ ...it, round: 1 }));
    [this.#book, this.#source, this.#watcher] = [book, source, watcher];
  }

  /**
   * @returns The results in the order in which the images were finished; those of all images, unless the signal was
   * aborted or some were dropped.
   * @throws {Fault} `disk-full`, `not-written`.
   */
  async run(signal: AbortSignal): Promise<FetchOutcome[]> {
    const ended = AbortSignal.any([this.#stop.signal, signal]);
    await this.#sortOut(ended);
    while (!ended.aborted && this.#waiting.length + this.#running.size > 0) {
      const next = this.#next();
      if (typeof next === "number") await this.#changed(next, ended);
      else this.#start(next, ended);
    }
    await Promise.all(this.#running.keys());
    this.#stop.signal.throwIfAborted();
    return this.#outcomes;
  }

  /** Gives up some images, which then have no outcome. */
  drop(md5s: ReadonlySet<string>): void {
    this.#waiting = this.#waiting.filter(({ image }) => !md5s.has(image.md5));
    for (const { task, stop } of this.#running.values()) if (md5s.has(task.image.md5)) stop.abort();
    this.#change.resolve();
  }

  /** Reports the images that exist here before anything is fetched or waited for. */
  async #sortOut(signal: AbortSignal): Promise<void> {
    const here = new Set<string>();
    for (const { image } of [...this.#waiting]) {
      const found = await this.#source.find(image.md5);
      if (signal.aborted) return;
      if (!found) continue;
      here.add(image.md5);
      this.#done({ kind: "here", image, here: found });
    }
    this.#waiting = this.#waiting.filter(({ image }) => !here.has(image.md5));
  }

  /** The next image to fetch; or for how long none can be started, in milliseconds, unless something changes. */
  #next(): Task | number {
    const isFull = this.#receiving >= FETCHES_AT_ONCE || this.#running.size >= FETCHES_AT_ONCE + SAVES_AT_ONCE;
    if (isFull || this.#waiting.length === 0) return Infinity;
    const book = this.#book;
    // The first ahead for which a peer has a free slot, else the first whose peers are not in backoff.
    const isFree = ({ peers }: Task): boolean =>
      peers.some((peer) => book.assigned(peer) < MAX_OF_PEER && book.retryIn(peer) === 0);
    const found = this.#waiting.slice(0, LOOK_AHEAD).findIndex(isFree);
    if (found >= 0) return this.#waiting.splice(found, 1)[0];
    let least = LOOK_AGAIN_MS;
    for (const [i, task] of this.#waiting.entries()) {
      const wait = this.#retryIn(task);
      if (wait === 0) return this.#waiting.splice(i, 1)[0];
      least = Math.min(least, wait);
    }
    return least;
  }

  /** When the first peer of an image is tried again, if all of them are in backoff, as after a network failure. */
  #retryIn({ peers }: Pick<Task, "peers">): number {
    let least = Infinity;
    for (const peer of peers) {
      if (this.#isWaitedFor(peer)) least = Math.min(least, this.#book.retryIn(peer));
    }
    return least === Infinity ? 0 : least;
  }

  /** Waits for the next change, for at most `ms` milliseconds. */
  async #changed(ms: number, signal: AbortSignal): Promise<void> {
    const changed = new AbortController();
    void this.#change.promise.then(() => changed.abort());
    await pause(ms, AbortSignal.any([signal, changed.signal]));
    this.#change = Promise.withResolvers();
  }

  #start(task: Task, signal: AbortSignal): void {
    const stop = new AbortController();
    const ended = AbortSignal.any([signal, stop.signal]);
    const assigned = this.#book.assign(task.peers);
    this.#receiving++;
    let isReceived = false;
    const onReceived = (): void => { // The rest is up to the disk.
      if (isReceived) return;
      isReceived = true;
      this.#receiving--;
      assigned[Symbol.dispose]();
      this.#change.resolve();
    };
    // The first fault that would affect every further image stops the others.
    const failed = (error: unknown): void => ended.aborted ? undefined : this.#stop.abort(error);
    const run = this.#run(task, ended, onReceived).catch(failed).finally(() => {
      this.#running.delete(run);
      onReceived();
      this.#change.resolve();
    });
    this.#running.set(run, { task, stop });
  }

  async #run(task: Task, signal: AbortSignal, onReceived: () => void): Promise<void> {
    const outcome = await this.#outcomeOf(task, signal, onReceived);
    if (outcome === "later") this.#waiting.push({ ...task, round: task.round + 1 });
    else this.#done(outcome);
  }

  #done(outcome: FetchOutcome): void {
    this.#outcomes.push(outcome);
    notify(() => this.#watcher.onOutcome?.(outcome));
  }

  async #outcomeOf(task: Task, signal: AbortSignal, onReceived: () => void): Promise<FetchOutcome | "later"> {
    const { image, round, peers } = task;
    const watcher = this.#watcher;
    try {
      const here = await this.#source.find(image.md5); // It may have arrived in another way.
      if (here) return { kind: "here", image, here };
      const fetched = await this.#source.fetch(image, {
        onProgress: (progress) => watcher.onProgress?.(progress),
        onFailure: (failure) => watcher.onFailure?.(failure),
        onReceived,
      }, signal);
      return { kind: "fetched", image, fetched };
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      // There is no room for its bytes, which are not verified; others may be smaller.
      const alone = isFault(fault, "disk-full") && fault.cause instanceof Fault ? fault.cause : null;
      if (alone) return { kind: "failed", image, fault: alone };
      if (isOurs(fault)) throw fault;
      const faults = this.#passing(peers, fault);
      if (round === MAX_ROUNDS || faults.length === 0) return { kind: "failed", image, fault };
      notify(() => watcher.onLater?.({ image, faults, retryIn: this.#retryIn(task) }));
      return "later";
    }
  }

  /** The failures that may pass, if waiting for a peer may help. */
  #passing(peers: readonly Address[], fault: Fault): Fault[] {
    if (!isFault(fault, "fetch-failed") || !peers.some((peer) => this.#isWaitedFor(peer))) return [];
    return fault.values.faults.filter((it): it is Fault => it instanceof Fault && isPassing(it));
  }

  #isWaitedFor(peer: Address): boolean {
    return this.#book.failures(peer) < MAX_FAILURES_WAITED && this.#book.retryIn(peer) <= MAX_BACKOFF_MS;
  }
}
