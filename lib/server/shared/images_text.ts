/** Images as texts for the engine, and back: `<md5> <name>` and a line feed for each. Pure. */
import type { ImageEdit, SharedImages } from "../../tracker/shared/shared_state.ts";

const MD5 = /^[0-9a-f]{32}$/;

/** Characters of a name that stand for something else in the text. */
const ESCAPED = /[%\n]/;

/** Data that no tracker of this version wrote. */
export class ForeignEntryError extends Error {
  readonly code = "ENOTOURS";
}

export function formatImages(images: SharedImages): string {
  let text = "";
  for (let i = 0; i < images.length; i += 2) text += `${images[i]} ${escaped(images[i + 1])}\n`;
  return text;
}

/** @throws {ForeignEntryError} */
export function parseImages(text: string): SharedImages {
  return new Lines(text).images(Infinity);
}

/** An edit: `<kept> <dropped> <added>` in a line, and the images that are added. */
export function formatEdit({ kept, dropped, added }: ImageEdit): string {
  return `${kept} ${dropped} ${added.length / 2}\n${formatImages(added)}`;
}

/**
 * Edits that follow each other.
 *
 * @throws {ForeignEntryError}
 */
export function parseEdits(text: string): ImageEdit[] {
  const lines = new Lines(text);
  const edits: ImageEdit[] = [];
  while (!lines.isOver) {
    const [, kept, dropped, added] = /^(\d+) (\d+) (\d+)$/.exec(lines.next()) ?? [];
    if (added === undefined) throw new ForeignEntryError("not an edit");
    edits.push({ kept: Number(kept), dropped: Number(dropped), added: lines.images(Number(added)) });
  }
  return edits;
}

function escaped(name: string): string {
  return ESCAPED.test(name) ? name.replaceAll("%", "%25").replaceAll("\n", "%0A") : name;
}

/** The lines of a text, each with a line feed at its end. */
class Lines {
  readonly #text: string;
  #begin = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isOver(): boolean {
    return this.#begin >= this.#text.length;
  }

  next(): string {
    const [begin, end] = [this.#begin, this.#text.indexOf("\n", this.#begin)];
    if (end < 0) throw new ForeignEntryError("a line without an end");
    this.#begin = end + 1;
    return this.#text.slice(begin, end);
  }

  /** So many images, or as many as there are. */
  images(most: number): SharedImages {
    const images: string[] = [];
    while (images.length < 2 * most && !this.isOver) {
      const line = this.next();
      const [md5, name] = [line.slice(0, 32), line.slice(33)];
      if (line[32] !== " " || !MD5.test(md5)) throw new ForeignEntryError("not an image");
      images.push(md5, name.includes("%") ? name.replaceAll("%0A", "\n").replaceAll("%25", "%") : name);
    }
    return images;
  }
}
