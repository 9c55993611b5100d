/** Selects images, albums and patterns of a directory by words, to share or unshare them. Pure. */
import type { Choices, Chosen } from "../../../folder/choices.ts";
import { parseMd5 } from "../../../protocol/image.ts";
import { parseRange } from "./selection.ts";
import { selectByWords } from "./select_words.ts";

/** An image of a directory. */
export interface DirectoryImage {
  readonly path: string;
  readonly image: { readonly md5: string };
}

/** The selection, and the words that select nothing. */
export interface SharedSelection extends Required<Chosen> {
  readonly images: readonly string[];
  readonly unknown: readonly string[];
  readonly ambiguous: readonly { readonly word: string; readonly paths: readonly string[] }[];
}

/**
 * An album, such as `lisboa/`, is selected as a whole, including images that are added later; other words work as in
 * {@link selectByWords}: paths, MD5s, patterns. Numbers select nothing, since they are not shown.
 */
export function selectShared(
  words: readonly string[],
  files: readonly DirectoryImage[],
  { albums: known }: Pick<Choices, "albums">,
): SharedSelection {
  const paths = new Set(files.map(({ path }) => path.normalize("NFC")));
  const albums = new Set([...[...paths].flatMap(albumsAround), ...known.keys()]);
  const chosen: string[] = [];
  const rest: string[] = [];
  const numbers: string[] = [];
  for (const word of words) {
    const path = word.normalize("NFC").replaceAll("\\", "/").replace(/^\.\//, "");
    const album = path.endsWith("/") ? path : `${path}/`;
    if (albums.has(album) && !paths.has(path)) chosen.push(album);
    else if (parseRange(word) && !parseMd5(word) && !paths.has(path)) numbers.push(word);
    else rest.push(word);
  }
  const listed = files.map(({ path, image: { md5 } }) => ({ name: path, md5, peers: [] }));
  const { images, unknown, ambiguous } = selectByWords(rest, listed);
  return { albums: chosen, images: images.map(({ md5 }) => md5), unknown: [...numbers, ...unknown], ambiguous };
}

/** The albums around an image, each with a `/` at its end. */
export function albumsAround(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => `${parts.slice(0, i + 1).join("/")}/`);
}
