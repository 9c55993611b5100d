/**
 * A list of images as a person goes through it: filtered by what they type, sorted, with some chosen. Pure.
 *
 * @module
 */
import { type Address, formatAddress } from "../../../protocol/address.ts";
import type { Image, ListedImage } from "../../../protocol/image.ts";
import { visible } from "../../words/visible.ts";

/** One image of the list. */
export interface Entry {
  /** Its number in the list, from 1 on; sorting does not change it. */
  readonly index: number;
  readonly image: ListedImage;
  /** Its name, safe to show. */
  readonly name: string;
  /** How the user stands to it just now. */
  readonly own: "no" | "have" | "share";
  /** The name as it is searched. */
  readonly text: string;
}

/** What the entries are sorted by. */
export const SORTS = ["index", "name", "size", "peers"] as const;

/** One of {@link SORTS}. */
export type Sort = typeof SORTS[number];

/** Who knows what is here. */
export interface Holdings {
  readonly folder: { byMd5(md5: string): Image | undefined };
  isSelf(address: Address): boolean;
}

/** Without accents, joiners and capitals: who searches for “acao” means “Ação” too. */
function folded(text: string): string {
  return text.normalize("NFD").replace(/[\p{M}\u200c\u200d]/gu, "").toLowerCase();
}

/** The entries of a list as it came. */
export function entriesOf(images: readonly ListedImage[], holdings: Holdings): Entry[] {
  return images.map((image, i) => {
    const name = visible(image.name);
    return {
      index: i + 1,
      image,
      name,
      text: folded(name),
      get own() {
        const have = holdings.folder.byMd5(image.md5);
        return have && image.peers.some((peer) => holdings.isSelf(peer)) ? "share" : have ? "have" : "no";
      },
    };
  });
}

/** An MD5 begins to be one with so many digits: fewer stand in most. */
const MIN_MD5_DIGITS = 6;

/** Whether what was typed is in the name, begins the MD5, or is in the address of a peer. */
function isMeant({ text, image: { md5, peers } }: Entry, wanted: string): boolean {
  return text.includes(wanted) || (wanted.length >= MIN_MD5_DIGITS && md5.startsWith(wanted)) ||
    (/[.:]/.test(wanted) && peers.some((peer) => formatAddress(peer).includes(wanted)));
}

/** Those that `filter` means, in their order. */
export function foundEntries(entries: readonly Entry[], filter: string): readonly Entry[] {
  const wanted = folded(filter);
  return wanted === "" ? entries : entries.filter((entry) => isMeant(entry, wanted));
}

/** All, sorted: many peers and large sizes first, what has no known size last. */
export function sortedEntries(
  entries: readonly Entry[],
  sort: Sort,
  sizeOf: (image: ListedImage) => number | undefined,
  language: string,
): readonly Entry[] {
  switch (sort) {
    case "index":
      return entries;
    case "name": {
      const { compare } = new Intl.Collator(language, { numeric: true });
      return entries.toSorted((a, b) => compare(a.name, b.name));
    }
    case "size":
      return entries.toSorted((a, b) => (sizeOf(b.image) ?? -1) - (sizeOf(a.image) ?? -1));
    case "peers":
      return entries.toSorted((a, b) => b.image.peers.length - a.image.peers.length);
  }
}
