/**
 * All images that the page knows. Each has a slot, a number that stays while other images come and go, so that orders and
 * views are arrays of numbers.
 */
import { albumOf } from "../../../../protocol/image_path.ts";
import { foldName } from "../../../../protocol/fold_name.ts";
import type { GalleryImages, ImageRow, ImagesChange } from "../../api.ts";
import { Counts } from "./counts.ts";
import { formatName, ratioOf } from "./image_facts.ts";

/** How many images a step of {@link ImageTable.load} has: some milliseconds. */
const STEP = 1_000;

export class ImageTable {
  /** The images by slot; `undefined` where one was removed. */
  readonly rows: (ImageRow | undefined)[] = [];
  /** The folded names, by slot. */
  readonly texts: string[] = [];
  /** The albums, by slot; "" outside of albums. */
  readonly albums: string[] = [];
  /** The shapes of the pictures, width by height, by slot; 0 if unknown. */
  readonly ratios: number[] = [];
  /** Increased when a shape changes. */
  shapes = 0;
  readonly albumCounts = new Counts<string>();
  readonly formatCounts = new Counts<string>();
  /** By the numbers of the peers. */
  readonly peerCounts = new Counts<number>();
  /** The addresses of the peers, by the numbers in rows. */
  peers: string[] = [];
  /** The version of the list; -1 before the first. */
  at = -1;
  readonly #slots = new Map<string, number>();

  /** The number of images. */
  get size(): number {
    return this.#slots.size;
  }

  slotOf(md5: string): number | undefined {
    return this.#slots.get(md5);
  }

  rowOf(md5: string): ImageRow | undefined {
    const slot = this.#slots.get(md5);
    return slot === undefined ? undefined : this.rows[slot];
  }

  /**
   * Replaces everything, in steps, between which the page may do other work; images that were known keep their slots.
   * No change may be applied before it has ended.
   */
  *load({ at, peers, images }: GalleryImages): Generator<void, void> {
    this.peers = [...peers];
    const isListed = new Uint8Array(this.rows.length + images.length);
    for (const [i, row] of images.entries()) {
      isListed[this.#set(row)] = 1;
      if (i % STEP === STEP - 1) yield;
    }
    for (const [slot, row] of this.rows.entries()) if (row && isListed[slot] === 0) this.#remove(row[0]);
    this.at = at;
  }

  /** Learns the shape of a picture whose row lacks it, or has another one: the grid is laid out by it next time. */
  learnRatio(slot: number, ratio: number): void {
    const known = this.ratios[slot];
    if (Math.abs(ratio / (known || Infinity) - 1) > 0.05) this.ratios[slot] = ratio;
  }

  /** Applies a change; `false` if changes before it are missing, and the whole list is needed. */
  applyChange({ at, peers, images, removed }: ImagesChange): boolean {
    if (at <= this.at) return true;
    if (at !== this.at + 1) return false;
    for (const peer of peers) this.peers.push(peer);
    for (const row of images) this.#set(row);
    for (const md5 of removed) this.#remove(md5);
    this.at = at;
    return true;
  }

  #remove(md5: string): void {
    const slot = this.#slots.get(md5);
    if (slot === undefined) return;
    this.#count(slot, -1);
    this.rows[slot] = undefined;
    this.#slots.delete(md5);
  }

  /** Takes a row; returns its slot. */
  #set(row: ImageRow): number {
    const [md5, name] = row;
    const slot = this.#slots.get(md5) ?? this.rows.length;
    const before = this.rows[slot];
    if (before) this.#count(slot, -1);
    if (before?.[1] !== name) {
      this.texts[slot] = foldName(name);
      this.albums[slot] = name.includes("/") || name.includes("\\") ? albumOf(name) : "";
    }
    const ratio = ratioOf(row);
    if (!before || ratioOf(before) !== ratio) {
      this.ratios[slot] = ratio;
      this.shapes++;
    }
    this.rows[slot] = row;
    this.#count(slot, 1);
    this.#slots.set(md5, slot);
    return slot;
  }

  #count(slot: number, by: 1 | -1): void {
    const row = this.rows[slot]!;
    if (this.albums[slot] !== "") this.albumCounts.add(this.albums[slot], by);
    const format = formatName(row);
    if (format !== "") this.formatCounts.add(format, by);
    for (const peer of row[10]) this.peerCounts.add(peer, by);
  }
}
