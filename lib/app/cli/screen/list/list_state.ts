/** The state of the list, and the effect of each key on it. Pure. */
import type { Key } from "ink";
import type { ListedImage } from "../../../../protocol/image.ts";
import { Album } from "./album.ts";
import { type Entry, SORTS } from "./list_entries.ts";
import type { ListRow, ListRows, Place } from "./list_rows.ts";

export interface ListState extends Place {
  /** The index of the line under the cursor among those shown. */
  readonly cursor: number;
  /** The MD5s of chosen images; they stay chosen when they are not shown. */
  readonly chosen: ReadonlySet<string>;
}

export const INITIAL_LIST_STATE: ListState = { album: "", filter: "", sort: "index", cursor: 0, chosen: new Set() };

/** The longest filter, in characters: longer than names that people type, and a line of a screen. */
const MAX_FILTER = 60;

/**
 * The state after a key, or text that was typed or pasted.
 *
 * @param page How many lines a page has.
 */
export function applyKey(state: ListState, input: string, key: Partial<Key>, list: ListRows, page: number): ListState {
  const { rows } = list.at(state);
  const to = (cursor: number): ListState => ({ ...state, cursor: Math.max(0, Math.min(cursor, rows.length - 1)) });
  const { cursor, filter, sort } = state;
  const row = rows.at(cursor);
  if (key.return) return row instanceof Album ? { ...state, album: row.path, filter: "", cursor: 0 } : state;
  if (key.upArrow) return to(cursor - 1);
  if (key.downArrow) return to(cursor + 1);
  if (key.pageUp) return to(cursor - page);
  if (key.pageDown) return to(cursor + page);
  if (key.home) return to(0);
  if (key.end) return to(rows.length - 1);
  if (key.leftArrow || key.rightArrow) {
    const next = SORTS.indexOf(sort) + (key.rightArrow ? 1 : SORTS.length - 1);
    return { ...state, sort: SORTS[next % SORTS.length], cursor: 0 };
  }
  if (key.ctrl && input === "a") return choose(state, rows.flatMap(entriesIn));
  if (key.escape) return filter === "" ? leave(state, list) : { ...state, filter: "", cursor: 0 };
  if (key.backspace || key.delete) {
    return filter === "" ? leave(state, list) : { ...state, filter: [...filter].slice(0, -1).join(""), cursor: 0 };
  }
  if (key.ctrl || key.meta) return state;
  if (input === " ") return row ? choose(to(cursor + 1), entriesIn(row)) : state;
  const typed = typedText(input);
  return typed === "" ? state : { ...state, filter: [...filter + typed].slice(0, MAX_FILTER).join(""), cursor: 0 };
}

/** What was typed or pasted, without what controls a terminal. */
export function typedText(input: string): string {
  return input.replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu, "");
}

function entriesIn(row: ListRow): readonly Entry[] {
  return row instanceof Album ? row.entries : [row];
}

/** Chooses those of these images that do not exist here, or none if all were chosen. */
function choose(state: ListState, entries: readonly Entry[]): ListState {
  const all = entries.filter(({ own }) => own === "no").map(({ image }) => image.md5);
  const chosen = new Set(state.chosen);
  const isFull = all.every((md5) => chosen.has(md5));
  for (const md5 of all) isFull ? chosen.delete(md5) : chosen.add(md5);
  return { ...state, chosen };
}

/** Returns to the album around this one, with the cursor on this one. */
function leave(state: ListState, list: ListRows): ListState {
  const { album } = state;
  if (album === "") return state;
  const outer = { ...state, album: parentOf(album), filter: "" };
  const cursor = list.at(outer).rows.findIndex((row) => row instanceof Album && row.path === album);
  return { ...outer, cursor: Math.max(0, cursor) };
}

/** The path of the album that contains an album; `""`, the top level, for all images. */
export function parentOf(album: string | null): string {
  return album === null ? "" : album.slice(0, Math.max(0, album.lastIndexOf("/")));
}

/** The state after the list may have become shorter. */
export function clampCursor(state: ListState, count: number): ListState {
  return state.cursor < count ? state : { ...state, cursor: Math.max(0, count - 1) };
}

/** The state for a new list at the same place: it may lack chosen images, the album, or the line under the cursor. */
export function withList(state: ListState, list: ListRows, before: ListRows): ListState {
  const listed = new Set(list.entries.map(({ image }) => image.md5));
  let { album } = state;
  while (album !== "" && !list.has(album)) album = parentOf(album);
  const next = { ...state, album, chosen: state.chosen.intersection(listed) };
  const row = before.at(state).rows.at(state.cursor);
  const cursor = row ? list.at(next).rows.findIndex((it) => isSame(it, row)) : -1;
  return cursor < 0 ? next : { ...next, cursor };
}

function isSame(a: ListRow, b: ListRow): boolean {
  if (a instanceof Album || b instanceof Album) return a instanceof Album && b instanceof Album && a.path === b.path;
  return a.image.md5 === b.image.md5;
}

/** The images to download: the chosen ones in the order of the list, else the image or album under the cursor. */
export function selectedImages(state: ListState, list: ListRows): ListedImage[] {
  const all = list.entries.filter(({ image }) => state.chosen.has(image.md5));
  const row = list.at(state).rows.at(state.cursor);
  const selected = all.length > 0 || !row ? all : entriesIn(row);
  return selected.map(({ image }) => image);
}

/** The page of the cursor: its first line, its number from 1, and the number of pages. */
export function pageOf(
  { cursor }: ListState,
  count: number,
  rows: number,
): { readonly from: number; readonly page: number; readonly pages: number } {
  const page = Math.floor(cursor / rows);
  return { from: page * rows, page: page + 1, pages: Math.max(1, Math.ceil(count / rows)) };
}
