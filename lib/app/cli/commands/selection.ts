/**
 * Which images of a list a person means by what they typed: `3`, `1-5 8`, `all`, `from 192.168.0.21:40213`.
 *
 * @module
 */
import { isIP } from "node:net";
import { type Address, canonicalHost, formatAddress, parseAddress, sameAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";

/** The words of a language that select. */
export interface SelectionWords {
  /** Everything. */
  readonly all: readonly string[];
  /** Everything that one peer has; its address follows. */
  readonly from: readonly string[];
}

/** The images that were selected, or the word that selects nothing. */
export type Selection = { readonly images: readonly ListedImage[] } | { readonly wrong: string };

/**
 * Reads a selection of images by their numbers in the list, from 1 on. Numbers and ranges are separated by blanks or
 * commas, and mean each image once, in the list's order.
 */
export function select(typed: string, listed: readonly ListedImage[], words: SelectionWords): Selection {
  const parts = typed.trim().toLowerCase().split(/[\s,;]+/);
  if (parts.length === 1 && (parts[0] === "*" || words.all.includes(parts[0]))) return { images: listed };
  if (words.from.includes(parts[0])) return fromPeer(parts.slice(1).join(" "), listed);
  const chosen = new Set<number>();
  for (const part of parts) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from < 1 || from > to || to > listed.length) return { wrong: part };
    if (chosen.size === listed.length) continue; // All are meant already, however often they are named.
    for (let number = from; number <= to; number++) chosen.add(number);
  }
  return { images: listed.filter((_, i) => chosen.has(i + 1)) };
}

function fromPeer(text: string, listed: readonly ListedImage[]): Selection {
  const peer = parseAddress(text);
  const host = text.replace(/^\[(.*)\]$/, "$1");
  const own = isIP(host) === 0 ? host : canonicalHost(host);
  // Without a port all peers of the address are meant.
  const isMeant = (it: Address): boolean => peer ? sameAddress(it, peer) : it.host === own;
  const images = listed.filter(({ peers }) => peers.some(isMeant));
  return images.length > 0 ? { images } : { wrong: peer ? formatAddress(peer) : text };
}
