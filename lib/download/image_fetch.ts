/** A running fetch of one image: the peers it asks, where it saves, who watches it, and the failures. */
import type { Address } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import type { ListedImage } from "../protocol/image.ts";
import { isOurs } from "./fetch_faults.ts";
import type { FetchWatcher } from "./fetch_options.ts";
import type { PeerClient } from "./peers/peer_client.ts";
import type { PartialFile } from "./save/partial_file.ts";

export class ImageFetch {
  readonly image: ListedImage;
  readonly client: PeerClient;
  /** Opens the file for the image; with `resume`, that of an earlier fetch. */
  readonly open: (resume: boolean) => Promise<PartialFile>;
  readonly #watcher: FetchWatcher;
  /** Why peers did not send the image. */
  readonly faults: Fault[] = [];
  /** Peers that stated a size for which the disk has no room. */
  readonly #claims: { readonly peer: Address; readonly bytes: number }[] = [];

  constructor(image: ListedImage, client: PeerClient, open: ImageFetch["open"], watcher: FetchWatcher) {
    [this.image, this.client, this.open, this.#watcher] = [image, client, open, watcher];
  }

  asks(peer: Address, received = 0, resumedFrom = 0): void {
    notify(() => this.#watcher.onProgress?.({ image: this.image, received, resumedFrom, peer, isAsking: true }));
  }

  progress(peer: Address, received: number, resumedFrom: number, size?: number): void {
    notify(() => this.#watcher.onProgress?.({ image: this.image, received, size, resumedFrom, peer }));
  }

  /** All bytes arrived: only the disk has work left. */
  received(): void {
    notify(() => this.#watcher.onReceived?.());
  }

  /**
   * Notes why a peer did not send the image; throws failures that no other peer would help against.
   *
   * @throws {Fault} `disk-full`, `not-written`; the signal's reason.
   */
  failed(error: unknown, peer: Address): void {
    this.client.signal.throwIfAborted();
    if (!(error instanceof Fault) || isOurs(error)) throw error;
    this.client.book.penalize(peer, error);
    this.faults.push(error);
    if (isFault(error, "no-room")) this.#claims.push({ peer, bytes: error.values.bytes });
    else notify(() => this.#watcher.onFailure?.({ image: this.image, fault: error, peer }));
  }

  /** Notes that a peer sent the image, and bans the peers that stated a larger size. */
  gave(peer: Address, bytes: number): void {
    this.client.book.gave(peer);
    for (const claim of this.#claims) if (claim.bytes > bytes) this.client.book.ban(claim.peer);
  }
}
