/** The entries of the list: filtered and sorted. Pure. */
import { formatAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import { visible } from "../../words/visible.ts";
import type { Holdings } from "../output/list_table.ts";

export interface Entry {
  /** Its number in the list, from 1; sorting does not change it. */
  readonly index: number;
  readonly image: ListedImage;
  /** Its name, safe to show. */
  readonly name: string;
  /** Whether the image exists here, and is listed with our address. */
  readonly own: "no" | "have" | "share";
  /** The name, folded for searching. */
  readonly text: string;
}

export const SORTS = ["index", "name", "size", "peers"] as const;

export type Sort = typeof SORTS[number];

/** Removes accents, joiners and capitals: “acao” finds “Ação”. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/[\p{M}\u200c\u200d]/gu, "").toLowerCase();
}

/** The entries of a list, in its order. */
export function entriesOf(images: readonly ListedImage[], holdings: Holdings): Entry[] {
  return images.map((image, i) => {
    const name = visible(image.name);
    return {
      index: i + 1,
      image,
      name,
      text: fold(name),
      get own() {
        const have = holdings.folder.byMd5(image.md5);
        return have && image.peers.some((peer) => holdings.isSelf(peer)) ? "share" : have ? "have" : "no";
      },
    };
  });
}

/** The fewest digits that are searched in MD5s: most MD5s contain any shorter sequence. */
const MIN_MD5_DIGITS = 6;

/** Whether a filter is in the name or a peer's address, or begins the MD5. */
function isMatch({ text, image: { md5, peers } }: Entry, wanted: string): boolean {
  return text.includes(wanted) || (wanted.length >= MIN_MD5_DIGITS && md5.startsWith(wanted)) ||
    (/[.:]/.test(wanted) && peers.some((peer) => formatAddress(peer).includes(wanted)));
}

/** The entries that match a filter, in their order. */
export function filterEntries(entries: readonly Entry[], filter: string): readonly Entry[] {
  const wanted = fold(filter);
  return wanted === "" ? entries : entries.filter((entry) => isMatch(entry, wanted));
}

/** All entries, sorted: most peers and largest sizes first, unknown sizes last. */
export function sortEntries(
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
