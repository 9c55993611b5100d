/**
 * How large images are that others have, asked of them for what is on the screen.
 *
 * @module
 */
import type { ListedImage } from "../../../protocol/image.ts";

/** Questions under way at once: a page of a list is soon filled, and nobody is asked much. */
const MAX_ASKING = 4;

/** Most sizes remembered; a list has no more images than this that anybody looks at. */
const MAX_KNOWN = 100_000;

/** Asks for sizes, and remembers them. */
export class Sizes {
  readonly #known = new Map<string, number | null>();
  readonly #asking = new Set<string>();
  readonly #ask: (image: ListedImage) => Promise<number | null>;
  readonly #changed: () => void;
  #wanted: readonly ListedImage[] = [];

  /** Sizes that `ask` finds out, `null` for one that nobody tells; `changed` is called when one came. */
  constructor(ask: (image: ListedImage) => Promise<number | null>, changed: () => void) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** The size of an image in bytes, if it is known. */
  of({ md5 }: ListedImage): number | undefined {
    return this.#known.get(md5) ?? undefined;
  }

  /** Lets be asked again what nobody told: whoever was away may be back. */
  again(): void {
    for (const [md5, size] of this.#known) if (size === null) this.#known.delete(md5);
  }

  /** Finds out the sizes of these images, and no longer of those wanted before. */
  want(images: readonly ListedImage[]): void {
    this.#wanted = images;
    while (this.#asking.size < MAX_ASKING && this.#next());
  }

  /** Asks for the next size; gives whether there was one to ask for. */
  #next(): boolean {
    const image = this.#wanted.find(({ md5 }) => !this.#known.has(md5) && !this.#asking.has(md5));
    if (!image) return false;
    this.#asking.add(image.md5);
    void this.#ask(image).catch(() => null).then((size) => {
      this.#asking.delete(image.md5);
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(image.md5, size);
      this.#changed();
      this.want(this.#wanted);
    });
    return true;
  }
}
