/** The lines of the list: the albums and images of a level, or the matches of a filter below it. Pure. */
import { foldName } from "../../../../protocol/fold_name.ts";
import { visible } from "../../../words/visible.ts";
import { Album } from "./album.ts";
import {
  byName,
  byNumber,
  type Entry,
  filterEntries,
  type Folder,
  type InfoOf,
  type Sort,
  sortEntries,
} from "./list_entries.ts";

/** A line: an album that can be opened, or an image. */
export type ListRow = Album | Entry;

/** The current place: the level of an album (`""` for the top level, `null` for all images), sorted and filtered. */
export interface Place {
  readonly album: string | null;
  readonly sort: Sort;
  readonly filter: string;
}

/** The lines at a place. */
export interface Rows {
  /** All lines, albums first. */
  readonly rows: readonly ListRow[];
  /** The number of albums among them, without the line of all images. */
  readonly albums: number;
  /** The number of different images shown, alone or in an album. */
  readonly found: number;
}

/** A list. Properties that become known later change its order only when it is sorted again. */
export class ListRows {
  readonly entries: readonly Entry[];
  readonly infoOf: InfoOf;
  readonly #language: string;
  readonly #folders: readonly Folder[];
  readonly #albums = new Map<string | null, Album>();

  constructor(entries: readonly Entry[], infoOf: InfoOf, language: string) {
    this.entries = entries;
    this.infoOf = infoOf;
    this.#language = language;
    this.#folders = [...new Set(entries.map(({ folder }) => folder))];
  }

  /** The same list, to be sorted by the properties known now. */
  again(): ListRows {
    return new ListRows(this.entries, this.infoOf, this.#language);
  }

  /** The known bytes of these images, and how many have an unknown size. `known`: how many images have properties. */
  readonly bytes = rememberLast((md5s: ReadonlySet<string>, _known: number): { bytes: number; unknown: number } => {
    const sizes = this.entries.filter(({ image }) => md5s.has(image.md5)).map(({ image }) => this.infoOf(image)?.size);
    const bytes = sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
    return { bytes, unknown: sizes.filter((size) => size === undefined).length };
  });

  /** Whether any image is in this album; in any album, for `null`. */
  has(album: string | null): boolean {
    return album === null ? this.#folders.some(({ path }) => path !== "") : this.#beneath(album).length > 0;
  }

  /** Returns the last result for the same place, since keys come faster than long lists are sorted. */
  readonly at = ({ album, sort, filter }: Place): Rows => this.#rows(album, sort, foldName(filter));

  readonly #rows = rememberLast((album: string | null, sort: Sort, wanted: string): Rows => {
    if (wanted !== "") {
      const images = filterEntries(this.#sorted(album, sort, true), wanted, beginOf(album));
      const albums = this.#sortAlbums(this.#found(album, wanted), sort);
      return { rows: [...albums, ...images], albums: albums.length, found: images.length };
    }
    const albums = this.#sortAlbums(this.#inside(album), sort);
    const images = this.#sorted(album, sort, false);
    if (albums.length === 0) return { rows: images, albums: 0, found: images.length };
    const all = album === "" ? [this.#album(null, this.#folders)] : [];
    const found = albums.reduce((sum, { count }) => sum + count, images.length);
    return { rows: [...all, ...albums, ...images], albums: albums.length, found };
  });

  /** The images of an album, with or without those of albums in it. */
  readonly #sorted = rememberLast((album: string | null, sort: Sort, isDeep: boolean): readonly Entry[] => {
    const folders = new Set(isDeep ? this.#beneath(album) : this.#folders.filter(({ path }) => path === album));
    const isAll = album === null || folders.size === this.#folders.length;
    const entries = isAll ? this.entries : this.entries.filter(({ folder }) => folders.has(folder));
    return sortEntries(entries, sort, this.infoOf, this.#language);
  });

  #beneath(album: string | null): readonly Folder[] {
    return album ? this.#folders.filter(({ path }) => path === album || path.startsWith(`${album}/`)) : this.#folders;
  }

  /** The albums directly in an album. */
  #inside(album: string | null): Album[] {
    if (album === null) return [];
    const begin = album === "" ? 0 : album.length + 1;
    return this.#grouped(this.#beneath(album), ({ path }) => path.length <= begin ? null : untilSlash(path, begin));
  }

  /** The outermost albums below an album whose path contains `wanted`. */
  #found(album: string | null, wanted: string): Album[] {
    if (album === null) return [];
    const begin = beginOf(album);
    return this.#grouped(this.#beneath(album), ({ path, text }) => {
      const at = path === "" ? -1 : `${text}/`.indexOf(wanted, begin);
      if (at < 0 || path === album) return null;
      const depth = untilSlash(text, at + wanted.length - 1).split("/").length;
      return path.split("/").slice(0, depth).join("/");
    });
  }

  #grouped(folders: readonly Folder[], albumOf: (folder: Folder) => string | null): Album[] {
    const groups = Map.groupBy(folders, albumOf);
    groups.delete(null);
    return [...groups].map(([path, folders]) => this.#album(path, folders));
  }

  /** Remembers albums, so that their sizes are added once. */
  #album(path: string | null, folders: readonly Folder[]): Album {
    const album = this.#albums.get(path) ?? new Album(path, folders);
    this.#albums.set(path, album);
    return album;
  }

  #sortAlbums(albums: Album[], sort: Sort): Album[] {
    switch (sort) {
      case "index":
        return albums;
      case "name":
        return albums.sort(byName(this.#language));
      case "size":
        return byNumber(albums, (album) => album.bytes(this.infoOf) ?? -1);
      case "date":
        return byNumber(albums, (album) => album.newest(this.infoOf));
      case "peers":
        return byNumber(albums, ({ mostPeers }) => mostPeers);
    }
  }
}

/** The index at which a folded path continues within an album. */
function beginOf(album: string | null): number {
  return album ? foldName(visible(album)).length + 1 : 0;
}

/** The part of a path up to the first `/` from index `from` on. */
function untilSlash(path: string, from: number): string {
  const end = path.indexOf("/", from);
  return end < 0 ? path : path.slice(0, end);
}

/** Returns the last result for the same arguments. */
function rememberLast<A extends readonly unknown[], T>(make: (...args: A) => T): (...args: A) => T {
  let last: { readonly args: A; readonly result: T } | null = null;
  return (...args) => {
    if (!last?.args.every((arg, i) => arg === args[i])) last = { args, result: make(...args) };
    return last.result;
  };
}
