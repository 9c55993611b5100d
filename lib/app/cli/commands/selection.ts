/** Selects images of a list by typed text in the menu, and by peer. */
import { isIP } from "node:net";
import { type Address, canonicalHost, formatAddress, parseAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";

/** A number from 1 on, or a range such as `3-5`. */
export function parseRange(text: string): { first: number; last: number } | null {
  const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  return first === undefined ? null : { first: Number(first), last: Number(last) };
}

/** The words of a language for all images, and for all of the peer whose address follows. */
export interface SelectionWords {
  readonly all: readonly string[];
  readonly from: readonly string[];
}

/**
 * Selects what was typed in the menu: numbers and ranges of the list, separated by blanks or commas; all; or all of a
 * peer.
 *
 * @returns The images in the order of the list, or the word that is invalid.
 */
export function selectTyped(
  typed: string,
  listed: readonly ListedImage[],
  words: SelectionWords,
): { readonly images: readonly ListedImage[] } | { readonly wrong: string } {
  const parts = typed.trim().toLowerCase().split(/[\s,;]+/);
  if (parts.length === 1 && (parts[0] === "*" || words.all.includes(parts[0]))) return { images: listed };
  if (words.from.includes(parts[0])) {
    const text = parts.slice(1).join(" ");
    const peer = parsePeer(text);
    const images = listed.filter(({ peers }) => peers.some((it) => isAt(it, peer)));
    if (images.length > 0) return { images };
    return { wrong: peer.port === undefined ? text : formatAddress({ host: peer.host, port: peer.port }) };
  }
  const selected = new Set<number>();
  for (const part of parts) {
    const range = parseRange(part);
    if (!range || range.first < 1 || range.first > range.last || range.last > listed.length) return { wrong: part };
    if (selected.size === listed.length) continue; // All are already selected, however often they are named.
    for (let number = range.first; number <= range.last; number++) selected.add(number);
  }
  return { images: listed.filter((_, i) => selected.has(i + 1)) };
}

/** A peer; without a port, all peers of a host. */
export interface PeerFilter {
  readonly host: string;
  readonly port?: number;
}

/** The images of a peer, each with only this peer. */
export function limitToPeer(peer: PeerFilter, listed: readonly ListedImage[]): ListedImage[] {
  return listed.map((image) => ({ ...image, peers: image.peers.filter((it) => isAt(it, peer)) }))
    .filter(({ peers }) => peers.length > 0);
}

function isAt(address: Address, { host, port }: PeerFilter): boolean {
  return address.host === host && (port === undefined || address.port === port);
}

function parsePeer(text: string): PeerFilter {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  return parseAddress(text) ?? { host: isIP(host) === 0 ? host : canonicalHost(host) };
}
