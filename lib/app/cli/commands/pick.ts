/**
 * Which images of a list a command line means: by number, MD5, name, or a pattern of names.
 *
 * @module
 */
import { posix } from "node:path";
import type { Address } from "../../../protocol/address.ts";
import { type ListedImage, parseMd5 } from "../../../protocol/image.ts";
import { isSameName } from "../../../protocol/name.ts";

/** A host, or one peer of it. */
export interface PeerChoice {
  readonly host: string;
  readonly port?: number;
}

/** What was meant, and the words that mean nothing. */
export interface Picked {
  /** In the list's order, each once. */
  readonly images: readonly ListedImage[];
  readonly unknown: readonly string[];
}

/** The images that one of `words` means. Numbers count from 1; `3-5` is three of them. A name goes before a number. */
export function pick(words: readonly string[], listed: readonly ListedImage[]): Picked {
  const chosen = new Set<ListedImage>();
  const unknown: string[] = [];
  for (const word of words) {
    const found = meant(word, listed);
    if (found.length === 0) unknown.push(word);
    found.forEach((image) => chosen.add(image));
  }
  return { images: listed.filter((image) => chosen.has(image)), unknown };
}

function meant(word: string, listed: readonly ListedImage[]): readonly ListedImage[] {
  const named = listed.filter(({ name }) => isSameName(name, word));
  if (named.length > 0) return named;
  const md5 = parseMd5(word);
  if (md5 !== null) return listed.filter((image) => image.md5 === md5);
  const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(word) ?? [];
  if (first !== undefined) return Number(first) < 1 ? [] : listed.slice(Number(first) - 1, Number(last));
  if (!/[*?[{]/.test(word)) return [];
  // Names are no paths: a “/” in them is a letter like any other, and a “\” on Windows.
  const flat = (text: string): string => text.normalize("NFC").replaceAll("/", "\uffff");
  return listed.filter(({ name }) => posix.matchesGlob(flat(name), flat(word)));
}

/** The images that a peer has, each from this peer alone. */
export function ofPeer({ host, port }: PeerChoice, listed: readonly ListedImage[]): ListedImage[] {
  const isMeant = (it: Address): boolean => it.host === host && (port === undefined || it.port === port);
  return listed.map((image) => ({ ...image, peers: image.peers.filter(isMeant) })).filter(({ peers }) =>
    peers.length > 0
  );
}
