/**
 * Fetching for a peer: one image or many, into its folder, and shared at once.
 *
 * @module
 */
import { SaveWorkers } from "./save/save_service.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { notify } from "../fault/notify.ts";
import type { ImageInfo } from "../protocol/peer_reply.ts";
import { isPassing } from "./bans.ts";
import { fetchImage } from "./fetch.ts";
import { isOurs } from "./fetch_faults.ts";
import type { FetchAllWatcher, FetchOutcome } from "./fetch_outcome.ts";
import type { FetchedImage, FetchWatcher } from "./fetch_options.ts";
import type { FetcherParts } from "./fetcher_parts.ts";
import { imageInfo } from "./info.ts";
import { pause, pauseUntil } from "../net/pause.ts";
import { MAX_OF_PEER, PeerBook } from "./peer_book.ts";
import { type Peeked, peekImage } from "./peek.ts";
import { openImage } from "./open_image.ts";
import type { PeerClientOptions } from "./peer_client.ts";
import { SharedFetch } from "./shared_fetch.ts";

export type { FetchAllWatcher, FetchOutcome };

/** Images that are fetched at the same time: with several peers each of them is kept busy, and small ones overlap. */
const FETCHES_AT_ONCE = 8;

/**
 * Images whose bytes are here and that wait for the disk, at most: it takes as long for many as for one, and meanwhile
 * others come. Each holds its blocks of memory, a MiB for most.
 */
const SAVES_AT_ONCE = 32;

/** So many images of the list are looked through for one whose peers have least to do. */
const LOOK_AHEAD = 500;

/** How often an image is retried after transient failures. */
const MAX_ROUNDS = 4;

/** A peer that failed so often in a row, which takes two minutes, is no longer retried. */
const MAX_FAILURES_WAITED = 6;

/** So long one peer that cannot be reached is waited for, all in all, in seconds. */
export const LONGEST_WAIT_S = 120;

/** A longer ban than this, in milliseconds, has a worse reason than an unreachable peer. */
const MAX_WAIT_MS = 30_000;

/** An image of a batch that is not done with. */
interface Task {
  readonly image: ListedImage;
  round: number;
}

/** Fetches images into the folder of one peer. */
export class Fetcher {
  readonly #parts: FetcherParts;
  /** By MD5. */
  readonly #fetching = new Map<string, SharedFetch>();
  /** Looks and questions under way. */
  readonly #asking = new Set<Promise<unknown>>();
  readonly #book: PeerBook;
  readonly #service: SaveWorkers;
  /** How many images of batches each peer is assigned just now. */
  readonly #assigned = new Map<string, number>();

  /**
   * A fetcher that has fetched nothing yet.
   *
   * @ignore Peers make their own.
   */
  constructor(parts: FetcherParts) {
    this.#parts = parts;
    this.#book = new PeerBook(parts.isPassedOver);
    this.#service = new SaveWorkers(parts.folder.path);
  }

  /** The names of the images that are being fetched just now, as they are listed. */
  get fetching(): string[] {
    return [...this.#fetching.values().map(({ name }) => name)];
  }

  /**
   * Fetches an image into the directory and shares it at once. One that is being fetched already is not fetched twice;
   * one that is here already (the folder knows) is the caller's to leave alone. Peers that failed a moment ago are
   * asked all the same.
   *
   * @throws {Fault} `no-peers`, `disk-full`, `not-written`, `fetch-failed` (no peer gave it: its values say why), and
   * `image-changed` when the new file was changed or removed at once.
   */
  async fetch(image: ListedImage, watcher?: FetchWatcher): Promise<FetchedImage> {
    image.peers.forEach((peer) => this.#book.unban(peer));
    const fetched = await this.#fetchOnce(image, watcher).finally(() => this.#rest());
    const untold = fetched.shared ? await this.#parts.changed() : undefined;
    return untold ? { ...fetched, untold } : fetched;
  }

  /**
   * Fetches those of the images that are not here yet, several at once, each from the peer of its peers that has least
   * to do. What fails stops nothing else; what fails because no peer could be reached is retried after a while.
   *
   * @param signal Stops what is not done yet.
   * @returns What became of each, in the order in which they were done; of those that are done, when it was stopped.
   * @throws {Fault} `disk-full`, `not-written`, which would stop any further image too: what was done before was given to
   * `onOutcome`. Without a watch also `directory-missing`, `directory-unusable`, `ignore-unusable`.
   */
  async fetchAll(
    images: readonly ListedImage[],
    watcher: FetchAllWatcher = {},
    signal: AbortSignal = this.#parts.ending,
  ): Promise<FetchOutcome[]> {
    const stop = new AbortController();
    const ended = AbortSignal.any([stop.signal, this.#parts.ending, signal]);
    try {
      await this.#parts.refresh?.(ended);
    } catch (error) {
      if (ended.aborted) return [];
      throw error;
    }
    images.forEach(({ peers }) => peers.forEach((peer) => this.#book.endBackoff(peer)));
    const outcomes: FetchOutcome[] = [];
    const waiting: Task[] = images.map((image) => ({ image, round: 1 }));
    const running = new Set<Promise<void>>();
    const runTask = async (task: Task, onReceived: () => void): Promise<void> => {
      const outcome = await this.#outcomeOf(task, watcher, ended, onReceived);
      if (outcome === "later") return void waiting.push({ ...task, round: task.round + 1 });
      outcomes.push(outcome);
      notify(() => watcher.onOutcome?.(outcome));
    };
    const runner = async (): Promise<void> => {
      while (!ended.aborted && (waiting.length > 0 || running.size > 0)) {
        const task = running.size < FETCHES_AT_ONCE + SAVES_AT_ONCE ? this.#pick(waiting) : undefined;
        if (!task) {
          await Promise.race(running); // It may have to be tried again.
          continue;
        }
        const peer = this.#leastBusy(task.image);
        this.#assign(peer, 1);
        const received = Promise.withResolvers<void>();
        // The first fault that would stop any further image stops the others.
        const failed = (error: unknown): void => ended.aborted ? undefined : stop.abort(error);
        const run = runTask(task, received.resolve).catch(failed).finally(() => {
          running.delete(run);
          received.resolve();
        });
        running.add(run);
        await received.promise; // What is left is the disk's to do.
        this.#assign(peer, -1);
      }
    };
    await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, runner));
    await Promise.all(running);
    this.#rest();
    await this.#parts.changed();
    stop.signal.throwIfAborted();
    return outcomes;
  }

  /**
   * Opens an image of others as a stream of bytes, without saving it. Where a peer breaks off, the next one goes on at the
   * same byte. The MD5 of all bytes is checked at the end: do not rely on any of them before the stream has closed.
   *
   * The stream errors with a {@link Fault}: `no-peers`; why the peer did not help, if there is only one; `fetch-failed` if
   * there are several; or with the reason of the signal.
   *
   * @param signal Ends it.
   */
  open(image: ListedImage, signal?: AbortSignal): ReadableStream<Uint8Array> {
    const peers = this.#askable(image);
    const ended = Promise.withResolvers<void>();
    void this.#noted(ended.promise);
    return openImage({ ...image, peers }, this.#options(signal), ended.resolve);
  }

  /**
   * Takes the first bytes of an image into memory, at most `most`, and saves nothing.
   *
   * @throws {Fault} `no-peers`; why the peer did not help, if there is only one; `fetch-failed` if there are several. The
   * reason of the signal.
   */
  async peek(image: ListedImage, most: number, signal?: AbortSignal): Promise<Peeked> {
    const peers = this.#askable(image);
    return await this.#noted(peekImage({ ...image, peers }, most, this.#options(signal)));
  }

  /**
   * What an image is that others have; `null` if no peer answers.
   *
   * @throws The signal's reason, when the peer ends.
   */
  async info(image: ListedImage): Promise<ImageInfo | null> {
    const peers = this.#others(image);
    return await this.#noted(imageInfo({ ...image, peers }, this.#options()));
  }

  #others({ peers }: ListedImage): Address[] {
    return peers.filter((address) => !this.#parts.isSelf(address));
  }

  /** The other peers of an image that a person wants. */
  #askable(image: ListedImage): Address[] {
    const peers = this.#others(image);
    peers.forEach((peer) => this.#book.endBackoff(peer));
    return peers;
  }

  #options(signal?: AbortSignal): PeerClientOptions {
    const { ending, limit } = this.#parts;
    return { signal: signal ? AbortSignal.any([ending, signal]) : ending, book: this.#book, limit };
  }

  /** Another list came, from which images are chosen from now on. */
  newList(): void {
    this.#book.newList();
  }

  /** Closes connections that wait for nothing: who gave an image knows then that all of it was taken. */
  #rest(): void {
    if (this.#fetching.size === 0 && this.#asking.size === 0) this.#book.closeIdle();
  }

  async #noted<T>(asking: Promise<T>): Promise<T> {
    this.#asking.add(asking);
    return await asking.finally(() => this.#asking.delete(asking));
  }

  /** Takes the next image: the first of those ahead that a peer with nothing much to do can give. */
  #pick(waiting: Task[]): Task | undefined {
    const isFree = ({ image }: Task): boolean =>
      image.peers.some((peer) => this.#load(peer) < MAX_OF_PEER && this.#book.retryIn(peer) === 0);
    const found = waiting.slice(0, LOOK_AHEAD).findIndex(isFree);
    return waiting.splice(Math.max(0, found), 1)[0];
  }

  /** Which of its peers an image will be asked of first. */
  #leastBusy(image: ListedImage): string | null {
    const [first] = this.#others(image).sort((a, b) => this.#load(a) - this.#load(b));
    return first ? formatAddress(first) : null;
  }

  #load(peer: Address): number {
    return this.#assigned.get(formatAddress(peer)) ?? 0;
  }

  #assign(peer: string | null, more: number): void {
    if (peer !== null) this.#assigned.set(peer, (this.#assigned.get(peer) ?? 0) + more);
  }

  async #outcomeOf(
    { image, round }: Task,
    watcher: FetchAllWatcher,
    signal: AbortSignal,
    onReceived: () => void,
  ): Promise<FetchOutcome | "later"> {
    const here = await this.#parts.folder.find(image.md5);
    if (here) return { kind: "here", image, here };
    try {
      await this.#waitForOne(image, signal);
      const { onProgress, onFailure } = watcher;
      const own = { onProgress: onProgress?.bind(watcher), onFailure: onFailure?.bind(watcher), onReceived };
      const fetched = await this.#fetchOnce(image, own, signal);
      if (fetched.shared) void this.#parts.changed(); // Reported again at the end, where it is handled.
      return { kind: "fetched", image, fetched };
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      // There was no room for unverified bytes; other images may be smaller.
      const alone = isFault(fault, "disk-full") && fault.cause instanceof Fault ? fault.cause : null;
      if (alone) return { kind: "failed", image, fault: alone };
      if (isOurs(fault)) throw fault;
      const passing = this.#passing(image, fault);
      if (round < MAX_ROUNDS && passing.length > 0) {
        notify(() => watcher.onLater?.(image, passing));
        return "later";
      }
      return { kind: "failed", image, fault };
    }
  }

  /** Why trying again after a while may help: the failures that may pass, if there is one who is waited for. */
  #passing({ peers }: ListedImage, fault: Fault): Fault[] {
    if (!isFault(fault, "fetch-failed") || !peers.some((peer) => this.#isWaitedFor(peer))) return [];
    return fault.values.faults.filter((it): it is Fault => it instanceof Fault && isPassing(it));
  }

  #isWaitedFor(peer: Address): boolean {
    return this.#book.failures(peer) < MAX_FAILURES_WAITED && this.#book.retryIn(peer) <= MAX_WAIT_MS;
  }

  /** If all its peers are banned for a moment only, as after a lost connection, waits for that moment. */
  async #waitForOne({ peers }: ListedImage, signal: AbortSignal): Promise<void> {
    const waits = peers.filter((peer) => this.#isWaitedFor(peer)).map((peer) => this.#book.retryIn(peer));
    if (waits.length > 0) await pause(waits.reduce((least, wait) => Math.min(least, wait)), signal);
  }

  /**
   * Fetches an image, or joins whoever fetches it already; of several who want it each may give up for itself. Where
   * that one fails and this caller knows of peers that it did not, they are asked.
   */
  async #fetchOnce(image: ListedImage, watcher?: FetchWatcher, signal?: AbortSignal): Promise<FetchedImage> {
    for (;;) {
      const under = this.#fetching.get(image.md5);
      if (!under) return await this.#start(image).join(image, watcher, signal);
      if (under.isGivenUp) {
        await pauseUntil(under.ended, signal);
        continue;
      }
      try {
        return await under.join(image, watcher, signal);
      } catch (error) {
        if (signal?.aborted || !(error instanceof Fault) || isOurs(error) || !under.lacks(image.peers)) throw error;
      }
    }
  }

  #start(image: ListedImage): SharedFetch {
    const started = new SharedFetch(image, this.#parts.ending, (...how) => this.#fetch(image, ...how), () => {
      this.#fetching.delete(image.md5);
    });
    this.#fetching.set(image.md5, started);
    return started;
  }

  async #fetch(image: ListedImage, watcher: FetchWatcher, signal: AbortSignal): Promise<FetchedImage> {
    const load = (peer: Address): number => this.#load(peer) + this.#book.load(peer);
    const peers = this.#others(image).sort((a, b) => load(a) - load(b));
    const options = { signal, book: this.#book, service: this.#service, limit: this.#parts.limit };
    const fetched = await fetchImage({ ...image, peers }, this.#parts.folder.path, watcher, options);
    const added = await this.#parts.folder.add(fetched.path, image.md5);
    return typeof added === "string" ? { ...fetched, shared: false, leftOut: added } : { ...fetched, shared: true };
  }

  /** Resolves when nothing is under way any more, after the peer has ended. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#fetching.values().map(({ ended }) => ended), ...this.#asking]);
    this.#service.close();
    this.#book[Symbol.dispose]();
  }
}
