/** The sizes of images of other peers, requested for the images on the screen. */
import type { ListedImage } from "../../../protocol/image.ts";

/** The most requests at once: a page of the list is soon complete, without much load on the peers. */
const MAX_REQUESTS = 4;

/** The most sizes remembered: more than a person looks at. */
const MAX_KNOWN = 100_000;

export class SizeCache {
  readonly #known = new Map<string, number | null>();
  readonly #requested = new Set<string>();
  readonly #request: (image: ListedImage) => Promise<number | null>;
  readonly #changed: () => void;
  #wanted: readonly ListedImage[] = [];

  /** `request` returns `null` for an unknown size; `changed` is called for each result. */
  constructor(request: (image: ListedImage) => Promise<number | null>, changed: () => void) {
    this.#request = request;
    this.#changed = changed;
  }

  get({ md5 }: ListedImage): number | undefined {
    return this.#known.get(md5) ?? undefined;
  }

  /** Forgets which sizes are unknown, since a peer may be back. */
  retry(): void {
    for (const [md5, size] of this.#known) if (size === null) this.#known.delete(md5);
  }

  /** Requests the sizes of these images, and no longer those of earlier ones. */
  request(images: readonly ListedImage[]): void {
    this.#wanted = images;
    while (this.#requested.size < MAX_REQUESTS && this.#next());
  }

  /** Requests the next size; `false` if there is none. */
  #next(): boolean {
    const image = this.#wanted.find(({ md5 }) => !this.#known.has(md5) && !this.#requested.has(md5));
    if (!image) return false;
    this.#requested.add(image.md5);
    void this.#request(image).catch(() => null).then((size) => {
      this.#requested.delete(image.md5);
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(image.md5, size);
      this.#changed();
      this.request(this.#wanted);
    });
    return true;
  }
}
