/** Selects images of a list by the words of a command line. Pure. */
import { posix } from "node:path";
import { type ListedImage, parseMd5 } from "../../../protocol/image.ts";
import { pathParts } from "../../../protocol/image_path.ts";
import { parseRange } from "./selection.ts";

export interface Selection {
  /** In the order of the list, each once. */
  readonly images: readonly ListedImage[];
  /** The words that match no image. */
  readonly unknown: readonly string[];
  /** The words that end several paths, with these. */
  readonly ambiguous: readonly { readonly word: string; readonly paths: readonly string[] }[];
}

/** A list by the paths of its images. */
interface Paths {
  readonly listed: readonly ListedImage[];
  readonly images: ReadonlyMap<string, readonly ListedImage[]>;
  /** All albums, including those that contain only albums. */
  readonly albums: ReadonlySet<string>;
}

/**
 * Selects by names, MD5s, numbers from 1, ranges such as `3-5`, albums such as `lisboa/` with all albums in them, and
 * patterns such as `lisboa/*.jpg`, as in .gitignore: without a `/`, they match the last part of a name. The end of a
 * path is enough if it is unique. A whole name takes precedence over a number.
 */
export function selectByWords(words: readonly string[], listed: readonly ListedImage[]): Selection {
  const images = Map.groupBy(listed, ({ name }) => pathOf(name));
  const paths = { listed, images, albums: albumsOf(images.keys()) };
  const selected = new Set<ListedImage>();
  const unknown: string[] = [];
  const ambiguous: { word: string; paths: string[] }[] = [];
  for (const word of words) {
    const found = matching(word, paths);
    if ("paths" in found) ambiguous.push({ word, paths: found.paths });
    else if (found.images.length === 0) unknown.push(word);
    else found.images.forEach((image) => selected.add(image));
  }
  return { images: listed.filter((image) => selected.has(image)), unknown, ambiguous };
}

/** The parts of a name, joined; a name without any stays as it is. */
function pathOf(name: string): string {
  const { folders, file } = pathParts(name);
  return file === "" ? name : [...folders, file].join("/");
}

type Found = { readonly images: readonly ListedImage[] } | { readonly paths: string[] };

function matching(word: string, paths: Paths): Found {
  const { listed, images, albums } = paths;
  const path = pathOf(word);
  const isAlbum = /[/\\]$/.test(word);
  if (!isAlbum) {
    const named = images.get(path);
    if (named) return { images: named };
    const md5 = parseMd5(word);
    if (md5 !== null) return { images: listed.filter((image) => image.md5 === md5) };
    const range = parseRange(word);
    if (range) return { images: range.first < 1 ? [] : listed.slice(range.first - 1, range.last) };
  }
  const [ends, ...more] = albums.has(path) ? [`${path}/`] : [
    ...isAlbum ? [] : [...images.keys()].filter((it) => it.endsWith(`/${path}`)),
    ...[...albums].filter((it) => it.endsWith(`/${path}`)).map((it) => `${it}/`),
  ];
  if (more.length > 0) return { paths: [ends, ...more] };
  if (ends?.endsWith("/")) return { images: within(paths, (it) => it.startsWith(ends)) };
  if (ends !== undefined) return { images: images.get(ends)! };
  if (!/[*?[{]/.test(word)) return { images: [] };
  const pattern = patternOf(word);
  return { images: within(paths, (it) => posix.matchesGlob(withoutDots(it), pattern)) };
}

function albumsOf(paths: Iterable<string>): Set<string> {
  const albums = new Set<string>();
  for (const path of paths) {
    for (
      let end = path.lastIndexOf("/");
      end > 0 && !albums.has(path.slice(0, end));
      end = path.lastIndexOf("/", end - 1)
    ) {
      albums.add(path.slice(0, end));
    }
  }
  return albums;
}

function within({ images }: Paths, isWanted: (path: string) => boolean): ListedImage[] {
  return [...images].flatMap(([path, images]) => isWanted(path) ? images : []);
}

/** A pattern for whole paths: with a `/` before its end it begins at the top album, else it matches at any depth. */
function patternOf(word: string): string {
  const text = word.normalize("NFC").replaceAll("\\", "/");
  const body = text.replace(/^\.?\//, "").replace(/\/$/, "");
  const isAnchored = text.slice(0, -1).includes("/");
  return withoutDots(`${isAnchored ? "" : "**/"}${body}${text.endsWith("/") ? "/**" : ""}`);
}

/** Replaces leading dots of parts, which `*` does not match: they hide files only in a shell. */
function withoutDots(path: string): string {
  return path.replace(/(?<=^|\/)\./g, "\uffff");
}
