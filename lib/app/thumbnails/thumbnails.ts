/** Thumbnails of all images of a network, for whoever shows them. */
import type { ReceivedThumbnail, ThumbnailRefusal } from "../../download/ask_thumbnail.ts";
import { Slots } from "../../net/slots.ts";
import type { Peer } from "../../peer/peer.ts";
import type { ListedImage } from "../../protocol/image.ts";
import type { Wrong } from "../preview/decode.ts";
import type { Thumbnail } from "./encode_thumbnail.ts";
import { isWorthLook, LookBudget } from "./look_budget.ts";
import type { OwnThumbnails } from "./own_thumbnails.ts";
import { Refusals, type ThumbnailReason } from "./refusals.ts";
import { SharedWork } from "./shared_work.ts";
import type { ThumbnailCache } from "./thumbnail_cache.ts";
import { type ThumbnailMaker, thumbnailSize } from "./thumbnail_maker.ts";

/** Why there is no thumbnail. */
export interface NoThumbnail {
  /** The reason, in a word. */
  readonly reason: ThumbnailReason;
}

/** The most images that peers are asked for at once: each takes a connection, and downloads need theirs. */
const ASKED_AT_ONCE = 8;

/** What thumbnails are made of. */
export interface ThumbnailsOptions {
  readonly peer: Pick<Peer, "folder" | "downloads">;
  /** A listed image by MD5, with its peers. */
  readonly find: (md5: string) => ListedImage | undefined;
  readonly own: OwnThumbnails;
  readonly maker: ThumbnailMaker;
  readonly cache: ThumbnailCache;
  /** Limits what is read of images themselves. */
  readonly budget?: LookBudget;
  /** Called with each request. */
  readonly onUse?: () => void;
}

/** Looks for a thumbnail here, in the cache, and with the peers of an image, in this order. */
export class Thumbnails {
  readonly #options: ThumbnailsOptions;
  readonly #asking = new SharedWork<Thumbnail | NoThumbnail>();
  readonly #slots = new Slots(ASKED_AT_ONCE);
  readonly #budget: LookBudget;
  readonly #refusals = new Refusals();

  /** @ignore See {@link PeerThumbnails.of}. */
  constructor(options: ThumbnailsOptions) {
    this.#options = options;
    this.#budget = options.budget ?? new LookBudget();
  }

  /**
   * The thumbnail of an image, or why there is none. All of its bytes were encoded here.
   *
   * @param pixels The longer side, rounded up to one of a few sizes.
   * @throws The reason of the signal.
   */
  async get(md5: string, pixels: number, signal?: AbortSignal): Promise<Thumbnail | NoThumbnail> {
    const { peer: { folder }, own, cache, find, onUse } = this.#options;
    onUse?.();
    const image = await folder.find(md5);
    if (image) {
      const made = await own.get(image, pixels, folder, signal).catch((error) => {
        signal?.throwIfAborted();
        if (error instanceof DOMException) throw error; // The program ends.
        return null; // The file has changed: the image may be elsewhere.
      });
      if (made) return "wrong" in made ? { reason: made.wrong } : made;
    }
    const size = thumbnailSize(pixels);
    const cached = cache.get(md5, size);
    if (cached) return cached;
    const key = `${md5} ${size}`;
    const reason = this.#refusals.get(key, performance.now());
    if (reason) return { reason };
    const listed = find(md5);
    if (!listed) return { reason: "unlisted" };
    return await this.#asking.join(key, (unwanted) => this.#ask(listed, size, unwanted), signal);
  }

  /**
   * The whole of an image in this many pixels at most, or why it cannot be decoded; nothing is kept.
   *
   * @throws The reason of the signal.
   */
  async decode(bytes: Uint8Array, pixels: number, signal?: AbortSignal): Promise<Thumbnail | NoThumbnail> {
    const { maker, onUse } = this.#options;
    onUse?.();
    const made = await maker.make({ bytes, source: "whole", pixels }, signal);
    return "wrong" in made ? { reason: made.wrong } : made;
  }

  /** The known placeholders of images (ThumbHash), by MD5. */
  hashes(md5s: readonly string[]): Map<string, Uint8Array> {
    return this.#options.cache.hashes(md5s);
  }

  async #ask(image: ListedImage, pixels: number, signal: AbortSignal): Promise<Thumbnail | NoThumbnail> {
    using _slot = await this.#slots.enter(signal);
    const reason = await this.#askPeers(image, pixels, signal);
    if (typeof reason !== "string") return reason;
    this.#refusals.add(`${image.md5} ${pixels}`, reason, performance.now());
    return { reason };
  }

  /** Asks once more if what a peer sent cannot be used, but not that peer. */
  async #askPeers(image: ListedImage, pixels: number, signal: AbortSignal): Promise<Thumbnail | ThumbnailReason> {
    const { peer: { downloads }, cache } = this.#options;
    let reason: ThumbnailReason = "unreachable";
    for (let { peers } = image, tries = 0; peers.length > 0 && tries < 2; tries++) {
      using look = this.#budget.take();
      let isUsedUp = false;
      const mayRead = (why: ThumbnailRefusal): number => {
        if (!isWorthLook(downloads.infos.get(image.md5), why)) return 0;
        isUsedUp ||= look.bytes === 0;
        return look.bytes;
      };
      const got = await downloads.thumbnail({ ...image, peers }, { pixels, mayRead }, signal);
      if (typeof got === "string") return tries > 0 ? reason : isUsedUp ? "busy" : got;
      look.read(got);
      const made = await this.#make(got, pixels, signal);
      if (!("wrong" in made)) {
        cache.put(image.md5, pixels, { ...made, isOwn: got.source === "whole" });
        return made;
      }
      if (got.source === "whole" || made.wrong === "blocked") return made.wrong;
      if (got.source === "head") return "no-thumbnails";
      reason = "unmade"; // The image itself may be a good one.
      peers = peers.filter((peer) => peer !== got.peer);
    }
    return reason;
  }

  #make({ bytes, source }: ReceivedThumbnail, pixels: number, signal: AbortSignal): Promise<Thumbnail | Wrong> {
    return this.#options.maker.make({ bytes, source, pixels }, signal);
  }
}
