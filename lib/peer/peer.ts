/** A whole peer: shares a directory with others, and saves their images in it. */
import type { Unreadable } from "../files/file_record.ts";
import { choose, type Chosen, withDownloads } from "../folder/choices.ts";
import { HashCache } from "../folder/hash_cache.ts";
import type { ScanProgress } from "../folder/folder_options.ts";
import { SharedFolder } from "../folder/shared_folder.ts";
import { sweepTemporary } from "../files/temporary.ts";
import { type FolderEvent, FolderWatch } from "../folder/watch.ts";
import { type Address, canonicalHost, formatAddress } from "../protocol/address.ts";
import { notify } from "../fault/notify.ts";
import { InfoCache } from "../download/info_cache.ts";
import { History } from "../download/history.ts";
import { Fetcher } from "../download/fetcher.ts";
import { bindTcp, localAddress } from "../net/listen.ts";
import { ListedPeers } from "./listed_peers.ts";
import { OwnHosts } from "../net/own_addresses.ts";
import { networkPassword } from "./network_name.ts";
import { type Network, Networks } from "./networks.ts";
import { type NamedClient, openClients } from "./open_clients.ts";
import { makePassword, type PeerConfig } from "./peer_config.ts";
import { servePeers } from "./peer_server.ts";
import type { ServedEvent } from "./served_event.ts";
import { RateLimit } from "../net/rate_limit.ts";
import { TrackerSession } from "../announce/tracker_session.ts";
import type { Registered } from "../announce/single_tracker.ts";

/** A running peer: it answers other peers until it is closed, even while it is not registered. */
export class Peer implements AsyncDisposable {
  /** The TCP port on which it answers other peers. */
  readonly port: number;
  /** The images that it shares. */
  readonly folder: SharedFolder;
  /** The session with its tracker, where it registers and lists the images of all peers. */
  readonly tracker: TrackerSession;
  /** That session, and those of further networks. */
  readonly networks: Networks;
  /** Fetches images from other peers. */
  readonly downloads: Fetcher;
  /**
   * What it fetched and sent, if that is recorded.
   *
   * @ignore For the programs.
   */
  readonly history: History | undefined;
  readonly #config: PeerConfig;
  readonly #ending = new AbortController();
  readonly #cache: HashCache;
  readonly #own = new OwnHosts();
  readonly #serving: Promise<unknown>;
  readonly #watch: FolderWatch | null;
  /** When another peer was last served. */
  #servedAt = -Infinity;
  #unreadable: readonly Unreadable[] = [];
  #reshare: boolean | undefined;
  #closing: Promise<void> | null = null;
  readonly #scanned = Promise.withResolvers<void>();

  private constructor(
    config: PeerConfig,
    named: readonly NamedClient[],
    limits: { upload: RateLimit; download: RateLimit },
  ) {
    const { watch = true } = config;
    const listeners = bindTcp(config.host, config.port ?? 0);
    const { port } = localAddress(listeners[0]);
    const ending = this.#ending.signal;
    const isSelf = (address: Address): boolean => this.isSelf(address);
    const listed = new WeakMap<TrackerSession, ListedPeers>();
    const onServed = (event: ServedEvent): void => {
      const host = canonicalHost(event.to.host);
      const peer = this.networks.all.map(({ tracker }) => listed.get(tracker)?.at(host)).find((it) => it !== undefined);
      if (event.kind === "served") this.#record(event, peer ?? event.to);
      return config.onServed?.({ ...event, peer });
    };
    const onStale = watch ? () => this.#watch?.scanSoon() : undefined;
    this.#config = config;
    this.#reshare = config.reshare;
    this.port = port;
    this.#cache = new HashCache(config.cache ?? null);
    this.history = config.history === undefined ? undefined : new History(config.history);
    this.folder = new SharedFolder(config.directory, { ...config, cache: this.#cache, onStale });
    const password = config.password ?? makePassword();
    const openNetwork = ({ client, name }: NamedClient): Network => {
      const peers = new ListedPeers((host) => this.#own.has(host));
      const tracker = new TrackerSession({
        client,
        password: name === named[0].name ? password : networkPassword(password, name),
        port,
        images: () => this.folder.images,
        isOwn: isSelf,
        ending,
        onEvent: (event) => config.onTracker?.(event, name),
        onList: ({ images }) => {
          this.downloads.newList();
          peers.set(images, isSelf);
        },
        waits: config.renewalWaits,
      });
      listed.set(tracker, peers);
      return { name, tracker };
    };
    this.networks = new Networks(named, openNetwork, (host, tracker) => this.#own.passOver(host, tracker));
    this.tracker = this.networks.all[0].tracker;
    this.downloads = new Fetcher({
      folder: this.folder,
      limit: limits.download,
      history: this.history,
      keepTimes: config.keepTimes,
      infoCache: new InfoCache(this.#cache.file),
      flat: config.flat || config.recursive === false,
      ending,
      isSelf,
      downloading: (md5s) => this.#downloading(md5s),
      isPassedOver: (host) => this.networks.isPassedOver(host),
      changed: () => {
        this.folder.takeChange();
        return this.networks.changed();
      },
      refresh: (signal) => this.#watch ? undefined : this.folder.scan({ onlyStable: true, signal }),
    });
    const onFolder = (event: FolderEvent): void => this.#folderEvent(event);
    this.#watch = watch ? new FolderWatch(this.folder, onFolder, ending, config.watchIntervals) : null;
    const onActivity = (): void => void (this.#servedAt = performance.now());
    const options = { onEvent: onServed, limit: limits.upload, thumbnails: config.thumbnails, onActivity };
    // Connections wait for the first scan: until then every image would be refused as one that is not shared.
    this.#serving = this.#scanned.promise.then(() =>
      Promise.all(listeners.map((listener) => servePeers(listener, this.folder, ending, options)))
    );
  }

  /**
   * Opens the port, reads the directory, and answers other peers. Nothing is sent to the tracker yet:
   * `tracker.register()` registers the peer.
   *
   * @throws {Fault} `host-unknown`, `port-in-use`, `port-denied`, `port-unusable`, `address-not-here`,
   * `directory-missing`, `directory-unusable`, `ignore-unusable`; the reason of the signal.
   * @throws {RangeError} For an invalid port of the tracker, or a rate that lets nothing pass.
   */
  static async start(config: PeerConfig): Promise<Peer> {
    const limits = {
      upload: new RateLimit(config.uploadLimit ?? Infinity),
      download: new RateLimit(config.downloadLimit ?? Infinity),
    };
    const clients = await openClients(config);
    let peer: Peer;
    try {
      peer = new Peer(config, clients, limits);
    } catch (error) {
      await Promise.all(clients.map(({ client }) => client.close()));
      throw error;
    }
    try {
      await peer.#open();
      return peer;
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  async #open(): Promise<void> {
    const { directory, only, onScan, signal } = this.#config;
    // Before the scan: a crash may leave an image with two names, and removing one changes the image's file.
    if (!only) await sweepTemporary(directory, Date.now());
    ({ unreadable: this.#unreadable } = await this.folder.scan({ onProgress: onScan, signal }));
    this.folder.takeChange(); // Registering will announce all images.
    this.#scanned.resolve();
    this.#watch?.start();
  }

  /** For how long nothing was served or downloaded, in milliseconds. */
  get idleMs(): number {
    return this.downloads.fetching.length > 0 ? 0 : performance.now() - this.#servedAt;
  }

  /** What the first scan could not read. */
  get unreadable(): readonly Unreadable[] {
    return this.#unreadable;
  }

  /**
   * Scans the directory again and registers the current images, in further networks without waiting for them. Changes
   * are also noticed without this call a few seconds later, unless `watch` is `false`.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`,
   * `directory-missing`, `directory-unusable`, `ignore-unusable`.
   */
  async update(onProgress?: (at: ScanProgress) => void): Promise<Registered & { unreadable: readonly Unreadable[] }> {
    const { unreadable } = await this.scan(onProgress);
    const [first, ...others] = this.networks.all;
    for (const { tracker } of others) tracker.update().catch(() => {}); // Retried automatically.
    return { ...await first.tracker.update(), unreadable };
  }

  /**
   * Scans the directory again; each network's `tracker.update()` then registers the current images.
   *
   * @throws {Fault} `directory-missing`, `directory-unusable`, `ignore-unusable`.
   */
  async scan(onProgress?: (at: ScanProgress) => void): Promise<{ unreadable: readonly Unreadable[] }> {
    const { unreadable } = await this.folder.scan({ onProgress, signal: this.#ending.signal });
    this.folder.takeChange();
    return { unreadable };
  }

  /** Whether new downloads are shared. */
  get reshares(): boolean {
    return this.#reshare ?? this.folder.chosen.current.reshare;
  }

  /**
   * Sets whether new downloads are shared, which is stored in the directory.
   *
   * @throws {Fault} As {@link Peer.share}.
   */
  async setReshares(reshare: boolean): Promise<void> {
    await this.folder.chosen.change((choices) => ({ ...choices, reshare }));
    this.#reshare = undefined;
  }

  /**
   * Shares or unshares images and albums of the directory, which is stored in the directory and announced. Other peers
   * no longer get unshared images, even before the tracker knows it.
   *
   * @throws {Fault} `directory-missing`, `directory-unusable`, `ignore-unusable`, `not-written`; then nothing has
   * changed.
   */
  async share(chosen: Chosen, shared: boolean): Promise<void> {
    await this.folder.chosen.change((choices) => choose(choices, chosen, shared, this.folder.files));
    this.#announce();
  }

  /**
   * Shares images with GPS coordinates or not, which is stored in the directory and announced.
   *
   * @throws {Fault} As {@link Peer.share}.
   */
  async shareLocated(shared: boolean): Promise<void> {
    await this.folder.chosen.shareLocated(shared);
    this.#announce();
  }

  /** If the tracker misses it, the next renewal has it. */
  #announce(): void {
    this.folder.takeChange();
    void this.networks.changed();
  }

  async #downloading(md5s: readonly string[]): Promise<void> {
    const { reshares, folder: { chosen: { current: choices } } } = this;
    const isNoted = (md5: string): boolean =>
      choices.downloaded.has(md5) && (reshares || choices.images.get(md5) === false);
    if (md5s.every(isNoted)) return;
    try {
      await this.folder.chosen.change((choices) => withDownloads(choices, md5s, reshares));
    } catch (error) {
      if (!reshares) throw error; // Otherwise only the record that it is a download is missing.
    }
  }

  /** Whether an address of a list is this peer itself, as far as this machine knows its own addresses. */
  isSelf({ host, port }: Address): boolean {
    return port === this.port && this.#own.has(canonicalHost(host));
  }

  #record({ kind: _, to: _to, ...image }: ServedEvent & { kind: "served" }, peer: Address): void {
    this.history?.add({ ...image, kind: "uploaded", peer: formatAddress(peer), directory: this.folder.path });
  }

  #folderEvent(event: FolderEvent): void {
    if (event.kind === "changed") void this.networks.changed(); // The next renewal announces it too.
    notify(() => this.#config.onFolder?.(event));
  }

  /** Closes at once: stops everything and unregisters, without waiting long for the tracker's answer. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    this.#scanned.resolve(); // If it was not, this closes the port.
    await this.networks.close();
    await Promise.allSettled([this.#serving, this.downloads.close(), this.#watch?.ended()]);
    this.folder[Symbol.dispose]();
    await this.folder.ended();
    this.#cache[Symbol.dispose]();
    this.history?.[Symbol.dispose]();
  }

  /** The same as {@link Peer.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
