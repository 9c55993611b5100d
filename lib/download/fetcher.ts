/** Fetches one image or many for a peer, into its folder, and shares them at once. */
import { pathWithin } from "../files/inside.ts";
import { infoOf } from "../folder/image_index.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { Image, ListedImage } from "../protocol/image.ts";
import { pathParts } from "../protocol/image_path.ts";
import { pauseUntil } from "../net/pause.ts";
import { askThumbnail, type ReceivedThumbnail, type ThumbnailRefusal, type WantedThumbnail } from "./ask_thumbnail.ts";
import { fetchImage } from "./fetch.ts";
import { isOurs } from "./fetch_faults.ts";
import type { FetchAllWatcher, FetchedImage, FetchOutcome, FetchWatcher } from "./fetch_options.ts";
import type { FetcherParts } from "./fetcher_parts.ts";
import { FetchQueue, type ImageSource } from "./fetch_queue.ts";
import { ImageInfos } from "./image_infos.ts";
import { DownloadJournal, leftDownloads } from "./journal.ts";
import { openImage } from "./open_image.ts";
import { type Peeked, peekImage } from "./peek.ts";
import { PeerBook } from "./peers/peer_book.ts";
import type { PeerClientOptions } from "./peers/peer_client.ts";
import { SaveWorkers } from "./save/save_service.ts";
import { SharedFetch } from "./shared_fetch.ts";

/** Fetches images into the folder of one peer. */
export class Fetcher {
  readonly #parts: FetcherParts;
  /** The properties of images before they are fetched. */
  readonly infos: ImageInfos;
  /** By MD5. */
  readonly #fetching = new Map<string, SharedFetch>();
  /** Running previews. */
  readonly #asking = new Set<Promise<unknown>>();
  readonly #book: PeerBook;
  readonly #service: SaveWorkers;
  /** Running batches. */
  readonly #batches = new Map<FetchQueue, Promise<unknown>>();
  #journal: DownloadJournal | null = null;

  /** @ignore Peers make their own. */
  constructor(parts: FetcherParts) {
    this.#parts = parts;
    this.#book = new PeerBook(parts.isPassedOver);
    this.#service = new SaveWorkers(parts.folder.path);
    this.infos = new ImageInfos({
      book: this.#book,
      signal: parts.ending,
      own: (md5) => {
        const image = parts.folder.here(md5);
        return image && infoOf(image);
      },
      isSelf: parts.isSelf,
      cache: parts.infoCache,
    });
  }

  /** The listed names of the images that are being fetched. */
  get fetching(): string[] {
    return [...this.#fetching.values().map(({ name }) => name)];
  }

  /** Images that ended runs were to fetch into the directory and that do not exist here yet. */
  left(): Image[] {
    return leftDownloads(this.#parts.folder.path).filter(({ md5 }) => !this.#isHere(md5));
  }

  /**
   * Records in the directory, from now on, which images are to be fetched and do not exist here yet, however the
   * program ends. Takes over those that earlier runs left: {@link Fetcher.fetchAll} or {@link Fetcher.forget} removes
   * them.
   *
   * @param onFault Called with `queue-unwritten`, once, and `queue-damaged`.
   * @returns The images that earlier runs left.
   */
  remember(onFault?: (fault: Fault) => void): Image[] {
    this.#journal ??= new DownloadJournal(this.#parts.folder.path, onFault);
    return this.#journal.takeLeft((md5) => this.#isHere(md5));
  }

  /**
   * Ends the fetches of some images, without an outcome. Received parts and records are kept, so that fetching the
   * images again resumes.
   */
  pause(images: readonly Image[]): void {
    const md5s = new Set(images.map(({ md5 }) => md5));
    this.#batches.forEach((_, queue) => queue.drop(md5s));
  }

  /** The same, and removes their records. */
  forget(images: readonly Image[]): void {
    this.pause(images);
    this.#journal?.remove(images.map(({ md5 }) => md5));
  }

  /**
   * Fetches an image into the directory and shares it at once. Joins a running fetch of the same image; the caller must
   * check whether the folder already has it. Peers that failed recently are asked anyway.
   *
   * @throws {Fault} `no-peers`, `disk-full`, `not-written`, `fetch-failed` (no peer sent it: its values say why), and
   * `image-changed` when the new file was changed or removed at once.
   */
  async fetch(image: ListedImage, watcher?: FetchWatcher): Promise<FetchedImage> {
    image.peers.forEach((peer) => this.#book.unban(peer));
    await this.#parts.downloading?.([image.md5]);
    this.#journal?.add([image]);
    const fetched = await this.#fetchOnce(image, watcher).finally(() => this.#rest());
    this.#journal?.remove([image.md5]);
    const unannounced = fetched.shared ? await this.#parts.changed() : undefined;
    return unannounced ? { ...fetched, unannounced } : fetched;
  }

  /**
   * Fetches those of the images that the folder does not have, several at once, each from the least busy of its peers.
   * A failure stops nothing else; if no peer could be reached, the image is retried after a while.
   *
   * @param signal Stops the images that are not finished.
   * @returns The results in the order in which the images were finished; after a stop, of the finished ones.
   * @throws {Fault} `disk-full`, `not-written`, which would affect every further image; earlier results were passed to
   * `onOutcome`. Without a watch also `directory-missing`, `directory-unusable`, `ignore-unusable`.
   */
  async fetchAll(
    images: readonly ListedImage[],
    watcher: FetchAllWatcher = {},
    signal: AbortSignal = this.#parts.ending,
  ): Promise<FetchOutcome[]> {
    const ended = AbortSignal.any([this.#parts.ending, signal]);
    this.#journal?.add(images);
    let announced: Promise<unknown> | undefined; // At the end it is awaited.
    const source: ImageSource = {
      find: (md5) => this.#parts.folder.find(md5),
      fetch: async (...how) => {
        const fetched = await this.#fetchOnce(...how);
        if (fetched.shared) announced = this.#parts.changed();
        return fetched;
      },
    };
    const tasks = images.map((image) => ({ image, peers: this.#askable(image) }));
    const queue = new FetchQueue(tasks, this.#book, source, {
      ...watcher,
      onOutcome: (outcome) => {
        if (outcome.kind !== "failed") this.#journal?.remove([outcome.image.md5]);
        return watcher.onOutcome?.(outcome); // The caller reports if the promise of an async one is rejected.
      },
    });
    const batch = this.#run(queue, images, ended).finally(async () => {
      this.#rest();
      await (announced ?? this.#parts.changed()); // Without a watch, other changes were only found now.
      this.#batches.delete(queue);
    });
    this.#batches.set(queue, batch); // From now on images can be paused.
    return await batch;
  }

  async #run(queue: FetchQueue, images: readonly ListedImage[], signal: AbortSignal): Promise<FetchOutcome[]> {
    const scanned = Promise.resolve(this.#parts.refresh?.(signal)); // Without a watch, nothing else notices changes.
    await pauseUntil(scanned, signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
    if (signal.aborted) return [];
    await this.#parts.downloading?.(await this.#missing(images));
    return await queue.run(signal);
  }

  #isHere(md5: string): boolean {
    return this.#parts.folder.here(md5) !== undefined;
  }

  /** The MD5s of those images that do not exist here. */
  async #missing(images: readonly ListedImage[]): Promise<string[]> {
    const missing: string[] = [];
    for (const { md5 } of images) if (!await this.#parts.folder.find(md5)) missing.push(md5);
    return missing;
  }

  /**
   * Opens an image of others as a stream of bytes, without saving it. If a peer breaks off, the next one continues at
   * the same byte. The MD5 of all bytes is checked at the end: do not rely on any of them before the stream has closed.
   *
   * Read it to the end or cancel it: it holds a connection until then, or until the peer ends.
   *
   * The stream errors with a {@link Fault}: `no-peers`; why the peer did not help, if there is only one; `fetch-failed`
   * for several; or with the reason of the signal.
   *
   * @param signal Ends it.
   */
  open(image: ListedImage, signal?: AbortSignal): ReadableStream<Uint8Array> {
    const ended = Promise.withResolvers<void>();
    void this.#noted(ended.promise);
    return openImage({ ...image, peers: this.#askable(image) }, this.#options(signal), ended.resolve);
  }

  /**
   * Reads the first bytes of an image into memory, at most `most`, and saves nothing.
   *
   * @throws {Fault} `no-peers`; why the peer did not help, if there is only one; `fetch-failed` if there are several. The
   * reason of the signal.
   */
  async peek(image: ListedImage, most: number, signal?: AbortSignal): Promise<Peeked> {
    return await this.#noted(peekImage({ ...image, peers: this.#askable(image) }, most, this.#options(signal)));
  }

  /** @ignore See {@link askThumbnail}. */
  thumbnail(
    image: ListedImage,
    wanted: WantedThumbnail,
    signal?: AbortSignal,
  ): Promise<ReceivedThumbnail | ThumbnailRefusal> {
    return this.#noted(askThumbnail({ ...image, peers: this.#others(image) }, wanted, this.#options(signal)));
  }

  #others({ peers }: ListedImage): Address[] {
    return peers.filter((peer) => !this.#parts.isSelf(peer));
  }

  /** The other peers of an image that a person requests. */
  #askable(image: ListedImage): Address[] {
    const peers = this.#others(image);
    peers.forEach((peer) => this.#book.endBackoff(peer));
    return peers;
  }

  #options(signal?: AbortSignal): PeerClientOptions {
    const { ending, limit } = this.#parts;
    return { signal: signal ? AbortSignal.any([ending, signal]) : ending, book: this.#book, limit };
  }

  /** Notes a new list, from which images are chosen from now on. */
  newList(): void {
    this.#book.newList();
  }

  /** Closes idle connections, which shows the peer that sent an image that all of it was received. */
  #rest(): void {
    if (this.#fetching.size === 0 && this.#asking.size === 0) this.#book.closeIdle();
  }

  async #noted<T>(asking: Promise<T>): Promise<T> {
    this.#asking.add(asking);
    return await asking.finally(() => this.#asking.delete(asking));
  }

  /**
   * Fetches an image, or joins a running fetch of it; each of several callers can give up separately. If that fetch
   * fails and this caller knows other peers, these are asked.
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
    const load = (peer: Address): number => this.#book.assigned(peer) + this.#book.load(peer);
    const peers = this.#others(image).sort((a, b) => load(a) - load(b));
    const { folder, limit, flat, keepTimes: keepTime, history } = this.#parts;
    const name = flat ? pathParts(image.name).file : image.name;
    const began = performance.now();
    const options = { signal, book: this.#book, service: this.#service, limit, keepTime };
    const saved = await fetchImage({ ...image, name, peers }, folder.path, watcher, options);
    history?.add({
      kind: "downloaded",
      md5: image.md5,
      name: image.name,
      bytes: saved.bytes - saved.resumedFrom,
      ms: performance.now() - began,
      peer: formatAddress(saved.peer),
      directory: folder.path,
    });
    const fetched = { ...saved, file: pathWithin(folder.path, saved.path) };
    const added = await folder.add(saved.path, image.md5);
    return typeof added === "string" ? { ...fetched, shared: false, leftOut: added } : { ...fetched, shared: true };
  }

  /** Resolves when everything has ended, after the peer has. */
  async close(): Promise<void> {
    const fetches = [...this.#fetching.values().map(({ ended }) => ended), ...this.#batches.values()];
    await Promise.allSettled([...fetches, ...this.#asking, this.infos.ended()]);
    this.#service.close();
    this.#book[Symbol.dispose]();
    this.#journal?.[Symbol.dispose]();
  }
}
