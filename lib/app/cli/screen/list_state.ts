/**
 * What a key does to the list. Pure.
 *
 * @module
 */
import type { ListedImage } from "../../../protocol/image.ts";
import { type Entry, type Sort, SORTS } from "./entries.ts";

/** Where a person is in the list. */
export interface ListState {
  readonly filter: string;
  readonly sort: Sort;
  /** The entry under the cursor, counted from 0 among those shown. */
  readonly cursor: number;
  /** MD5s of what is chosen; it stays chosen when the filter hides it. */
  readonly chosen: ReadonlySet<string>;
}

/** As a list is first shown. */
export const FIRST_LIST_STATE: ListState = { filter: "", sort: "index", cursor: 0, chosen: new Set() };

/** Longest filter, in characters: longer than names that people type, and a line of a screen. */
const MAX_FILTER = 60;

/** As much of a key as is used, as Ink tells it. */
export interface Pressed {
  readonly upArrow?: boolean;
  readonly downArrow?: boolean;
  readonly leftArrow?: boolean;
  readonly rightArrow?: boolean;
  readonly pageUp?: boolean;
  readonly pageDown?: boolean;
  readonly home?: boolean;
  readonly end?: boolean;
  readonly escape?: boolean;
  readonly backspace?: boolean;
  readonly delete?: boolean;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/**
 * The state after a key; the same one after a key that does nothing here.
 *
 * @param input The text that was typed or pasted, without what is a key of its own.
 * @param shown The entries that the filter lets through, in their order.
 * @param rows How many of them a page has.
 */
export function pressed(
  state: ListState,
  input: string,
  key: Pressed,
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
  if (!entry || entry.own !== "no") return state; // What is here already need not be fetched.
  const chosen = new Set(state.chosen);
  if (!chosen.delete(entry.image.md5)) chosen.add(entry.image.md5);
  return { ...state, chosen };
}

/** Chooses all that are shown, or none of them any more when all were. */
function chooseAll(state: ListState, shown: readonly Entry[]): ListState {
  const all = shown.filter(({ own }) => own === "no").map(({ image }) => image.md5);
  const chosen = new Set(state.chosen);
  const isFull = all.every((md5) => chosen.has(md5));
  for (const md5 of all) isFull ? chosen.delete(md5) : chosen.add(md5);
  return { ...state, chosen };
}

/** The state for a list that may have become shorter. */
export function within(state: ListState, count: number): ListState {
  return state.cursor < count ? state : { ...state, cursor: Math.max(0, count - 1) };
}

/** The state for another list, in which what was chosen may not be any more. */
export function forEntries(state: ListState, entries: readonly Entry[]): ListState {
  const listed = new Set(entries.map(({ image }) => image.md5));
  return { ...state, chosen: state.chosen.intersection(listed) };
}

/** What Enter fetches: what is chosen, in the list's order, else what is under the cursor. */
export function meant(
  { chosen, cursor }: ListState,
  entries: readonly Entry[],
  shown: readonly Entry[],
): ListedImage[] {
  const all = entries.filter(({ image }) => chosen.has(image.md5)).map(({ image }) => image);
  return all.length > 0 ? all : shown.slice(cursor, cursor + 1).map(({ image }) => image);
}

/** The page on which the cursor is: which entries, which page of how many, from 1 on. */
export function pageOf(
  { cursor }: ListState,
  count: number,
  rows: number,
): { readonly from: number; readonly page: number; readonly pages: number } {
  const page = Math.floor(cursor / rows);
  return { from: page * rows, page: page + 1, pages: Math.max(1, Math.ceil(count / rows)) };
}
