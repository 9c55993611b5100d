/** The entries of the list, its images and their folders, filtered and sorted. Pure. */
import { formatAddress } from "../../../../protocol/address.ts";
import { foldName } from "../../../../protocol/fold_name.ts";
import type { ListedImage } from "../../../../protocol/image.ts";
import type { ImageInfo } from "../../../../protocol/peer_reply.ts";
import { pathParts } from "../../../../protocol/image_path.ts";
import { visible } from "../../../words/visible.ts";
import type { Holdings } from "../../output/list_table.ts";

/** The images of one album, without those of albums in it. */
export interface Folder {
  /** The folders of their names, joined by `/`; empty for none. */
  readonly path: string;
  /** The path, safe to show. */
  readonly name: string;
  /** The same, folded for searching. */
  readonly text: string;
  readonly entries: Entry[];
}

/** An image of the list. */
export class Entry {
  /** Its number in the list, from 1; sorting does not change it. */
  readonly index: number;
  readonly image: ListedImage;
  readonly folder: Folder;
  /** Its path, safe to show. */
  readonly name: string;
  /** The same, folded for searching. */
  readonly text: string;
  readonly #holdings: Holdings;

  /** `file` is the last part of its name. */
  constructor(index: number, image: ListedImage, folder: Folder, file: string, holdings: Holdings) {
    this.index = index;
    this.image = image;
    this.folder = folder;
    const shown = ASCII.test(file) ? file : visible(file);
    this.name = folder.path === "" ? shown : `${folder.name}/${shown}`;
    this.text = folder.path === "" ? foldName(shown) : `${folder.text}/${foldName(shown)}`;
    this.#holdings = holdings;
  }

  /** Whether the image exists here, and is listed with our address. */
  get own(): "no" | "have" | "share" {
    if (!this.#holdings.folder.here(this.image.md5)) return "no";
    return this.image.peers.some((peer) => this.#holdings.isSelf(peer)) ? "share" : "have";
  }
}

export const SORTS = ["index", "name", "size", "date", "peers"] as const;

export type Sort = typeof SORTS[number];

/** Printable ASCII needs no further check. */
const ASCII = /^[ -~]*$/;

/** A name whose last part is as simple as most are; many names have the same part before it. */
const PLAIN_FILE = /^(.*\/)?(\w(?:[ -.0-[\]-~]*[!-.0-[\]-~])?)$/s;

/** The entries of a list, in its order. */
export function entriesOf(images: readonly ListedImage[], holdings: Holdings): Entry[] {
  const folders = new Map<string, Folder>();
  /** The same, by the part before the last part of a name. */
  const known = new Map<string, Folder>();
  const folderOf = (parts: readonly string[]): Folder => {
    const path = parts.join("/");
    const name = visible(path);
    const folder = folders.get(path) ?? { path, name, text: foldName(name), entries: [] };
    folders.set(path, folder);
    return folder;
  };
  return images.map((image, i) => {
    const [, before = "", plain] = PLAIN_FILE.exec(image.name) ?? [];
    const parts = plain !== undefined && known.has(before) ? null : pathParts(image.name);
    const folder = parts ? folderOf(parts.folders) : known.get(before)!;
    if (plain !== undefined) known.set(before, folder);
    const entry = new Entry(i + 1, image, folder, plain ?? (parts?.file || image.name), holdings);
    folder.entries.push(entry);
    return entry;
  });
}

/** The fewest digits that are searched in MD5s: most MD5s contain any shorter sequence. */
const MIN_MD5_DIGITS = 6;

/** The entries whose name contains `wanted` after `from`, whose MD5 begins with it, or whose peers' addresses contain it. */
export function filterEntries(entries: readonly Entry[], wanted: string, from = 0): readonly Entry[] {
  const mayBeMd5 = wanted.length >= MIN_MD5_DIGITS;
  const mayBeAddress = /[.:]/.test(wanted);
  return entries.filter(({ text, image: { md5, peers } }) =>
    text.includes(wanted, from) || (mayBeMd5 && md5.startsWith(wanted)) ||
    (mayBeAddress && peers.some((peer) => formatAddress(peer).includes(wanted)))
  );
}

/** The known properties of an image. */
export type InfoOf = (image: ListedImage) => ImageInfo | undefined;

/** All entries, sorted: most peers, largest or newest images first; unknown sizes and dates last. */
export function sortEntries(
  entries: readonly Entry[],
  sort: Sort,
  infoOf: InfoOf,
  language: string,
): readonly Entry[] {
  switch (sort) {
    case "index":
      return entries;
    case "name":
      return entries.toSorted(byName(language));
    case "size":
      return byNumber(entries, ({ image }) => infoOf(image)?.size ?? -1);
    case "date":
      return byNumber(entries, ({ image }) => infoOf(image)?.taken || -1);
    case "peers":
      return byNumber(entries, ({ image }) => image.peers.length);
  }
}

/** Sorts by a number, the largest first, which is computed once for each entry. */
export function byNumber<T>(all: readonly T[], numberOf: (one: T) => number): T[] {
  return all.map((one) => ({ one, number: numberOf(one) })).sort((a, b) => b.number - a.number).map(({ one }) => one);
}

/** Compares names in natural order: 2 before 10. */
export function byName(language: string): (a: { readonly name: string }, b: { readonly name: string }) => number {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return (a, b) => compare(a.name, b.name);
}
