/**
 * Finding images by their names (PROTOCOL.md, "Finding"), and its answer:
 *
 * ```text
 * FND <limit> <from> <words>
 * FND <next> <images> <entries>
 * ```
 */
import { foldName } from "./fold_name.ts";
import type { ListedImage } from "./image.ts";
import { parseList } from "./list.ts";

/** A request for images whose names contain all the words. */
export interface FindRequest {
  /** The most images that are wanted, at least 1. */
  readonly limit: number;
  /** Where to go on: 0 first, then what the last answer says. */
  readonly from: number;
  /** At least one, each without blanks. */
  readonly words: readonly string[];
}

/** Some of the images that were found. */
export interface FoundImages {
  /** Where to go on; 0 if nothing is left. */
  readonly next: number;
  /** About how many images the whole list has. */
  readonly total: number;
  /** Those that contain the words, in the order of the list. */
  readonly images: readonly ListedImage[];
}

/** The most words, and the most characters of all with the blanks between: as long as a name. */
export const FIND_LIMITS = { words: 16, length: 255 };

/** The fewest digits that are searched in MD5s: most MD5s contain any shorter sequence. */
const MIN_MD5_DIGITS = 6;

/** Whether a folded name contains all folded words; or the MD5 begins with a word of some digits. */
export function containsWords(name: string, md5: string, words: readonly string[]): boolean {
  return words.every((word) => name.includes(word) || mayBeMd5(word) && md5.startsWith(word));
}

/** Whether a folded word may be the beginning of an MD5. */
export function mayBeMd5(word: string): boolean {
  return word.length >= MIN_MD5_DIGITS && /^[0-9a-f]+$/.test(word);
}

/** The words of a text that a person typed, folded, as many as a request takes. */
export function typedWords(text: string): string[] {
  const words = foldName(text).slice(0, FIND_LIMITS.length).split(/\s+/).filter((word) => word !== "");
  return words.slice(0, FIND_LIMITS.words);
}

/** The fields of a request; `null` if they are wrong. */
export function parseFind(limit: string, from: string, words: string): FindRequest | null {
  const [most, start] = [parseNumber(limit), parseNumber(from)];
  const found = words.split(/\s+/).filter((word) => word !== "");
  if (most === null || most === 0 || start === null || found.length === 0) return null;
  if (found.length > FIND_LIMITS.words || words.length > FIND_LIMITS.length) return null;
  return { limit: most, from: start, words: found };
}

/** The answer without its entries. */
export function formatFoundHead(next: number, total: number): string {
  return `FND ${next} ${total}`;
}

/** Parses the answer; `null` for any other text. */
export function parseFound(text: string): FoundImages | null {
  const [, next = "", total = "", entries = ""] = /^FND (\d{1,9}) (\d{1,9})(?: (.*))?$/s.exec(text) ?? [];
  if (next === "") return null;
  return { next: Number(next), total: Number(total), images: parseList(entries) };
}

function parseNumber(text: string): number | null {
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : null;
}
