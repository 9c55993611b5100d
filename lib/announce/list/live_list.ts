/** A list that is brought up to date: by what changed, or by a whole list that is compared with the one before. */
import { setImmediate } from "node:timers/promises";
import { sameAddress } from "../../protocol/address.ts";
import { type ListChanges, type ListSlot, MAX_SLOTS } from "../../protocol/changes.ts";
import { type ListedImage, parseMd5 } from "../../protocol/image.ts";
import { MAX_LISTED_ADDRESSES, MAX_LISTED_IMAGES } from "../../protocol/limits.ts";
import { ListParser } from "../../protocol/list.ts";
import type { Listing } from "./fetch_list.ts";

/** What changed in a list. */
export interface ListDifference {
  /** New images, and those with another name or other peers. */
  readonly changed: readonly ListedImage[];
  /** The MD5s of images that are not listed any more. */
  readonly removed: readonly string[];
}

/** How many slots are read at a time: some 10 ms. */
const AT_ONCE = 2_000;

type Block = readonly (ListedImage | null)[];

/** A tracker's list as it was last received. */
export class LiveList {
  #version = "";
  /** A list that came with `LST` is one block. */
  #blocks: readonly Block[] = [];
  #mayBeCut = false;
  readonly #byMd5 = new Map<string, ListedImage>();
  #addresses = 0;
  #slots = 0;

  /** The version that the tracker named, for its next `CHG`; "" if the list came with `LST`. */
  get version(): string {
    return this.#version;
  }

  /** How many images it has. */
  get size(): number {
    return this.#byMd5.size;
  }

  /** The list as the tracker would send it now. */
  get listing(): Listing {
    return { images: imagesOf(this.#blocks), mayBeCut: this.#mayBeCut };
  }

  /**
   * Takes the answer to `CHG` with {@link LiveList.version}. A long one is read in steps, so that nothing else waits
   * long; one call must end before the next.
   *
   * @returns `null` if the answer does not fit the list, or makes it too long; then nothing changes.
   */
  async change({ version, blocks: count, changed }: ListChanges): Promise<ListDifference | null> {
    const blocks = this.#blocks.slice(0, count);
    const parser = new ListParser();
    let read = 0;
    for (const [number, slots] of changed) {
      parser.add(slots.filter((slot) => typeof slot === "string").join(";"));
      const block = fill(slots, this.#blocks[number] ?? [], byMd5([parser.take()]));
      if (!block) return null;
      blocks[number] = block;
      read += slots.length;
      if (read < AT_ONCE) continue;
      read = 0;
      await setImmediate();
    }
    await setImmediate(); // What follows takes as long as a step.
    for (let i = 0; i < count; i++) if (!blocks[i]) return null;
    const numbers = [...changed.keys()];
    const old = [...numbers.map((number) => this.#blocks[number] ?? []), ...this.#blocks.slice(count)];
    const difference = this.#exchange(old, numbers.map((number) => blocks[number]));
    if (difference) [this.#version, this.#blocks, this.#mayBeCut] = [version, blocks, false];
    return difference;
  }

  /** Takes a whole list. */
  replace({ images, mayBeCut }: Listing): ListDifference {
    const difference = this.#exchange(this.#blocks, [images])!; // Lists are parsed within the same limits.
    [this.#version, this.#blocks, this.#mayBeCut] = ["", [images], mayBeCut];
    return difference;
  }

  /** Replaces the images of some blocks by those of others; `null` if an image comes twice, or there are too many. */
  #exchange(old: readonly Block[], blocks: readonly Block[]): ListDifference | null {
    const [before, after] = [byMd5(old), byMd5(blocks)];
    const isTwice = (md5: string): boolean => this.#byMd5.has(md5) && !before.has(md5);
    const slots = this.#slots + slotsOf(blocks) - slotsOf(old);
    const addresses = this.#addresses + addressesOf(after) - addressesOf(before);
    if (after.size < imagesOf(blocks).length || after.keys().some(isTwice)) return null;
    if (this.size - before.size + after.size > MAX_LISTED_IMAGES) return null;
    if (slots > MAX_SLOTS || addresses > MAX_LISTED_ADDRESSES) return null;
    const removed = [...before.keys()].filter((md5) => !after.has(md5));
    const changed = [...after.values()].filter((image) => !isSame(image, before.get(image.md5)));
    for (const md5 of removed) this.#byMd5.delete(md5);
    for (const [md5, image] of after) this.#byMd5.set(md5, image);
    [this.#slots, this.#addresses] = [slots, addresses];
    return { changed, removed };
  }
}

/** A block with these slots, some of them as they were in `old`; `null` if that had fewer. */
function fill(slots: readonly ListSlot[], old: Block, entries: ReadonlyMap<string, ListedImage>): Block | null {
  const block: (ListedImage | null)[] = [];
  for (const slot of slots) {
    if (typeof slot === "number") {
      const kept = old.slice(block.length, block.length + slot);
      if (kept.length < slot) return null;
      for (const image of kept) block.push(image);
    } else block.push(slot === null ? null : entries.get(parseMd5(slot.slice(0, 32)) ?? "") ?? null);
  }
  return block;
}

function imagesOf(blocks: readonly Block[]): ListedImage[] {
  return blocks.flatMap((block) => block.filter((image) => image !== null));
}

function byMd5(blocks: readonly Block[]): Map<string, ListedImage> {
  const images = new Map<string, ListedImage>();
  for (const block of blocks) for (const image of block) if (image) images.set(image.md5, image);
  return images;
}

function slotsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0);
}

function addressesOf(images: ReadonlyMap<string, ListedImage>): number {
  return images.values().reduce((sum, { peers }) => sum + peers.length, 0);
}

function isSame(image: ListedImage, before: ListedImage | undefined): boolean {
  if (image === before) return true;
  return image.name === before?.name && image.peers.length === before.peers.length &&
    image.peers.every((peer, i) => sameAddress(peer, before.peers[i]));
}
