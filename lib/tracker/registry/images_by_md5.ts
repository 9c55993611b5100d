/**
 * The images by MD5, in many maps. One map copies all of its entries when it grows, which takes seconds for eight million,
 * in which nobody is answered; and it takes no more than 2^24.
 */
import type { ImageRecord } from "./records.ts";

export class ImagesByMd5 {
  readonly #most: number;
  /** By the first two digits of the MD5. */
  readonly #maps: Map<string, ImageRecord>[][] = [];
  #size = 0;

  /** @param most A map with this many entries grows no more, so that MD5s that are chosen to begin alike fill several. */
  constructor(most: number = 2 ** 20) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  get(md5: string): ImageRecord | undefined {
    for (const map of this.#of(md5)) {
      const image = map.get(md5);
      if (image) return image;
    }
  }

  /** Adds an image that is not there yet. */
  add(image: ImageRecord): void {
    const maps = this.#of(image.md5);
    let map = maps.find(({ size }) => size < this.#most);
    if (!map) maps.push(map = new Map());
    map.set(image.md5, image);
    this.#size++;
  }

  delete(md5: string): void {
    for (const map of this.#of(md5)) if (map.delete(md5)) this.#size--;
  }

  #of(md5: string): Map<string, ImageRecord>[] {
    // The last five bits of a hexadecimal digit are different for each.
    return this.#maps[(md5.charCodeAt(0) & 31) << 5 | md5.charCodeAt(1) & 31] ??= [];
  }
}
