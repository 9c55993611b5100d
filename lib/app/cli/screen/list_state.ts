/** The state of the list, and the effect of each key on it. Pure. */
import type { Key } from "ink";
import type { ListedImage } from "../../../protocol/image.ts";
import { type Entry, type Sort, SORTS } from "./list_entries.ts";

export interface ListState {
  readonly filter: string;
  readonly sort: Sort;
  /** The index of the entry under the cursor among those shown. */
  readonly cursor: number;
  /** The MD5s of chosen images; they stay chosen when the filter hides them. */
  readonly chosen: ReadonlySet<string>;
}

export const INITIAL_LIST_STATE: ListState = { filter: "", sort: "index", cursor: 0, chosen: new Set() };

/** The longest filter, in characters: longer than names that people type, and a line of a screen. */
const MAX_FILTER = 60;

/**
 * The state after a key, or text that was typed or pasted.
 *
 * @param shown The entries that match the filter, in their order.
 * @param rows How many of them a page has.
 */
export function applyKey(
  state: ListState,
  input: string,
  key: Partial<Key>,
  shown: readonly Entry[],
  rows: number,
): ListState {
  const to = (cursor: number): ListState => ({
    ...state,
    cursor: Math.max(0, Math.min(cursor, shown.length - 1)),
  });
  const { cursor, filter, sort } = state;
  if (key.upArrow) return to(cursor - 1);
  if (key.downArrow) return to(cursor + 1);
  if (key.pageUp) return to(cursor - rows);
  if (key.pageDown) return to(cursor + rows);
  if (key.home) return to(0);
  if (key.end) return to(shown.length - 1);
  if (key.leftArrow || key.rightArrow) {
    const next = SORTS.indexOf(sort) + (key.rightArrow ? 1 : SORTS.length - 1);
    return { ...state, sort: SORTS[next % SORTS.length], cursor: 0 };
  }
  if (key.ctrl && input === "a") return chooseAll(state, shown);
  if (key.escape) return { ...state, filter: "", cursor: 0 };
  if (key.backspace || key.delete) return { ...state, filter: [...filter].slice(0, -1).join(""), cursor: 0 };
  if (key.ctrl || key.meta) return state;
  if (input === " ") return choose(to(cursor + 1), shown[cursor]);
  const typed = input.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu, "");
  return typed === "" ? state : { ...state, filter: [...filter + typed].slice(0, MAX_FILTER).join(""), cursor: 0 };
}

function choose(state: ListState, entry: Entry | undefined): ListState {
  if (!entry || entry.own !== "no") return state; // The image already exists here.
  const chosen = new Set(state.chosen);
  if (!chosen.delete(entry.image.md5)) chosen.add(entry.image.md5);
  return { ...state, chosen };
}

/** Chooses all shown entries, or none of them if all were chosen. */
function chooseAll(state: ListState, shown: readonly Entry[]): ListState {
  const all = shown.filter(({ own }) => own === "no").map(({ image }) => image.md5);
  const chosen = new Set(state.chosen);
  const isFull = all.every((md5) => chosen.has(md5));
  for (const md5 of all) isFull ? chosen.delete(md5) : chosen.add(md5);
  return { ...state, chosen };
}

/** The state after the list may have become shorter. */
export function clampCursor(state: ListState, count: number): ListState {
  return state.cursor < count ? state : { ...state, cursor: Math.max(0, count - 1) };
}

/** The state for a new list, which may lack chosen images. */
export function withEntries(state: ListState, entries: readonly Entry[]): ListState {
  const listed = new Set(entries.map(({ image }) => image.md5));
  return { ...state, chosen: state.chosen.intersection(listed) };
}

/** The images that Enter downloads: the chosen ones in the order of the list, else the one under the cursor. */
export function selectedImages(
  { chosen, cursor }: ListState,
  entries: readonly Entry[],
  shown: readonly Entry[],
): ListedImage[] {
  const all = entries.filter(({ image }) => chosen.has(image.md5)).map(({ image }) => image);
  return all.length > 0 ? all : shown.slice(cursor, cursor + 1).map(({ image }) => image);
}

/** The page of the cursor: its first entry, its number from 1, and the number of pages. */
export function pageOf(
  { cursor }: ListState,
  count: number,
  rows: number,
): { readonly from: number; readonly page: number; readonly pages: number } {
  const page = Math.floor(cursor / rows);
  return { from: page * rows, page: page + 1, pages: Math.max(1, Math.ceil(count / rows)) };
}
