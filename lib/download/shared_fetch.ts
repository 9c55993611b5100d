/** A fetch that several callers wait for: each gets its progress, and it is aborted when the last of them gives up. */
import { type Address, formatAddress } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { FetchedImage, FetchWatcher } from "./fetch_options.ts";
import { notify } from "../fault/notify.ts";
import { pauseUntil } from "../net/pause.ts";

interface Caller {
  /** The image as this caller knows it, perhaps with the name and peers of another list. */
  readonly image: ListedImage;
  readonly watcher?: FetchWatcher;
}

export class SharedFetch {
  /** The listed name of the image. */
  readonly name: string;
  /** Resolves when the fetch has ended, successfully or not. */
  readonly ended: Promise<void>;
  readonly #fetching: Promise<FetchedImage>;
  readonly #callers = new Set<Caller>();
  readonly #giveUp = new AbortController();
  readonly #peers: ReadonlySet<string>;
  /** Whether all bytes arrived: callers that join later are notified at once. */
  #received = false;

  /** Starts a fetch, which `ending` ends for all callers. */
  constructor(
    { name, peers }: ListedImage,
    ending: AbortSignal,
    fetch: (watcher: FetchWatcher, signal: AbortSignal) => Promise<FetchedImage>,
    onEnd: () => void,
  ) {
    this.name = name;
    this.#peers = new Set(peers.map(formatAddress));
    const watcher: FetchWatcher = {
      onProgress: (progress) => this.#notify(({ image, watcher }) => watcher?.onProgress?.({ ...progress, image })),
      onFailure: (failure) => this.#notify(({ image, watcher }) => watcher?.onFailure?.({ ...failure, image })),
      onReceived: () => {
        this.#received = true;
        this.#notify(({ watcher }) => watcher?.onReceived?.());
      },
    };
    this.#fetching = fetch(watcher, AbortSignal.any([ending, this.#giveUp.signal])).finally(onEnd);
    this.ended = this.#fetching.then(() => {}, () => {});
  }

  /** Whether no caller is left, so that the fetch is about to end. */
  get isGivenUp(): boolean {
    return this.#giveUp.signal.aborted;
  }

  /** Whether it does not ask one of these peers. */
  lacks(peers: readonly Address[]): boolean {
    return peers.some((peer) => !this.#peers.has(formatAddress(peer)));
  }

  /**
   * Waits for the image.
   *
   * @param signal Gives up for this caller. The last caller waits until the received bytes are saved.
   * @throws The error of the fetch; the reason of the signal.
   */
  async join(image: ListedImage, watcher?: FetchWatcher, signal?: AbortSignal): Promise<FetchedImage> {
    const caller = { image, watcher };
    this.#callers.add(caller);
    if (this.#received) notify(() => watcher?.onReceived?.());
    try {
      return await pauseUntil(this.#fetching, signal);
    } catch (error) {
      if (!signal?.aborted || this.#callers.size > 1) throw error;
      this.#giveUp.abort(signal.reason);
      return await this.#fetching; // It may have been saved at that very moment.
    } finally {
      this.#callers.delete(caller);
    }
  }

  #notify(call: (caller: Caller) => void): void {
    this.#callers.forEach((caller) => notify(() => call(caller)));
  }
}
