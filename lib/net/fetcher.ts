/**
 * Fetching for a peer: one image or many, into its folder, and shared at once.
 *
 * @module
 */
import { SaveWorkers } from "../library/save_service.ts";
import type { SharedFolder, SharedImage } from "../library/shared_folder.ts";
import type { Address } from "../wire/address.ts";
import { Fault } from "../wire/fault.ts";
import type { ListedImage } from "../wire/image.ts";
import { fetchImage } from "./fetch.ts";
import type { Fetched, FetchWatcher } from "./fetch_options.ts";
import { pause } from "./pause.ts";
import { PeerBook } from "./peer_book.ts";
import type { RateLimit } from "./rate_limit.ts";

/** What became of a fetch. */
export interface FetchedImage extends Fetched {
  /** Whether the new file is shared now; a file that is no image is saved and not shared. */
  readonly shared: boolean;
  /** Why the tracker does not know of it yet. */
  readonly untold?: Fault;
}

/** What became of one image of many. */
export type FetchOutcome =
  | { readonly kind: "fetched"; readonly image: ListedImage; readonly fetched: FetchedImage }
  /** It was here already. */
  | { readonly kind: "here"; readonly image: ListedImage; readonly here: SharedImage }
  | { readonly kind: "failed"; readonly image: ListedImage; readonly fault: Fault };

/** How fetching many goes on. */
export interface FetchAllWatcher {
  /** Bytes of one image so far, and how many there will be, if that is known. */
  onBytes?(image: ListedImage, bytes: number, from: Address, size?: number): void;
  /** A peer failed; the next one is tried. */
  onFailure?(image: ListedImage, fault: Fault, from: Address): void;
  /** One image is done with, well or not. */
  onOutcome?(outcome: FetchOutcome): void;
}

/** Images that are fetched at the same time: with several peers each of them is kept busy, and small ones overlap. */
const FETCHES_AT_ONCE = 8;

/** A peer that is left alone for longer than this is not waited for, in milliseconds. */
const MAX_MOMENT_MS = 6_000;

/** What a fetcher needs of its peer. */
export interface FetcherParts {
  readonly folder: SharedFolder;
  /** Bytes per second of all fetches together. */
  readonly limit: RateLimit;
  /** Aborted when the peer ends. */
  readonly ending: AbortSignal;
  /** Whether an address of a list is the peer itself. */
  readonly isSelf: (address: Address) => boolean;
  /** Called when another image is shared; gives why the tracker does not know of it yet, if so. */
  readonly changed: () => Promise<Fault | undefined>;
}

/** Fetches images into the folder of one peer. */
export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #fetching = new Map<string, Promise<FetchedImage>>();
  readonly #book = new PeerBook();
  readonly #service = new SaveWorkers();

  /** A fetcher that has fetched nothing yet. */
  constructor(parts: FetcherParts) {
    this.#parts = parts;
  }

  /**
   * Fetches an image into the directory and shares it at once. One that is being fetched already is not fetched twice;
   * one that is here already (the folder knows) is the caller's to leave alone. Peers that failed a moment ago are
   * asked all the same.
   *
   * @throws {Fault} As {@link fetchImage}; `image-changed` when the new file was changed or taken away at once.
   */
  async fetch(image: ListedImage, watcher?: FetchWatcher): Promise<FetchedImage> {
    image.peers.forEach((peer) => this.#book.forgive(peer));
    const fetched = await this.#fetchOnce(image, watcher);
    const untold = fetched.shared ? await this.#parts.changed() : undefined;
    return untold ? { ...fetched, untold } : fetched;
  }

  /**
   * Fetches those of the images that are not here yet, several at once, each from the peer of its peers that has least
   * to do. What fails stops nothing else.
   *
   * @param signal Gives up what is not done yet.
   * @returns What became of each, in the order in which they were done.
   * @throws {Fault} As {@link SharedFolder.scan}; `disk-full`, `not-written`, which no further image would mend.
   */
  async fetchAll(
    images: readonly ListedImage[],
    watcher: FetchAllWatcher = {},
    signal: AbortSignal = this.#parts.ending,
  ): Promise<FetchOutcome[]> {
    await this.#parts.folder.scan({ signal });
    const outcomes: FetchOutcome[] = [];
    const waiting = images.values();
    const stop = new AbortController();
    const ended = AbortSignal.any([stop.signal, this.#parts.ending, signal]);
    const runner = async (): Promise<void> => {
      for (const image of waiting) {
        if (ended.aborted) return;
        const outcome = await this.#outcomeOf(image, watcher, ended);
        outcomes.push(outcome);
        watcher.onOutcome?.(outcome);
      }
    };
    // The first fault that no further image would mend stops the others.
    const runners = Array.from({ length: FETCHES_AT_ONCE }, () => runner().catch((error) => stop.abort(error)));
    await Promise.all(runners);
    await this.#parts.changed();
    ended.throwIfAborted();
    return outcomes;
  }

  async #outcomeOf(image: ListedImage, watcher: FetchAllWatcher, signal: AbortSignal): Promise<FetchOutcome> {
    const here = this.#parts.folder.byMd5(image.md5);
    if (here) return { kind: "here", image, here };
    try {
      await this.#waitForOne(image, signal);
      const fetched = await this.#fetchOnce(image, {
        onBytes: (bytes, from, size) => watcher.onBytes?.(image, bytes, from, size),
        onFailure: (fault, from) => watcher.onFailure?.(image, fault, from),
      }, signal);
      if (fetched.shared) this.#parts.changed().catch(() => {}); // Told again at the end, where it is heard.
      return { kind: "fetched", image, fetched };
    } catch (fault) {
      const ours = !(fault instanceof Fault) || fault.code === "disk-full" || fault.code === "not-written";
      if (ours) throw fault;
      return { kind: "failed", image, fault };
    }
  }

  /** When all who have it are left alone for a moment only, as after a break of the line, the moment is waited for. */
  async #waitForOne({ peers }: ListedImage, signal: AbortSignal): Promise<void> {
    const soonest = Math.min(...peers.map((peer) => this.#book.avoided(peer)));
    if (soonest <= MAX_MOMENT_MS) await pause(soonest, signal);
  }

  #fetchOnce(image: ListedImage, watcher?: FetchWatcher, signal?: AbortSignal): Promise<FetchedImage> {
    const under = this.#fetching.get(image.md5);
    if (under) return under;
    const fetching = this.#fetch(image, watcher, signal).finally(() => this.#fetching.delete(image.md5));
    this.#fetching.set(image.md5, fetching);
    return fetching;
  }

  async #fetch(image: ListedImage, watcher?: FetchWatcher, signal = this.#parts.ending): Promise<FetchedImage> {
    const others = image.peers.filter((address) => !this.#parts.isSelf(address));
    const peers = others.sort((a, b) => this.#book.load(a) - this.#book.load(b));
    const options = { signal, book: this.#book, service: this.#service, limit: this.#parts.limit };
    const fetched = await fetchImage({ ...image, peers }, this.#parts.folder.path, watcher, options);
    return { ...fetched, shared: await this.#parts.folder.add(fetched.path, image.md5) !== null };
  }

  /** Resolves when nothing is under way any more, after the peer has ended. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#fetching.values());
    this.#service.close();
    this.#book[Symbol.dispose]();
  }
}
