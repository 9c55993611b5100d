/**
 * All images that the page knows. Each has a slot, a number that stays while other images come and go, so that orders and
 * views are arrays of numbers.
 */
import { albumOf } from "../../../../protocol/image_path.ts";
import type { GalleryImages, ImageRow, ImagesChange } from "../../api.ts";

/** Text without case and accents, by which people search and sort. */
export function foldText(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export class ImageTable {
  /** The images by slot; `undefined` where one was removed. */
  readonly rows: (ImageRow | undefined)[] = [];
  /** The folded names, by slot. */
  readonly texts: string[] = [];
  /** The albums, by slot; "" outside of albums. */
  readonly albums: string[] = [];
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

  /** Replaces everything; images that were known keep their slots. */
  load({ at, peers, images }: GalleryImages): void {
    [this.peers, this.at] = [[...peers], at];
    const listed = new Set(images.map(([md5]) => md5));
    for (const md5 of this.#slots.keys()) if (!listed.has(md5)) this.#remove(md5);
    for (const row of images) this.#set(row);
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
    if (slot !== undefined) this.rows[slot] = undefined;
    this.#slots.delete(md5);
  }

  #set(row: ImageRow): void {
    const [md5, name] = row;
    const known = this.#slots.get(md5);
    const slot = known ?? this.rows.length;
    if (known === undefined || this.rows[slot]?.[1] !== name) {
      this.texts[slot] = foldText(name);
      this.albums[slot] = name.includes("/") || name.includes("\\") ? albumOf(name) : "";
    }
    this.rows[slot] = row;
    this.#slots.set(md5, slot);
  }
}
