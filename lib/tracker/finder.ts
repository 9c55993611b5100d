/**
 * Finds images by their names. Without an index: the folded names of each block are one text, which is made when it is
 * first searched, so that most blocks are passed over with one look. A request looks at some thousand images only, and
 * says where to go on.
 */
import { containsWords, type FindRequest, formatFoundHead, mayBeMd5 } from "../protocol/find.ts";
import { foldName } from "../protocol/fold_name.ts";
import { listEntry, type View } from "./list_entry.ts";
import type { ImageRecord } from "./registry/records.ts";
import type { Block, Registry } from "./registry/registry.ts";
import { limit } from "./tracker_limits.ts";

/** An answer to `FND`. */
export interface FoundEntries {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many entries are in it. */
  readonly images: number;
  /** What it counts of a source's answer bytes. */
  readonly cost: number;
}

/**
 * What a look at an image counts of a source's answer bytes. It takes 14 ns: a private source may have a seventh of a
 * processor for its searches, and a public one may look at a million images at once.
 */
const BYTES_PER_LOOK = 2;

const encoder = new TextEncoder();

/** Searches the images of a registry. */
export class Finder {
  readonly #registry: Registry;
  /** The folded names of each block that was searched, and the version of the block then. */
  readonly #texts: { readonly version: number; readonly text: string }[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The next images that contain the words, as `view` sees them. */
  find(request: FindRequest, view: View): FoundEntries {
    const { blocks, images: total } = this.#registry;
    this.#texts.length = Math.min(this.#texts.length, blocks.length);
    const words = request.words.map(foldName);
    const most = Math.min(request.limit, limit("images found by an FND"));
    const entries: string[] = [];
    let [slot, looked, length] = [0, 0, 0];
    for (const [i, block] of blocks.entries()) {
      const start = Math.max(0, request.from - slot);
      if (start < block.images.length) {
        if (looked >= limit("images looked at by an FND")) return answer(slot);
        looked += block.images.length - start;
        for (const { at, image } of this.#found(block, i, start, words)) {
          if (entries.length >= most || length > limit("bytes of an answer to FND")) return answer(slot + at);
          const entry = listEntry(image, view);
          if (entry === null) continue;
          entries.push(entry);
          length += entry.length;
        }
      }
      slot += block.images.length;
    }
    return answer(0);

    function answer(next: number): FoundEntries {
      const head = formatFoundHead(next, total);
      const text = entries.length > 0 ? `${head} ${entries.join(";")}` : head;
      const bytes = encoder.encode(text);
      return { bytes, images: entries.length, cost: bytes.length + looked * BYTES_PER_LOOK };
    }
  }

  /** The images of a block that contain the words, from a place on. */
  *#found(
    block: Block,
    i: number,
    start: number,
    words: readonly string[],
  ): Generator<{ at: number; image: ImageRecord }> {
    const text = this.#textOf(block, i);
    // These can only begin an MD5.
    const absent = words.filter((word) => !text.includes(word));
    if (!absent.every(mayBeMd5)) return;
    const names = text.split("\n");
    for (let at = start; at < block.images.length; at++) {
      const image = block.images[at];
      if (!image || !absent.every((word) => image.md5.startsWith(word))) continue;
      if (containsWords(names[at], image.md5, words)) yield { at, image };
    }
  }

  #textOf(block: Block, i: number): string {
    const known = this.#texts[i];
    if (known?.version === block.version) return known.text;
    // A name may contain a line end, a word may not.
    const text = foldName(block.images.map((image) => image?.name.replaceAll("\n", " ") ?? "").join("\n"));
    this.#texts[i] = { version: block.version, text };
    return text;
  }
}
