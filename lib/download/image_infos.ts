/**
 * The properties of other peers' images before they are fetched: requested in the background with `INF`, for many
 * images at once from each peer. They are only what a peer states, to be shown to people.
 */
import { setImmediate } from "node:timers/promises";
import { notify } from "../fault/notify.ts";
import { Fault } from "../fault/fault.ts";
import { Slots } from "../net/slots.ts";
import type { Address } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { ImageInfo } from "../protocol/peer_reply.ts";
import type { InfoCache } from "./info_cache.ts";
import { FETCH_TIMEOUTS } from "./peers/fetch_limits.ts";
import type { PeerBook } from "./peers/peer_book.ts";
import { PeerClient } from "./peers/peer_client.ts";
import { type ImageHolder, UnknownImages } from "./unknown_images.ts";

/** The most images requested for one list: each takes a peer a tenth of a millisecond, and us some hundred bytes. */
const MAX_IMAGES = 100_000;

/** The most peers asked for one list, those with the most images first: a class, and a good part of a festival. */
const MAX_PEERS = 100;

/** The most peers asked at a time: each takes one connection, and downloads need theirs. */
const PEERS_AT_ONCE = 8;

/** The most peers asked for an image, one at a time: the first may fail, or no longer have it. */
const MAX_TRIES = 3;

/** The longest time for one list, in milliseconds: 100,000 images on a line of 100 ms take some 20 seconds. */
const MAX_MS = 120_000;

/** The longest time for one peer, in milliseconds: one that answers a byte now and then must not delay the others. */
const MAX_PEER_MS = 30_000;

/** Short, in milliseconds: a peer that is away or does not know `INF` must not delay the others. */
const TIMEOUTS = { ...FETCH_TIMEOUTS, connect: 2_000, header: 2_000 };

/** How many images are looked up in the cache at a time: some 10 ms, so that the screen does not freeze. */
const LOOKED_UP_AT_ONCE = 2_000;

/** How many properties are written to the cache at a time. */
const STORED_AT_ONCE = 1_000;

export interface ImageInfosOptions {
  readonly book: PeerBook;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** The properties of an image that exists here. */
  readonly own: (md5: string) => ImageInfo | undefined;
  readonly isSelf: (address: Address) => boolean;
  /** Keeps properties between runs; without it, nothing is kept. */
  readonly cache?: InfoCache;
  /** The longest time for one peer, in milliseconds. */
  readonly peerMs?: number;
}

/** The properties of listed images; for those that exist here, their own. */
export class ImageInfos {
  /** Called when more is known. */
  onChange: () => void = () => {};
  readonly #options: ImageInfosOptions;
  /** Only for images that do not exist here. */
  #known = new Map<string, ImageInfo>();
  #fresh = new Map<string, ImageInfo>();
  #round = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** How many images of the last list have known properties, out of how many, and whether requests still run. */
  progress: { readonly known: number; readonly total: number; readonly isRunning: boolean } = {
    known: 0,
    total: 0,
    isRunning: false,
  };

  /** @ignore Peers make their own. */
  constructor(options: ImageInfosOptions) {
    this.#options = options;
  }

  /** The properties of an image; `undefined` if unknown. */
  get(md5: string): ImageInfo | undefined {
    return this.#options.own(md5) ?? this.#known.get(md5);
  }

  /**
   * Requests the properties of these images, and no longer those of an earlier list. If peers do not answer, or know
   * only `GET`, properties stay unknown.
   *
   * @param ms The longest time, in milliseconds.
   * @returns When nothing more can be learned; it never rejects.
   */
  request(images: readonly ListedImage[], ms = MAX_MS): Promise<void> {
    this.#round.abort();
    const round = this.#round = new AbortController();
    const timer = setTimeout(() => round.abort(), ms);
    const signal = AbortSignal.any([this.#options.signal, round.signal]);
    return this.#running = this.#running.catch(() => {}).then(() => this.#request(images, signal)).finally(() =>
      clearTimeout(timer)
    );
  }

  async #request(images: readonly ListedImage[], signal: AbortSignal): Promise<void> {
    await this.#lookUp(images, signal);
    const open = images.filter(({ md5 }) => !this.get(md5)).slice(0, MAX_IMAGES);
    this.#report({ known: images.filter(({ md5 }) => this.get(md5)).length, total: images.length, isRunning: true });
    const unknown = new UnknownImages(open);
    const holders = unknown.holders.filter(({ peer }) => !this.#options.isSelf(peer)).slice(0, MAX_PEERS);
    for (let tries = 0; tries < MAX_TRIES && !signal.aborted; tries++) {
      const slots = new Slots(PEERS_AT_ONCE);
      await Promise.all(holders.map((holder) => this.#ask(holder, unknown, slots, signal)));
    }
    this.#store();
    this.#report({ isRunning: false });
  }

  /** Keeps only the known properties of these images, and looks up others in the cache. */
  async #lookUp(images: readonly ListedImage[], signal: AbortSignal): Promise<void> {
    const known = new Map<string, ImageInfo>();
    for (let at = 0; at < images.length && !signal.aborted; at += LOOKED_UP_AT_ONCE) {
      const md5s = images.slice(at, at + LOOKED_UP_AT_ONCE).map(({ md5 }) => md5);
      const cached = this.#options.cache?.find(md5s.filter((md5) => !this.get(md5)));
      for (const md5 of md5s) {
        const info = this.#known.get(md5) ?? cached?.get(md5);
        if (info) known.set(md5, info);
      }
      await setImmediate();
    }
    this.#known = known;
  }

  async #ask(holder: ImageHolder, unknown: UnknownImages, slots: Slots, signal: AbortSignal): Promise<void> {
    const { peer } = holder;
    const { book, peerMs = MAX_PEER_MS } = this.#options;
    if (book.capability(peer) === "get" || book.refusal(peer)) return;
    let over = signal;
    try {
      using _slot = await slots.enter(signal);
      over = AbortSignal.any([signal, AbortSignal.timeout(peerMs)]);
      using client = new PeerClient({ ...this.#options, timeouts: TIMEOUTS, signal: over });
      await client.infos(peer, unknown.next(holder), (md5, info) => {
        unknown.answered(md5, info !== null);
        if (info) this.#learn(md5, info);
      });
    } catch (error) {
      if (over.aborted) return;
      if (!(error instanceof Fault)) throw error;
      book.penalize(peer, error);
    } finally {
      unknown.release(holder);
    }
  }

  #learn(md5: string, info: ImageInfo): void {
    this.#known.set(md5, info);
    this.#fresh.set(md5, info);
    if (this.#fresh.size >= STORED_AT_ONCE) this.#store();
    this.#report({ known: this.progress.known + 1 });
  }

  #store(): void {
    if (this.#fresh.size > 0) this.#options.cache?.put(this.#fresh);
    this.#fresh.clear();
  }

  #report(progress: Partial<ImageInfos["progress"]>): void {
    this.progress = { ...this.progress, ...progress };
    notify(() => this.onChange());
  }

  /** Resolves when everything has ended, after the signal was aborted. */
  ended(): Promise<void> {
    return this.#running;
  }
}
