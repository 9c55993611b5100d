/**
 * A whole peer: a directory that is shared with others and into which their images are fetched.
 *
 * @module
 */
import { type ScanProgress, SharedFolder, type SharedImage, type Unreadable } from "../library/shared_folder.ts";
import { type Address, DEFAULT_TRACKER_PORT } from "../wire/address.ts";
import { Fault } from "../wire/fault.ts";
import type { ListedImage } from "../wire/image.ts";
import { type Fetched, fetchImage, type FetchWatcher } from "./fetch.ts";
import { bindTcp, localAddress, ownAddresses } from "./listen.ts";
import { type ServedEvent, servePeers } from "./peer_server.ts";
import { keep, type KeeperEvent, type KeeperWaits } from "./keeper.ts";
import { type Listing, type Registered, TrackerClient } from "./tracker_client.ts";

/** How a peer is started. */
export interface PeerConfig {
  /** The tracker's IP address or host name. */
  readonly tracker: string;
  /** The tracker's port; 13377 when left out. */
  readonly trackerPort?: number;
  /** The directory whose images are shared and into which others are saved. */
  readonly directory: string;
  /** The TCP port for other peers; a free one when left out. */
  readonly port?: number;
  /** The address on which other peers are answered; all of them when left out. */
  readonly host?: string;
  /** The word that protects the registration; made up when left out. */
  readonly password?: string;
  /** Told of each conversation with another peer. */
  readonly onServed?: (event: ServedEvent) => void;
  /** Told when the tracker is lost, found again, or had forgotten us. */
  readonly onTracker?: (event: KeeperEvent) => void;
  /** When the registration is renewed and retried; a third of our tracker's lease when left out. */
  readonly keeperWaits?: KeeperWaits;
  /** Told how the first scan goes on. */
  readonly onScan?: (progress: ScanProgress) => void;
}

/** What became of a fetch. */
export interface FetchedImage extends Fetched {
  /** Whether the new file is shared now; a file that is no image is saved and not shared. */
  readonly shared: boolean;
  /** Why the tracker does not know of it yet. */
  readonly untold?: Fault;
}

/** How long this machine's addresses are taken to be the same, in milliseconds. */
const OWN_ADDRESSES_MS = 5_000;

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
  readonly #client: TrackerClient;
  readonly #serving: Promise<unknown>;
  readonly #password: string;
  readonly #ending: AbortController;
  readonly #config: PeerConfig;
  /** Ends the keeping of the registration: it lasts from `register` to `unregister`. */
  #keeping: AbortController | null = null;
  readonly #fetching = new Map<string, Promise<FetchedImage>>();
  readonly #background = new Set<Promise<void>>();
  /** The addresses of this machine, and when it was asked for them. */
  #own = { at: -Infinity, hosts: new Set<string>() };
  #registered = false;
  /** Whether the tracker may know of this peer, even if its answer never came. */
  #announced = false;

  private constructor(parts: {
    config: PeerConfig;
    client: TrackerClient;
    port: number;
    serving: Promise<unknown>;
    ending: AbortController;
    folder: SharedFolder;
    unreadable: Unreadable[];
    password: string;
  }) {
    this.#client = parts.client;
    this.#config = parts.config;
    this.#ending = parts.ending;
    this.#serving = parts.serving;
    this.#password = parts.password;
    this.folder = parts.folder;
    this.unreadable = parts.unreadable;
    this.port = parts.port;
    this.tracker = parts.client.address;
  }

  /**
   * Opens the port, finds the images and their MD5s, and answers other peers. The tracker is told nothing yet:
   * {@link Peer.register} does that.
   *
   * @throws {Fault} `host-unknown`, `port-in-use`, `port-denied`, `address-not-here`, `directory-missing`,
   * `directory-unusable`.
   */
  static async start(config: PeerConfig): Promise<Peer> {
    const client = await TrackerClient.open(config.tracker, config.trackerPort ?? DEFAULT_TRACKER_PORT);
    const ending = new AbortController();
    try {
      const listeners = bindTcp(config.host, config.port ?? 0);
      const { port } = localAddress(listeners[0]);
      const folder = new SharedFolder(config.directory);
      const serving = Promise.all(listeners.map((one) => servePeers(one, folder, ending.signal, config.onServed)));
      const unreadable = await folder.scan(config.onScan);
      const password = config.password ?? makePassword();
      return new Peer({ config, client, port, serving, ending, folder, unreadable, password });
    } catch (error) {
      ending.abort();
      await client.close();
      throw error;
    }
  }

  /** Whether the tracker was told of this peer, and not yet that it leaves. */
  get registered(): boolean {
    return this.#registered;
  }

  /**
   * Tells the tracker what is shared.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  async register(): Promise<Registered> {
    return await this.#announce(() => this.#client.register(this.#password, this.port, this.folder.images));
  }

  /**
   * Looks through the directory again and tells the tracker what is shared now.
   *
   * @throws {Fault} As {@link TrackerClient.update} and {@link SharedFolder.scan}.
   */
  async update(progress?: (at: ScanProgress) => void): Promise<Registered & { unreadable: readonly Unreadable[] }> {
    const unreadable = await this.folder.scan(progress);
    const announced = await this.#announce(() => this.#client.update(this.#password, this.port, this.folder.images));
    return { ...announced, unreadable };
  }

  /** Tells the tracker, and from now on keeps it told, whether or not it answers this time. */
  async #announce(tell: () => Promise<Registered>): Promise<Registered> {
    this.#announced = true;
    this.#keeping?.abort();
    const keeping = this.#keeping = new AbortController();
    let begin: "well" | "failing" = "failing";
    try {
      const result = await tell();
      this.#registered = true;
      begin = "well";
      return result;
    } finally {
      if (!this.#ending.signal.aborted) this.#keep(keeping.signal, begin);
    }
  }

  #keep(until: AbortSignal, begin: "well" | "failing" | "doubtful"): void {
    const renew = async (): Promise<boolean> => {
      const isOwn = (address: Address): boolean => this.isSelf(address);
      const { again } = await this.#client.renew(this.#password, this.port, this.folder.images, isOwn);
      this.#registered = true;
      return again;
    };
    const ending = AbortSignal.any([until, this.#ending.signal]);
    const keeping = keep(renew, this.#config.onTracker ?? (() => {}), ending, begin, this.#config.keeperWaits)
      .finally(() => this.#background.delete(keeping));
    this.#background.add(keeping);
  }

  /** Whether an address of a list is this peer itself, as far as this machine knows its own addresses. */
  isSelf({ host, port }: Address): boolean {
    if (port !== this.port) return false;
    const now = performance.now();
    if (now - this.#own.at > OWN_ADDRESSES_MS) {
      this.#own = {
        at: now,
        hosts: new Set(ownAddresses().map((it) => it.host)),
      };
    }
    return this.#own.hosts.has(host);
  }

  /**
   * Takes the registration back. Other peers are still answered.
   *
   * @returns Whether there was one to take back.
   * @throws {Fault} As {@link TrackerClient.finish}.
   */
  async unregister(): Promise<boolean> {
    this.#keeping?.abort();
    if (!this.#announced) return false;
    await this.#client.finish(this.#password, this.port);
    this.#registered = this.#announced = false;
    return true;
  }

  /**
   * What everybody shares. When it should name this peer and does not, the registration is looked after at once.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`.
   */
  async list(): Promise<Listing> {
    const listing = await this.#client.list();
    const named = listing.images.some(({ peers }) => peers.some((address) => this.isSelf(address)));
    if (!named && this.#registered && this.folder.images.length > 0 && !this.#ending.signal.aborted) {
      this.#keeping?.abort();
      this.#keeping = new AbortController();
      this.#keep(this.#keeping.signal, "doubtful");
    }
    return listing;
  }

  /** The file here with this image's bytes, under whatever name, when the directory was last looked at. */
  have(image: ListedImage): SharedImage | undefined {
    return this.folder.byMd5(image.md5);
  }

  /**
   * The same after another look at the directory: files come and go.
   *
   * @throws {Fault} As {@link SharedFolder.scan}.
   */
  async locate(image: ListedImage): Promise<SharedImage | undefined> {
    await this.folder.scan();
    return this.have(image);
  }

  /**
   * Fetches an image into the directory and shares it at once. One that is being fetched already is not fetched twice;
   * one that is here already ({@link Peer.locate}) is the caller's to leave alone.
   *
   * @throws {Fault} As {@link fetchImage}.
   */
  fetch(image: ListedImage, watcher?: FetchWatcher): Promise<FetchedImage> {
    const under = this.#fetching.get(image.md5);
    if (under) return under;
    const fetching = this.#fetch(image, watcher).finally(() => this.#fetching.delete(image.md5));
    this.#fetching.set(image.md5, fetching);
    return fetching;
  }

  async #fetch(image: ListedImage, watcher?: FetchWatcher): Promise<FetchedImage> {
    const fetched = await fetchImage(
      { ...image, peers: image.peers.filter((address) => !this.isSelf(address)) },
      this.folder.path,
      watcher,
      { signal: this.#ending.signal },
    );
    const shared = await this.folder.add(fetched.path) !== null;
    if (!shared || !this.#registered) return { ...fetched, shared };
    try {
      await this.#client.update(this.#password, this.port, this.folder.images);
      return { ...fetched, shared };
    } catch (error) {
      if (error instanceof Fault) return { ...fetched, shared, untold: error };
      throw error;
    }
  }

  /** Leaves at once: gives up what is under way and tells the tracker `END`, without waiting long for its answer. */
  async close(): Promise<void> {
    this.#ending.abort();
    if (this.#announced) await this.#client.leave(this.#password, this.port);
    this.#registered = this.#announced = false;
    await this.#client.close();
    await Promise.allSettled([this.#serving, ...this.#background, ...this.#fetching.values()]);
  }
}

/** 16 hexadecimal digits, as the reference client makes them. */
function makePassword(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
