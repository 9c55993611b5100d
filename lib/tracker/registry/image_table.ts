/**
 * The images of all registrations, each with its holders, in the order in which they were first registered. They are
 * kept in blocks with a version each, so that a list encodes only changed blocks again, and so is each image, so that a
 * client can have only what changed.
 */
import type { Image } from "../../protocol/image.ts";
import { ImagesByMd5 } from "./images_by_md5.ts";
import { ImageRecord, type PeerRecord } from "./records.ts";
import type { Block } from "./registry.ts";

/** Images in a block: with more, a change encodes more entries again; with fewer, a list joins more pieces. */
const BLOCK_IMAGES = 64;

/** The memory of an image without its name, and of each holder, in bytes, measured and rounded up. */
const IMAGE_BYTES = 248;
const HOLDER_BYTES = 24;

export class ImageTable {
  readonly #byMd5 = new ImagesByMd5();
  #blocks: { version: number; images: (ImageRecord | null)[] }[] = [];
  #slots = 0;
  #holders = 0;
  #nameBytes = 0;
  /** Grows whenever a list may change. */
  version = 0;

  get size(): number {
    return this.#byMd5.size;
  }

  get bytes(): number {
    return this.size * IMAGE_BYTES + this.#holders * HOLDER_BYTES + this.#nameBytes;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /**
   * Sets what `peer` shares to exactly `images`, and updates only the differences.
   *
   * @param again Whether it registered with `REG`, which changes its age among the holders of each image.
   * @returns The image records; the same array as `peer` has if nothing is different.
   */
  share(peer: PeerRecord, images: readonly Image[], again: boolean): readonly ImageRecord[] {
    const before = peer.images;
    if (images === before) {
      if (again) { for (const image of before) this.#reorder(image, peer); }
      return before;
    }
    const dropped = new Set(before);
    let same = before.length === images.length;
    const after = images.map((announced, i) => {
      // Most are where they were before, where no search finds them faster.
      const known = before[i]?.md5 === announced.md5 ? before[i] : this.#byMd5.get(announced.md5);
      const image = known ?? this.#add(announced);
      same &&= before[i] === image;
      if (!dropped.delete(image)) this.#join(image, peer, announced.name);
      else {
        if (this.#rename(image, peer, announced.name)) same = false;
        if (again) this.#reorder(image, peer);
      }
      return image;
    });
    for (const image of dropped) {
      this.#leave(image, peer);
      if (image.holders.length === 0) this.#drop(image);
    }
    return same ? before : after;
  }

  /** Marks what `peer` shares as changed in lists. */
  touch(peer: PeerRecord): void {
    for (const image of peer.images) this.#touch(image);
  }

  #add(announced: Image): ImageRecord {
    const image = new ImageRecord(announced, this.#slots++);
    this.#byMd5.add(image);
    const last = this.#blocks.at(-1);
    if (last && last.images.length < BLOCK_IMAGES) last.images.push(image);
    else this.#blocks.push({ version: 0, images: [image] });
    this.#nameBytes += image.nameBytes;
    return image;
  }

  #drop(image: ImageRecord): void {
    this.#byMd5.delete(image.md5);
    this.#blockOf(image).images[image.slot % BLOCK_IMAGES] = null;
    this.#nameBytes -= image.nameBytes;
    this.#touch(image);
    if (this.#slots > BLOCK_IMAGES && this.#slots > 2 * this.size) this.#closeGaps();
  }

  /** Closes the gaps when half of the slots are empty, so that each removed image costs one move. */
  #closeGaps(): void {
    const images = this.#blocks.flatMap(({ images }) => images.filter((image) => image !== null));
    this.version++;
    this.#blocks = [];
    for (let i = 0; i < images.length; i += BLOCK_IMAGES) {
      this.#blocks.push({ version: this.version, images: images.slice(i, i + BLOCK_IMAGES) });
    }
    images.forEach((image, slot) => {
      image.slot = slot;
      image.version = this.version;
    });
    this.#slots = images.length;
  }

  #join(image: ImageRecord, peer: PeerRecord, name: string): void {
    this.#change(image, () => image.add(peer, name));
    this.#holders++;
  }

  #leave(image: ImageRecord, peer: PeerRecord): void {
    this.#change(image, () => image.remove(peer));
    this.#holders--;
  }

  #reorder(image: ImageRecord, peer: PeerRecord): void {
    if (image.isInOrder(peer)) return;
    const name = image.nameFrom(peer);
    this.#leave(image, peer);
    this.#join(image, peer, name);
  }

  /** Returns whether the peer gave the image another name before. */
  #rename(image: ImageRecord, peer: PeerRecord, name: string): boolean {
    if (image.nameFrom(peer) === name) return false;
    this.#change(image, () => image.rename(peer, name));
    return true;
  }

  #change(image: ImageRecord, change: () => void): void {
    this.#nameBytes -= image.nameBytes;
    change();
    this.#nameBytes += image.nameBytes;
    this.#touch(image);
  }

  #touch(image: ImageRecord): void {
    image.version = this.#blockOf(image).version = ++this.version;
  }

  #blockOf(image: ImageRecord): { version: number; images: (ImageRecord | null)[] } {
    return this.#blocks[Math.floor(image.slot / BLOCK_IMAGES)];
  }
}
