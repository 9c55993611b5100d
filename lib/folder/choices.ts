/**
 * What the user shares of a directory, in addition to the rules of `.idp2piignore`: single images, albums, and whether
 * downloads are shared. Pure; choices_file.ts stores it.
 */
import { parseMd5 } from "../protocol/image.ts";

/** The most downloads that are remembered to be such; the oldest are forgotten. */
const MAX_DOWNLOADED = 100_000;

/** The user's choices. Anything that was not chosen is shared. */
export interface Choices {
  /** Whether new downloads are shared. */
  readonly reshare: boolean;
  /** Whether images with GPS coordinates are shared. */
  readonly located: boolean;
  /** Albums by path, which ends with `/`, and whether they are shared; the innermost album decides. */
  readonly albums: ReadonlyMap<string, boolean>;
  /** Images by MD5, in any album. */
  readonly images: ReadonlyMap<string, boolean>;
  /** The MD5s of images that were downloaded into the directory. */
  readonly downloaded: ReadonlySet<string>;
  /** The text of the file that it was read from. */
  readonly text: string;
}

export const NO_CHOICES: Choices = {
  reshare: true,
  located: true,
  albums: new Map(),
  images: new Map(),
  downloaded: new Set(),
  text: "",
};

/** What the user shares or unshares. */
export interface Chosen {
  /** As in {@link Choices}. */
  readonly albums?: readonly string[];
  /** By MD5. */
  readonly images?: Iterable<string>;
}

/** Whether the user shares the image of this MD5 at this path. */
export function isChosen({ albums, images }: Choices, path: string, md5: string): boolean {
  const image = images.get(md5);
  if (image !== undefined) return image;
  if (albums.size === 0) return true;
  const whole = path.normalize("NFC");
  for (let end = whole.lastIndexOf("/"); end > 0; end = whole.lastIndexOf("/", end - 1)) {
    const album = albums.get(whole.slice(0, end + 1));
    if (album !== undefined) return album;
  }
  return true;
}

/**
 * Shares or unshares images and albums. An album includes its albums and images, even those chosen before.
 *
 * @param files The images of the directory.
 */
export function choose(
  choices: Choices,
  { albums = [], images = [] }: Chosen,
  shared: boolean,
  files: readonly { readonly path: string; readonly image: { readonly md5: string } }[],
): Choices {
  const [newAlbums, newImages] = [new Map(choices.albums), new Map(choices.images)];
  for (const album of albums.map((it) => it.normalize("NFC"))) {
    for (const other of choices.albums.keys()) if (other.startsWith(album)) newAlbums.delete(other);
    for (const { path, image } of files) if (path.normalize("NFC").startsWith(album)) newImages.delete(image.md5);
    newAlbums.set(album, shared);
  }
  for (const md5 of images) newImages.set(md5, shared);
  return { ...choices, albums: newAlbums, images: newImages };
}

/** Records images that are going to be downloaded: they are not shared if `reshare` is `false`. */
export function withDownloads(choices: Choices, md5s: readonly string[], reshare: boolean): Choices {
  const images = reshare ? choices.images : new Map([...choices.images, ...md5s.map((md5) => [md5, false] as const)]);
  const downloaded = [...choices.downloaded.union(new Set(md5s))].slice(-MAX_DOWNLOADED);
  return { ...choices, images, downloaded: new Set(downloaded) };
}

/** Whether the same images are shared, whatever was downloaded. */
export function isSameChoice(a: Choices, b: Choices): boolean {
  const isSame = (one: ReadonlyMap<string, boolean>, other: ReadonlyMap<string, boolean>): boolean =>
    one.size === other.size && one.entries().every(([key, shared]) => other.get(key) === shared);
  return a.text === b.text || (a.located === b.located && isSame(a.albums, b.albums) && isSame(a.images, b.images));
}

/** The text of the file. */
export function formatChoices({ reshare, located, albums, images, downloaded }: Choices): string {
  const flags = { albums: Object.fromEntries(albums), images: Object.fromEntries(images) };
  return `${JSON.stringify({ version: 1, reshare, located, ...flags, downloaded: [...downloaded] }, null, 1)}\n`;
}

/** The choices in a text. Throws a `SyntaxError` or `TypeError` for a text that {@link formatChoices} did not write. */
export function parseChoices(text: string): Choices {
  const { version, reshare, located, albums, images, downloaded } = JSON.parse(text);
  if (version !== 1 || typeof reshare !== "boolean" || typeof located !== "boolean" || !Array.isArray(downloaded)) {
    throw new TypeError("not of ours");
  }
  return {
    reshare,
    located,
    albums: new Map(flagsOf(albums, (it) => it.length > 1 && it.endsWith("/"))),
    images: new Map(flagsOf(images, isMd5)),
    downloaded: new Set(downloaded.map((it) => {
      if (!isMd5(it)) throw new TypeError("not an MD5");
      return it as string;
    })),
    text,
  };
}

function flagsOf(value: unknown, isKey: (key: string) => boolean): [string, boolean][] {
  const all = Object.entries(value as Record<string, unknown>);
  if (!all.every(([key, flag]) => isKey(key) && typeof flag === "boolean")) throw new TypeError("not of ours");
  return all as [string, boolean][];
}

function isMd5(text: unknown): boolean {
  return typeof text === "string" && parseMd5(text) === text;
}
