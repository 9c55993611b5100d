/** Decides which peer is asked for the properties of which image. Pure. */
import { type Address, formatAddress } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";

/** The most holders considered for an image, so that a list of thousands for each costs little. */
const MAX_HOLDERS = 20;

/** A peer, and those of the images that it holds. */
export interface ImageHolder {
  readonly key: string;
  readonly peer: Address;
  readonly images: readonly ListedImage[];
}

/** The images without known properties; each is requested from one peer at a time, and never twice from the same. */
export class UnknownImages {
  /** The peers that may know them, those with the most of them first. */
  readonly holders: readonly ImageHolder[];
  /** Those that are not being requested. */
  readonly #open: Set<string>;
  /** The peers that each image was requested from. */
  readonly #asked = new Map<string, string[]>();
  readonly #requested = new Map<string, string>();

  constructor(images: readonly ListedImage[]) {
    this.#open = new Set(images.map(({ md5 }) => md5));
    const holders = new Map<string, ImageHolder & { readonly images: ListedImage[] }>();
    for (const image of images) {
      for (const peer of image.peers.slice(0, MAX_HOLDERS)) {
        const key = formatAddress(peer);
        const holder = holders.get(key);
        if (holder) holder.images.push(image);
        else holders.set(key, { key, peer, images: [image] });
      }
    }
    this.holders = [...holders.values()].sort((a, b) => b.images.length - a.images.length);
  }

  /** The images to request from a peer, one at a time. */
  *next({ key, images }: ImageHolder): Generator<string, void> {
    for (const { md5 } of images) {
      const asked = this.#asked.get(md5) ?? [];
      if (!this.#open.has(md5) || asked.includes(key)) continue;
      this.#open.delete(md5);
      this.#requested.set(md5, key);
      this.#asked.set(md5, [...asked, key]);
      yield md5;
    }
  }

  answered(md5: string, isKnown: boolean): void {
    this.#requested.delete(md5);
    if (!isKnown) this.#open.add(md5);
  }

  /** The peer stopped answering: its remaining images may be requested from others. */
  release({ key, images }: ImageHolder): void {
    for (const { md5 } of images) if (this.#requested.get(md5) === key) this.answered(md5, false);
  }
}
