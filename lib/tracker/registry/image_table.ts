/**
 * The images of all registrations, each with its holders, in the order in which they first came. The order is kept in
 * blocks that know when they changed, so that a list is made anew only where it is different.
 *
 * @module
 */
import type { Image } from "../../protocol/image.ts";
import { type Held, Kept } from "./records.ts";
import { ownCopy } from "./own_copy.ts";
import type { Block } from "./registry.ts";

/** Images of a block: a change makes so many entries anew, and a list joins so many fewer pieces. */
const BLOCK_IMAGES = 64;

/** What an image takes in memory without its name, and a holder of it, in bytes, measured and rounded up. */
const IMAGE_BYTES = 240;
const HOLDER_BYTES = 24;

/** The engine keeps integers up to 2 ** 30 within an object. */
const MAX_MARK = 2 ** 30 - 2;

/** All images. */
export class ImageTable {
  readonly #byMd5 = new Map<string, Kept>();
  #blocks: { version: number; images: (Kept | null)[] }[] = [];
  #slots = 0;
  #mark = 0;
  #holders = 0;
  #nameBytes = 0;
  /** Another number after each change of what a list may show. */
  version = 0;

  /** How many images there are. */
  get size(): number {
    return this.#byMd5.size;
  }

  /** About how many bytes of memory they take. */
  get bytes(): number {
    return this.size * IMAGE_BYTES + this.#holders * HOLDER_BYTES + this.#nameBytes;
  }

  /** The images in their order. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /**
   * Makes `held` share exactly `images`, touching only what changes.
   *
   * @param anew Whether it registered anew, and so comes before the others who have the images.
   * @returns The images as they are kept; the very array that `held` has when nothing is different.
   */
  share(held: Held, images: readonly Image[], anew: boolean): readonly Kept[] {
    const before = held.images;
    if (images === before && !anew) return before;
    const [had, has] = this.#newMarks();
    for (const kept of before) kept.mark = had;
    let same = before.length === images.length;
    const after = images.map((image, i) => {
      const kept = image instanceof Kept ? image : this.#byMd5.get(image.md5) ?? this.#add(image);
      same &&= before[i] === kept;
      const known = kept.mark === had;
      if (known && anew && kept.newest !== held) this.#leave(kept, held);
      if (!known || (anew && kept.newest !== held)) this.#join(kept, held);
      kept.mark = has;
      return kept;
    });
    for (const kept of before) if (kept.mark !== has) this.#leave(kept, held);
    for (const kept of before) if (kept.isEmpty) this.#drop(kept);
    // The oldest of those who have an image names it.
    for (const [i, kept] of after.entries()) {
      if (kept.name !== images[i].name && kept.oldest === held) this.#rename(kept, images[i].name);
    }
    return same ? before : after;
  }

  /** Two numbers that no image is marked with. They stay small: larger ones would take memory of their own. */
  #newMarks(): [number, number] {
    if (this.#mark > MAX_MARK) {
      for (const kept of this.#byMd5.values()) kept.mark = 0;
      this.#mark = 0;
    }
    return [++this.#mark, ++this.#mark];
  }

  /** What `held` shares is listed otherwise from now on. */
  touch(held: Held): void {
    for (const kept of held.images) this.#touch(kept);
  }

  #add(image: Image): Kept {
    const kept = new Kept(image, this.#slots++);
    this.#byMd5.set(kept.md5, kept);
    const last = this.#blocks.at(-1);
    if (last && last.images.length < BLOCK_IMAGES) last.images.push(kept);
    else this.#blocks.push({ version: 0, images: [kept] });
    this.#nameBytes += kept.name.length * 2;
    return kept;
  }

  #drop(kept: Kept): void {
    this.#byMd5.delete(kept.md5);
    this.#blockOf(kept).images[kept.slot % BLOCK_IMAGES] = null;
    this.#nameBytes -= kept.name.length * 2;
    this.#touch(kept);
    if (this.#slots > BLOCK_IMAGES && this.#slots > 2 * this.size) this.#closeGaps();
  }

  /** Moves the images together when half of the places are empty: each costs a move for one that went. */
  #closeGaps(): void {
    const images = [...this.#byMd5.values()];
    this.version++;
    this.#blocks = [];
    for (let i = 0; i < images.length; i += BLOCK_IMAGES) {
      this.#blocks.push({ version: this.version, images: images.slice(i, i + BLOCK_IMAGES) });
    }
    images.forEach((kept, slot) => kept.slot = slot);
    this.#slots = images.length;
  }

  #rename(kept: Kept, name: string): void {
    this.#nameBytes += (name.length - kept.name.length) * 2;
    kept.name = ownCopy(name);
    this.#touch(kept);
  }

  #join(kept: Kept, held: Held): void {
    kept.join(held);
    this.#holders++;
    this.#touch(kept);
  }

  #leave(kept: Kept, held: Held): void {
    kept.leave(held);
    this.#holders--;
    this.#touch(kept);
  }

  #touch(kept: Kept): void {
    this.#blockOf(kept).version = ++this.version;
  }

  #blockOf(kept: Kept): { version: number; images: (Kept | null)[] } {
    return this.#blocks[Math.floor(kept.slot / BLOCK_IMAGES)];
  }
}
