/** The gallery: a page that shows what the network has, and what it requests. Request in, response out. */
import type { Peer } from "../../../peer/peer.ts";
import { Fault } from "../../../fault/fault.ts";
import type { FetchOutcome } from "../../../download/fetch_options.ts";
import { formatAddress } from "../../../protocol/address.ts";
import { pathParts } from "../../../protocol/image_path.ts";
import type { DownloadOutcome, GalleryState } from "../api.ts";
import type { Words } from "../../words/en/words.ts";
import { sentence, sentenceForOthers } from "../../words/sentence.ts";
import { leftOutReason } from "./answers.ts";
import type { GalleryAccess } from "./access.ts";
import { type GalleryDownloads, queueOf } from "./download_queue.ts";
import { EventStreams } from "./event_streams.ts";
import { NetworkView } from "./network_view.ts";
import { Pictures, type SmallPictures } from "./pictures.ts";

/** How often pages get what has changed, in milliseconds: progress moves smoothly at this rate. */
const TICK_MS = 250;

/** How long the list is followed when no page is seen, in milliseconds: who changes tabs needs only what was missed. */
const LINGER_MS = 60_000;

/** The list is compared at most a tenth of the time: 100,000 images that become known take a while. */
const REST = 9;

/** What a gallery is made of. */
export interface GalleryParts {
  readonly peer: Peer;
  readonly downloads: GalleryDownloads;
  readonly thumbnails: SmallPictures;
  readonly words: Words;
  /** The version of the program. */
  readonly version: string;
  /** The files of the page, by their paths in addresses. */
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
  /** Whether dropped files are saved without folders. */
  readonly flat: boolean;
  /** The most images that are held of the networks: more are only found. Default: 200,000. */
  readonly most?: number;
}

/** What the routes of the gallery use. */
export class Gallery implements Disposable {
  readonly parts: GalleryParts;
  readonly view: NetworkView;
  readonly pictures: Pictures;
  readonly streams = new EventStreams();
  #timer: ReturnType<typeof setInterval> | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #ticking = false;
  /** The parts of the state that change seldom, as they were sent last. */
  #sent = "";
  #isMoving = false;
  #refreshing: Promise<void> | null = null;
  #refreshesAt = -Infinity;

  constructor(parts: GalleryParts) {
    this.parts = parts;
    const { peer, downloads, thumbnails, most } = parts;
    this.view = new NetworkView({ peer, downloads, most, hashes: (md5s) => thumbnails.hashes(md5s) });
    this.pictures = new Pictures(peer, this.view, thumbnails);
    downloads.onOutcome.add(this.#ended);
    this.streams.onCount = (count) => this.#watch(count > 0);
  }

  /** The state as pages see it that came by this way in. */
  state({ canControl }: Pick<GalleryAccess, "canControl">): GalleryState {
    const { peer, downloads, words, version } = this.parts;
    const { folder, networks } = peer;
    const queue = queueOf(downloads, (md5) => peer.downloads.infos.get(md5)?.size, performance.now());
    const { path } = folder;
    return {
      version,
      language: words.tag === "en" ? "en" : "pt",
      networks: networks.all.map(({ name, tracker: { addresses, registered, lost } }) => ({
        name,
        trackers: addresses.map(formatAddress),
        registered,
        lost: lost ? sentence(lost, words) : "",
      })),
      directory: pathParts(path).file || path,
      own: { images: folder.images.length, bytes: folder.bytes },
      peers: this.view.peers,
      total: this.view.total,
      mayBeCut: this.view.mayBeCut && this.view.total === 0,
      canControl,
      reshare: peer.reshares,
      paused: queue.length > 0 && queue.every(({ status }) => status === "paused"),
      queue,
    };
  }

  /** All images as JSON; waits a moment for the first list. */
  async images(): Promise<string> {
    await this.view.begin();
    await this.#refreshing; // What it was made of may have changed since.
    await this.#refresh();
    return this.view.table.all();
  }

  /** Something was changed: pages are to show it at once. */
  changed(): void {
    if (this.#timer !== undefined) this.#tick();
  }

  /** Sends the end of a download to all pages; the state follows with the next tick, since many may end at once. */
  ended(outcome: DownloadOutcome): void {
    this.streams.keep("outcome", JSON.stringify(outcome));
  }

  readonly #ended = (outcome: FetchOutcome): void => {
    const { kind, image: { md5, name } } = outcome;
    const { words } = this.parts;
    if (kind === "failed") return this.ended({ md5, name, kind, reason: this.reason(outcome.fault) });
    if (kind === "here") return this.ended({ md5, name, kind, reason: "" });
    const { file, leftOut } = outcome.fetched;
    this.ended({ md5, name: file, kind: "saved", reason: leftOutReason(leftOut, words) });
  };

  /** Keeps the view current while pages are seen, and for a while after. */
  #watch(isWatched: boolean): void {
    clearTimeout(this.#leaving);
    if (!isWatched) {
      this.#leaving = setTimeout(() => this.#rest(), LINGER_MS);
      return;
    }
    this.view.watch(true);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #rest(): void {
    this.view.watch(false);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (this.#ticking) return; // What is sent may itself report a change.
    this.#ticking = true;
    try {
      if (performance.now() >= this.#refreshesAt) void this.#refresh();
      const state = this.state({ canControl: false });
      this.#sendProgress(state);
      const queue = state.queue.map((
        { md5, status, reason, peer },
      ) => [md5, status, reason, status === "asking" && peer]);
      const key = JSON.stringify({ ...state, queue });
      if (key !== this.#sent) {
        for (const access of this.streams.accesses) {
          this.streams.send("state", JSON.stringify({ ...state, canControl: access.canControl }), access);
        }
      }
      this.#sent = key;
    } finally {
      this.#ticking = false;
    }
  }

  #sendProgress({ queue }: GalleryState): void {
    const moving = queue.filter(({ status }) => status === "active");
    if (moving.length === 0 && !this.#isMoving) return;
    this.#isMoving = moving.length > 0;
    const progress = moving.map(({ md5, received, size, rate, peer }) => ({ md5, received, size, rate, peer }));
    this.streams.send("progress", JSON.stringify(progress));
  }

  #refresh(): Promise<void> {
    return this.#refreshing ??= this.#refreshOnce().finally(() => this.#refreshing = null);
  }

  async #refreshOnce(): Promise<void> {
    const began = performance.now();
    const change = await this.view.refresh();
    const now = performance.now();
    this.#refreshesAt = now + REST * (now - began);
    if (change === null) return;
    if (change.length > MAX_CHANGE) this.streams.keep("reload", "null");
    else this.streams.keep("images", change);
  }

  /** The sentence for an error. */
  reason(error: unknown): string {
    return error instanceof Fault ? sentenceForOthers(error, this.parts.words) : this.parts.words.gallery.failed;
  }

  [Symbol.dispose](): void {
    this.parts.downloads.onOutcome.delete(this.#ended);
    this.streams[Symbol.dispose]();
    clearTimeout(this.#leaving);
    this.#rest();
  }
}

/** The longest change that is sent as one event, in characters: the whole list can be compressed. */
const MAX_CHANGE = 1 << 20;
