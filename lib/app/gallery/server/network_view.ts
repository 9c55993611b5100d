/**
 * Everything that the gallery shows, kept as it is now: the images of the network and of the directory. While a page is
 * open, the tracker's list is followed, and pages get what has changed.
 */
import { setImmediate } from "node:timers/promises";
import type { Listing } from "../../../announce/list/fetch_list.ts";
import { networksOf } from "../../../announce/list/merge_lists.ts";
import type { Peer } from "../../../peer/peer.ts";
import { infoOf, type SharedImage } from "../../../folder/image_index.ts";
import { pause } from "../../../net/pause.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { IMAGE_FLAG } from "../api.ts";
import type { GalleryDownloads } from "./download_queue.ts";
import { type RowSource, RowTable } from "./row_table.ts";

/**
 * The most images of all networks that are held. 200,000 take 500 MB of this client, 180 MB of a page, and five seconds
 * until a change is shown; 500,000 take 1.3 GB, and half a minute (`tests/bench/gallery_network.ts`).
 */
const MOST_HELD = 200_000;

/** How old a list may be for a program that requests the images without events, in milliseconds. */
const FRESH_MS = 3_000;

/** How long the first request waits for the tracker's list, in milliseconds: later, changes follow as events. */
const FIRST_LIST_MS = 2_000;

/** The most placeholders of images that are gone, beside as many as there are images. */
const MAX_GONE = 100_000;

/** How many placeholders are looked up at a time: some 10 ms. */
const LOOKED_UP_AT_ONCE = 10_000;

export interface ViewParts {
  readonly peer: Peer;
  readonly downloads: GalleryDownloads;
  /** The most images that are held. */
  readonly most?: number;
  /** The known placeholders of images (ThumbHash), by MD5. */
  readonly hashes: (md5s: readonly string[]) => ReadonlyMap<string, Uint8Array>;
}

export class NetworkView {
  readonly table = new RowTable();
  /** The number of other peers in the last list. */
  peers = 0;
  /** Whether the last list may lack images. */
  mayBeCut = false;
  readonly #parts: ViewParts;
  /** How many images are held that were not found in a large network. */
  #whole = 0;
  #listed: ReadonlyMap<string, ListedImage> = new Map();
  #watching: AbortController | null = null;
  readonly #first = Promise.withResolvers<void>();
  #listedAt = -Infinity;
  #needsInfos = false;
  /** The placeholder of each image in base64, looked up when it is seen first; empty if it was unknown. */
  readonly #hashes = new Map<string, string>();
  /** What the table was made of. */
  #madeOf: readonly unknown[] = [];

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  /** About how many images there are, if not all of them are held; else 0. */
  get total(): number {
    const found = this.#parts.peer.networks.all.reduce((sum, { tracker }) => sum + tracker.lists.found.total, 0);
    return found > 0 ? found + this.#whole : 0;
  }

  /** An image of the last list. */
  listed(md5: string): ListedImage | undefined {
    return this.#listed.get(md5);
  }

  /** An image of the directory, shared or not, whose file may have changed since. */
  async here(md5: string): Promise<SharedImage | undefined> {
    return await this.#parts.peer.folder.find(md5);
  }

  /** The other peers that have an image. */
  holders(md5: string): string[] {
    const { peer } = this.#parts;
    return this.#listed.get(md5)?.peers.filter((it) => !peer.isSelf(it)).map(formatAddress) ?? [];
  }

  /** Follows the tracker's list from now on, or no longer. */
  watch(isWatched: boolean): void {
    if (isWatched === (this.#watching !== null)) return;
    this.#watching?.abort();
    this.#watching = isWatched ? new AbortController() : null;
    if (this.#watching) void this.#follow(this.#watching.signal);
  }

  /** Resolves when there is a list of the tracker, or after a while. */
  async begin(): Promise<void> {
    const isCurrent = this.#watching !== null || performance.now() - this.#listedAt < FRESH_MS;
    if (isCurrent && this.#listedAt > 0) return;
    const over = new AbortController();
    const list = this.#watching ? this.#first.promise : this.#list();
    await Promise.race([list, pause(FIRST_LIST_MS, over.signal)]);
    over.abort();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { peer: { networks }, most = MOST_HELD } = this.#parts;
    try {
      for await (const listing of networks.watchList(signal, most)) this.#take(listing);
    } catch {
      // The client ends.
    }
  }

  async #list(): Promise<void> {
    const { peer: { networks }, most = MOST_HELD } = this.#parts;
    try {
      this.#take(await networks.list(most));
    } catch {
      // The state says that the tracker is lost; or the client ends.
    }
  }

  #take({ images, mayBeCut }: Listing): void {
    this.mayBeCut = mayBeCut;
    const { infos } = this.#parts.peer.downloads;
    const known = this.#listed;
    this.#listed = new Map(images.map((image) => [image.md5, image]));
    this.#listedAt = performance.now();
    this.#first.resolve();
    this.#needsInfos ||= images.some(({ md5 }) => !known.has(md5) && !infos.get(md5));
    this.#requestInfos();
  }

  /** Requests the properties of new images, unless others are being requested, which that would end. */
  #requestInfos(): void {
    const { infos } = this.#parts.peer.downloads;
    if (!this.#needsInfos || infos.progress.isRunning) return;
    this.#needsInfos = false;
    void infos.request([...this.#listed.values()]);
  }

  /** Makes the table anew if something changed; returns `ImagesChange` as JSON, `null` if nothing did. */
  async refresh(): Promise<string | null> {
    this.#requestInfos();
    const { peer: { folder, networks, downloads: { infos } }, downloads } = this.#parts;
    const { images, chosen: { current } } = folder;
    const madeOf = [this.#listed, networks.all, images, current, infos.progress, downloads.unfinished.length];
    if (madeOf.every((it, i) => it === this.#madeOf[i])) return null;
    this.#madeOf = madeOf;
    await this.#lookUpHashes();
    const change = await this.table.replace(this.#sources(), Math.floor(Date.now() / 1_000));
    if (this.#listedAt > 0) this.table.begin();
    return change;
  }

  *#sources(): Generator<RowSource, void> {
    const { peer, downloads } = this.#parts;
    const { folder, downloads: { infos } } = peer;
    const fetching = new Set(downloads.unfinished.flatMap((it) => it.state === "active" ? [it.image.md5] : []));
    const others = new Set<string>();
    const own = new Map(folder.files.map((file) => [file.image.md5, file]));
    const { all } = peer.networks;
    const networks = new Map(all.map(({ name }, i) => [name, i]));
    const isLarge = all.map(({ tracker }) => tracker.lists.found.total > 0);
    this.#whole = 0;
    for (const image of this.#listed.values()) {
      const { md5, name, peers } = image;
      const holders = peers.filter((it) => !peer.isSelf(it));
      if (holders.length === 0 && !own.has(md5)) continue; // Our own, which is gone: the tracker does not know it yet.
      holders.forEach((it) => others.add(formatAddress(it)));
      const info = infos.get(md5);
      const flags = this.#flags(md5, own.has(md5), fetching.has(md5));
      const { size = 0, mime: type = "", width = 0, height = 0, taken = 0, modified = 0 } = info ?? {};
      const shown = own.get(md5)?.path ?? name;
      const listing = networksOf(image).map((name) => networks.get(name)).filter((it) => it !== undefined); // One may have gone.
      const isFound = !own.has(md5) && (all.length === 1 ? isLarge[0] : listing.every((it) => isLarge[it]));
      if (!isFound && !own.has(md5)) this.#whole++;
      yield {
        md5,
        name: shown,
        size,
        type,
        width,
        height,
        taken,
        modified,
        flags,
        peers: holders,
        hash: this.#hashes.get(md5) ?? "",
        networks: listing,
        isFound,
      };
      own.delete(md5);
    }
    this.peers = others.size;
    for (const [md5, { path, size, version, image }] of own) {
      const shared = folder.byMd5(md5);
      const { mime: type, width, height } = image;
      const { taken, modified } = infoOf(shared ?? { ...image, name: path, path, size, version });
      const flags = this.#flags(md5, true, false);
      yield {
        md5,
        name: path,
        size,
        type,
        width,
        height,
        taken,
        modified,
        flags,
        peers: [],
        hash: this.#hashes.get(md5) ?? "",
        networks: [],
        isFound: false,
      };
    }
  }

  async #lookUpHashes(): Promise<void> {
    const md5s = [...this.#listed.keys(), ...this.#parts.peer.folder.files.map(({ image }) => image.md5)];
    const unknown = md5s.filter((md5) => !this.#hashes.has(md5));
    for (let at = 0; at < unknown.length; at += LOOKED_UP_AT_ONCE) {
      const some = unknown.slice(at, at + LOOKED_UP_AT_ONCE);
      const found = this.#parts.hashes(some);
      for (const md5 of some) this.#hashes.set(md5, found.get(md5)?.toBase64() ?? "");
      await setImmediate();
    }
    if (this.#hashes.size <= 2 * md5s.length + MAX_GONE) return;
    const current = new Set(md5s);
    for (const md5 of this.#hashes.keys()) if (!current.has(md5)) this.#hashes.delete(md5);
  }

  #flags(md5: string, isHere: boolean, isFetching: boolean): number {
    const isShared = this.#parts.peer.folder.byMd5(md5) !== undefined;
    const own = isShared ? IMAGE_FLAG.shared : isHere ? IMAGE_FLAG.unshared : 0;
    return own | (isHere ? IMAGE_FLAG.here : 0) | (isFetching ? IMAGE_FLAG.fetching : 0);
  }
}
