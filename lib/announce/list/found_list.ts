/** What is held of a network whose list is longer than wanted: the images that were found. */
import type { ListedImage } from "../../protocol/image.ts";
import type { Listing } from "./fetch_list.ts";

/** The most images that are held: some 15 MB. Those that were found longest ago go first. */
const MAX_HELD = 50_000;

/** Dispatches `change` when images were added. */
export class FoundList extends EventTarget {
  /** About how many images the network has; 0 while its whole list is held. */
  total = 0;
  readonly #images = new Map<string, ListedImage>();

  /** The images, those last that were found last. */
  get listing(): Listing {
    return { images: [...this.#images.values()], mayBeCut: true };
  }

  /** Adds images, and may remove others. */
  add(images: readonly ListedImage[]): void {
    for (const image of images) {
      this.#images.delete(image.md5);
      this.#images.set(image.md5, image);
    }
    for (const md5 of this.#images.keys()) {
      if (this.#images.size <= MAX_HELD) break;
      this.#images.delete(md5);
    }
    this.dispatchEvent(new Event("change"));
  }
}
