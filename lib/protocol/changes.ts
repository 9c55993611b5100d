/**
 * The answer to `CHG`: what changed in a list since a version, in blocks of slots (PROTOCOL.md, "Changes of a list"):
 *
 * ```text
 * CHG <version> <blocks> <number>:<slot>;<slot>;... <number>:<slot>;...
 * ```
 */
import { MAX_LISTED_IMAGES } from "./limits.ts";

/** What changed in a list. */
export interface ListChanges {
  /** The version of the list with these changes. */
  readonly version: string;
  /** How many blocks the list has. */
  readonly blocks: number;
  /** The slots of the blocks that changed, by the number of the block. */
  readonly changed: ReadonlyMap<number, readonly ListSlot[]>;
}

/** The text of an entry; `null` for a gap; a number of slots that are as before. */
export type ListSlot = string | null | number;

/** The most slots: twice the images of the longest list, since half of them may be gaps, and some more. */
export const MAX_SLOTS = 2 * MAX_LISTED_IMAGES + 1_000;

/** Whether a text can be the version of a list, or is empty. */
export function isListVersion(text: string): boolean {
  return /^[a-z0-9-]{0,40}$/.test(text);
}

/** The answer to `CHG` without its blocks. */
export function formatChangesHead(version: string, blocks: number): string {
  return `CHG ${version} ${blocks}`;
}

/** Parses the answer to `CHG`; `null` for any other text. The entries are not parsed. */
export function parseChanges(text: string): ListChanges | null {
  const [type, version = "", count = "", ...parts] = text.split(" ", MAX_SLOTS + 3);
  const blocks = parseNumber(count);
  if (type !== "CHG" || version === "" || !isListVersion(version) || blocks === null) return null;
  const changed = new Map<number, ListSlot[]>();
  let left = MAX_SLOTS;
  for (const part of parts) {
    const [, number, slots] = /^(\d{1,7}):(.*)$/s.exec(part) ?? [];
    if (slots === undefined || Number(number) >= blocks || changed.has(Number(number))) return null;
    const block = slots.split(";", left + 1).map(parseSlot);
    changed.set(Number(number), block);
    left -= block.length;
    if (left < 0) return null;
  }
  return blocks > MAX_SLOTS ? null : { version, blocks, changed };
}

function parseNumber(text: string): number | null {
  return /^\d{1,7}$/.test(text) ? Number(text) : null;
}

function parseSlot(text: string): ListSlot {
  if (text === "") return null;
  return text.length > MD5_LENGTH ? text : parseNumber(text) ?? text;
}

/** An entry is longer than its MD5. */
const MD5_LENGTH = 32;
