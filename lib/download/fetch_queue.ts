/** Fetching many images, several at once: which is next, from which peer, and which is retried. */
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

/** Images that are fetched at the same time: with several peers each of them is kept busy, and small ones overlap. */
const FETCHES_AT_ONCE = 8;

/**
 * Most received images that wait for the disk: a sync takes as long for many as for one, and meanwhile
 * others are received. Each holds its blocks of memory, a MiB for most.
 */
const SAVES_AT_ONCE = 32;

/** How many images of the list are searched for one whose peers are least busy. */
const LOOK_AHEAD = 500;

/** How often an image is retried after transient failures. */
const MAX_ROUNDS = 4;

/** A peer that failed this often in a row, which takes two minutes, is no longer retried. */
const MAX_FAILURES_WAITED = 6;

/** The longest time for which one peer that cannot be reached is waited for in all, in seconds. */
export const LONGEST_WAIT_S = 120;

interface Task {
  readonly image: ListedImage;
  /** Its peers without this one. */
  readonly peers: readonly Address[];
  readonly round: number;
}

/** How an image is found here, or fetched. */
export interface ImageSource {
  readonly find: (md5: string) => Promise<SharedImage | undefined>;
  readonly fetch: (image: ListedImage, watcher: FetchWatcher, signal: AbortSignal) => Promise<FetchedImage>;
}

export class FetchQueue {
  readonly #waiting: Task[];
  readonly #running = new Set<Promise<void>>();
  readonly #outcomes: FetchOutcome[] = [];
  readonly #book: PeerBook;
  readonly #source: ImageSource;
  readonly #watcher: FetchAllWatcher;
  readonly #stop = new AbortController();

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
   * @returns What became of each that is done with, in that order; those of all, unless the signal was aborted.
   * @throws {Fault} `disk-full`, `not-written`.
   */
  async run(signal: AbortSignal): Promise<FetchOutcome[]> {
    const ended = AbortSignal.any([this.#stop.signal, signal]);
    await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, () => this.#work(ended)));
    await Promise.all(this.#running);
    this.#stop.signal.throwIfAborted();
    return this.#outcomes;
  }

  async #work(signal: AbortSignal): Promise<void> {
    const running = this.#running;
    while (!signal.aborted && (this.#waiting.length > 0 || running.size > 0)) {
      const task = running.size < FETCHES_AT_ONCE + SAVES_AT_ONCE ? this.#next() : undefined;
      if (!task) {
        await Promise.race(running); // It may have to be tried again.
        continue;
      }
      using _assigned = this.#book.assign(task.peers);
      const received = Promise.withResolvers<void>();
      // The first fault that would stop any further image stops the others.
      const failed = (error: unknown): void => signal.aborted ? undefined : this.#stop.abort(error);
      const run = this.#run(task, signal, received.resolve).catch(failed).finally(() => {
        running.delete(run);
        received.resolve();
      });
      running.add(run);
      await received.promise; // The rest is up to the disk.
    }
  }

  /** The first image ahead that a peer with a free slot has, else the first. */
  #next(): Task | undefined {
    const book = this.#book;
    const isFree = ({ peers }: Task): boolean =>
      peers.some((peer) => book.assigned(peer) < MAX_OF_PEER && book.retryIn(peer) === 0);
    const found = this.#waiting.slice(0, LOOK_AHEAD).findIndex(isFree);
    return this.#waiting.splice(Math.max(0, found), 1)[0];
  }

  async #run(task: Task, signal: AbortSignal, onReceived: () => void): Promise<void> {
    const outcome = await this.#outcomeOf(task, signal, onReceived);
    if (outcome === "later") return void this.#waiting.push({ ...task, round: task.round + 1 });
    this.#outcomes.push(outcome);
    notify(() => this.#watcher.onOutcome?.(outcome));
  }

  async #outcomeOf(task: Task, signal: AbortSignal, onReceived: () => void): Promise<FetchOutcome | "later"> {
    const { image, round, peers } = task;
    const watcher = this.#watcher;
    try {
      const find = () => this.#source.find(image.md5);
      // Also after the wait: it may have come from elsewhere meanwhile.
      const here = await find() ?? (await this.#waitForOne(peers, signal) ? await find() : undefined);
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
      const passing = this.#passing(peers, fault);
      if (round === MAX_ROUNDS || passing.length === 0) return { kind: "failed", image, fault };
      notify(() => watcher.onLater?.(image, passing));
      return "later";
    }
  }

  /** Why trying again after a while may help: the failures that may pass, if there is a peer that is waited for. */
  #passing(peers: readonly Address[], fault: Fault): Fault[] {
    if (!isFault(fault, "fetch-failed") || !peers.some((peer) => this.#isWaitedFor(peer))) return [];
    return fault.values.faults.filter((it): it is Fault => it instanceof Fault && isPassing(it));
  }

  #isWaitedFor(peer: Address): boolean {
    return this.#book.failures(peer) < MAX_FAILURES_WAITED && this.#book.retryIn(peer) <= MAX_BACKOFF_MS;
  }

  /**
   * If all peers that have it are in backoff, as after a network failure, the first of them is waited for.
   *
   * @returns Whether there was a wait.
   */
  async #waitForOne(peers: readonly Address[], signal: AbortSignal): Promise<boolean> {
    const waits = peers.filter((peer) => this.#isWaitedFor(peer)).map((peer) => this.#book.retryIn(peer));
    const ms = waits.length > 0 ? waits.reduce((least, wait) => Math.min(least, wait)) : 0;
    if (ms > 0) await pause(ms, signal);
    return ms > 0;
  }
}
