/**
 * A whole peer: a directory that is shared with others and into which their images are fetched.
 *
 * @module
 */
import type { Unreadable } from "../files/facts.ts";
import { HashCache } from "../folder/hash_cache.ts";
import type { SharedImage } from "../folder/image_index.ts";
import type { ScanProgress } from "../folder/scan.ts";
import { SharedFolder } from "../folder/shared_folder.ts";
import { countUnfinished, sweepTemporary } from "../files/temporary.ts";
import { type FolderEvent, FolderWatch } from "../folder/watch.ts";
import { type Address, canonicalHost, DEFAULT_TRACKER_PORT } from "../protocol/address.ts";
import type { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { notify } from "../fault/notify.ts";
import type { ImageInfo } from "../protocol/peer_reply.ts";
import { type FetchAllWatcher, Fetcher, type FetchOutcome } from "../download/fetcher.ts";
import type { FetchedImage, FetchWatcher } from "../download/fetch_options.ts";
import type { Peeked } from "../download/peek.ts";
import { bindTcp, localAddress } from "../net/listen.ts";
import { ListedPeers } from "./listed_peers.ts";
import { OwnHosts } from "../net/own_hosts.ts";
import { makePassword, type PeerConfig } from "./peer_config.ts";
import { type ServedEvent, servePeers } from "./peer_server.ts";
import { RateLimit } from "../net/rate_limit.ts";
import { Registration } from "../announce/registration.ts";
import type { Listing } from "../announce/fetch_list.ts";
import { type Registered, TrackerClient } from "../announce/tracker_client.ts";

/** A peer that runs: it answers other peers from its start to its end, registered or not. */
export class Peer {
  /** The port on which it answers other peers. */
  readonly port: number;
  /** The tracker that it speaks to. */
  readonly tracker: Address;
  /** What it shares. */
  readonly folder: SharedFolder;
  /** What the first scan could not read. */
  readonly unreadable: readonly Unreadable[];
  /** How many downloads of earlier runs lie in the directory and go on when they are fetched again. */
  readonly unfinished: number;
  readonly #config: PeerConfig;
  readonly #client: TrackerClient;
  readonly #registration: Registration;
  readonly #serving: Promise<unknown>;
  readonly #ending: AbortController;
  readonly #fetcher: Fetcher;
  readonly #cache: HashCache;
  readonly #watch: FolderWatch | null;
  #closing: Promise<void> | null = null;
  readonly #own: OwnHosts;
  readonly #listed: ListedPeers;

  private constructor(parts: {
    config: PeerConfig;
    client: TrackerClient;
    port: number;
    serving: Promise<unknown>;
    ending: AbortController;
    folder: SharedFolder;
    cache: HashCache;
    unreadable: readonly Unreadable[];
    unfinished: number;
    own: OwnHosts;
    listed: ListedPeers;
  }) {
    const { config, client, folder, port } = parts;
    this.#config = config;
    this.#client = client;
    this.#ending = parts.ending;
    this.#serving = parts.serving;
    this.#own = parts.own;
    this.#listed = parts.listed;
    this.folder = folder;
    this.unreadable = parts.unreadable;
    this.unfinished = parts.unfinished;
    this.port = port;
    this.tracker = client.address;
    this.#registration = new Registration({
      client,
      password: config.password ?? makePassword(),
      port,
      images: () => folder.images,
      isOwn: (address) => this.isSelf(address),
      ending: parts.ending.signal,
      onEvent: config.onTracker,
      waits: config.keeperWaits,
    });
    this.#fetcher = new Fetcher({
      folder,
      limit: new RateLimit(config.downloadLimit ?? Infinity),
      ending: parts.ending.signal,
      isSelf: (address) => this.isSelf(address),
      isPassedOver: (host) => this.#own.passOver(host, client.address.host),
      changed: () => {
        folder.takeChange();
        return this.#registration.changed();
      },
    });
    this.#cache = parts.cache;
    const { watch = true } = config;
    const waits = typeof watch === "object" ? watch : undefined;
    this.#watch = watch === false
      ? null
      : new FolderWatch(folder, (event) => this.#tellFolder(event), parts.ending.signal, waits);
  }

  #tellFolder(event: FolderEvent): void {
    if (event.kind === "changed") void this.#registration.changed(); // What the tracker misses, the next renewal tells.
    notify(() => this.#config.onFolder?.(event));
  }

  /**
   * Opens the port, finds the images and their MD5s, and answers other peers. The tracker is told nothing yet:
   * {@link Peer.register} does that.
   *
   * @throws {Fault} `host-unknown`, `port-in-use`, `port-denied`, `port-unusable`, `address-not-here`,
   * `directory-missing`, `directory-unusable`, `ignore-unusable`; the reason of the signal.
   * @throws {RangeError} For a rate that lets nothing pass.
   */
  static async start(config: PeerConfig): Promise<Peer> {
    const limit = new RateLimit(config.uploadLimit ?? Infinity);
    const client = await TrackerClient.open(config.tracker, config.trackerPort ?? DEFAULT_TRACKER_PORT);
    const ending = new AbortController();
    const cache = new HashCache(config.cache ?? null);
    try {
      const listeners = bindTcp(config.host, config.port ?? 0);
      const { port } = localAddress(listeners[0]);
      const folder = new SharedFolder(config.directory, { ...config, cache });
      const own = new OwnHosts();
      const listed = new ListedPeers((host) => own.has(host));
      const options = {
        onEvent: (event: ServedEvent) => config.onServed?.({ ...event, peer: listed.at(canonicalHost(event.to.host)) }),
        limit,
      };
      const serving = Promise.all(listeners.map((one) => servePeers(one, folder, ending.signal, options)));
      // Before the look: taking away the second name of an image that a crash left changes the image's file.
      await sweepTemporary(config.directory, Date.now());
      const { unreadable } = await folder.scan({ onProgress: config.onScan, signal: config.signal });
      folder.takeChange(); // Nothing is told yet, and all will be.
      const unfinished = await countUnfinished(config.directory);
      const found = { folder, cache, unreadable, unfinished };
      return new Peer({ ...found, config, client, port, serving, ending, own, listed });
    } catch (error) {
      ending.abort();
      cache[Symbol.dispose]();
      await client.close();
      throw error;
    }
  }

  /** Whether the tracker was told of this peer, and not yet that it leaves. */
  get registered(): boolean {
    return this.#registration.registered;
  }

  /** How often the tracker has answered what it was told of this peer: when it grows, the tracker is there. */
  get heard(): number {
    return this.#registration.heard;
  }

  /** Why the tracker could not be told the last time; it is asked again by itself. `null` when all is well. */
  get lost(): Fault | null {
    return this.#registration.lost;
  }

  /** How many images the tracker lists, of how many; `null` while this peer is not registered. */
  get taken(): Registered | null {
    return this.#registration.taken;
  }

  /** The names of the images that are being fetched just now, as they are listed. */
  get fetching(): string[] {
    return this.#fetcher.fetching;
  }

  /**
   * Tells the tracker what is shared.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  async register(): Promise<Registered> {
    return await this.#registration.register();
  }

  /**
   * Looks through the directory again and tells the tracker what is shared now.
   *
   * @throws {Fault} As {@link TrackerClient.update} and {@link SharedFolder.scan}.
   */
  async update(onProgress?: (at: ScanProgress) => void): Promise<Registered & { unreadable: readonly Unreadable[] }> {
    const { unreadable } = await this.folder.scan({ onProgress, signal: this.#ending.signal });
    this.folder.takeChange();
    return { ...await this.#registration.update(), unreadable };
  }

  /** Whether an address of a list is this peer itself, as far as this machine knows its own addresses. */
  isSelf({ host, port }: Address): boolean {
    return port === this.port && this.#own.has(canonicalHost(host));
  }

  /**
   * Takes the registration back. Other peers are still answered.
   *
   * @returns Whether there was one to take back.
   * @throws {Fault} As {@link TrackerClient.finish}.
   */
  async unregister(): Promise<boolean> {
    return await this.#registration.finish();
  }

  /**
   * What everybody shares. When it should name this peer and does not, the registration is looked after at once.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`.
   */
  async list(): Promise<Listing> {
    const listing = await this.#client.list();
    this.#fetcher.newList();
    this.#listed.set(listing.images, (address) => this.isSelf(address));
    const named = listing.images.some(({ peers }) => peers.some((address) => this.isSelf(address)));
    if (!named && !listing.mayBeCut && this.folder.images.length > 0) this.#registration.doubt();
    return listing;
  }

  /** The file here with this image's bytes, under whatever name, when the directory was last looked at. */
  have(image: ListedImage): SharedImage | undefined {
    return this.folder.byMd5(image.md5);
  }

  /**
   * The same, shared or not, and whether it is still there; without a watch after another look at the directory.
   *
   * @throws {Fault} As {@link SharedFolder.scan}.
   */
  async locate(image: ListedImage): Promise<SharedImage | undefined> {
    if (!this.#watch) await this.folder.scan({ quiet: true, signal: this.#ending.signal });
    return await this.folder.locate(image.md5);
  }

  /**
   * Fetches an image; see {@link Fetcher.fetch}.
   *
   * @throws {Fault} As {@link fetchImage}.
   */
  async fetch(image: ListedImage, watcher?: FetchWatcher): Promise<FetchedImage> {
    return await this.#fetcher.fetch(image, watcher);
  }

  /**
   * Fetches those of the images that are not here yet; see {@link Fetcher.fetchAll}.
   *
   * @throws {Fault} `disk-full`, `not-written`; without a watch as {@link SharedFolder.scan}.
   */
  async fetchAll(
    images: readonly ListedImage[],
    watcher?: FetchAllWatcher,
    signal?: AbortSignal,
  ): Promise<FetchOutcome[]> {
    if (!this.#watch) await this.folder.scan({ quiet: true, signal });
    return await this.#fetcher.fetchAll(images, watcher, signal);
  }

  /**
   * The first bytes of an image that is not here, at most so many, without saving anything; see {@link peekImage}.
   *
   * @throws {Fault} As {@link peekImage}.
   */
  async peek(image: ListedImage, most: number, signal?: AbortSignal): Promise<Peeked> {
    return await this.#fetcher.peek(image, most, signal);
  }

  /** What an image is that others have, as they tell; `null` when nobody does. */
  async info(image: ListedImage): Promise<ImageInfo | null> {
    return await this.#fetcher.info(image);
  }

  /** Leaves at once: gives up what is under way and tells the tracker `END`, without waiting long for its answer. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    await this.#registration.leave();
    await this.#client.close();
    const watching = this.#watch?.ended();
    await Promise.allSettled([this.#serving, this.#registration.settled(), this.#fetcher.close(), watching]);
    this.folder[Symbol.dispose]();
    this.#cache[Symbol.dispose]();
  }
}
