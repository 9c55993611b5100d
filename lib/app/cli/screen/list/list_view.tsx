/** The list of all images, by album: filtered by typing, sorted, in pages, several chosen at once. */
import { type Key, Text, useInput } from "ink";
import type { ReactNode } from "react";
import type { ListedImage } from "../../../../protocol/image.ts";
import { cutPath } from "../../../words/layout.ts";
import { bytesText } from "../../../words/sentence.ts";
import { visible } from "../../../words/visible.ts";
import { Album } from "./album.ts";
import type { ListRow } from "./list_rows.ts";
import { applyKey, clampCursor, type ListState, pageOf, selectedImages } from "./list_state.ts";
import type { LatestState } from "../hooks.ts";
import { Keys, partLines } from "../parts.tsx";
import { entryLines } from "./entry_table.ts";
import type { ScreenModel } from "../screen_model.ts";

export interface ListActions {
  fetch(images: readonly ListedImage[]): void;
  /** Shows pictures from index `at` on; returns the index of the last one. */
  look(images: readonly ListedImage[], at: number): Promise<number>;
  /** Requests the list again. */
  again(): void;
  back(): void;
}

/** The most characters read at once: more were pasted by mistake. */
const MAX_TYPED = 1_000;

/** The widest sum of sizes. */
const MANY_BYTES = 888e9;

/** Shows a list within `rows` lines of `width` columns. */
export function ListView(props: {
  readonly model: ScreenModel;
  readonly keys: readonly string[];
  /** Kept while the menu is shown. */
  readonly state: LatestState<ListState>;
  readonly actions: ListActions;
  readonly width: number;
  readonly rows: number;
}): ReactNode {
  const { keys, actions, width } = props;
  const { listed, infoOf, words } = props.model;
  const { screen } = words;
  const { rows: shown, albums, found } = listed.at(props.state.get());
  const state = clampCursor(props.state.get(), shown.length);
  const { album, filter } = state;
  const total = listed.entries.length;
  const albumKeys = keys.length > 0 ? [...screen.albumKeys, ...keys.slice(1)] : keys;
  // The longest ones: rows must not move with each key.
  const keyLines = partLines(listed.has(null) ? albumKeys : keys, width).length;
  const statusLines = partLines([
    screen.found(total, total),
    ...listed.has(null) ? [screen.albums(total)] : [],
    screen.page(total, total),
    widestOf([total, total - 1].map((unknown) => screen.chosen(total, bytesText(MANY_BYTES, words), unknown))),
    screen.sortedBy(widestOf(Object.values(screen.sorts))),
  ], width).length;
  const rows = Math.max(1, props.rows - keyLines - 2 - statusLines); // The filter and the titles need lines too.
  const { from, page, pages } = pageOf(state, shown.length, rows);
  const onPage = shown.slice(from, from + rows);
  const press = (input: string, key: Partial<Key>): void => {
    // The last key may not be drawn yet.
    const { rows: shown } = listed.at(props.state.get());
    const state = clampCursor(props.state.get(), shown.length);
    const isAlbum = shown[state.cursor] instanceof Album;
    if ((key.return && !isAlbum) || (key.ctrl && input === "d")) return actions.fetch(selectedImages(state, listed));
    if (key.tab) return look(state);
    if (key.ctrl && input === "r") return actions.again();
    if (key.escape && state.filter === "" && state.album === "") return actions.back();
    props.state.set(applyKey(state, input, key, listed, rows));
  };
  /** Shows the pictures from the line under the cursor on, or those of the album there. */
  const look = (state: ListState): void => {
    const { rows: shown } = listed.at(state);
    const row = shown.at(state.cursor);
    if (row instanceof Album) return void actions.look(row.entries.map(({ image }) => image), 0);
    const images = imagesOf(shown);
    const first = shown.length - images.length;
    if (!row) return;
    void actions.look(images, state.cursor - first).then((at) =>
      props.state.set({ ...props.state.get(), cursor: first + at })
    );
  };
  useInput((input, key) => {
    // Keys pressed quickly, or on a slow line, arrive together.
    const typed = input.slice(0, MAX_TYPED);
    const text = typed.replace(/[\r\n]+$/, "");
    if (/^ +$/.test(text)) [...text].forEach((blank) => press(blank, key));
    else press(text, key);
    if (text !== "" && text !== typed) press("", { return: true });
  });
  const [titles, ...lines] = entryLines(onPage, state, { from, infoOf, words, width });
  const { bytes, unknown } = listed.bytes(state.chosen, props.model.known);
  const status = [
    screen.found(found, total),
    ...albums > 0 ? [screen.albums(albums)] : [],
    ...pages > 1 ? [screen.page(page, pages)] : [],
    ...state.chosen.size > 0 ? [screen.chosen(state.chosen.size, bytesText(bytes, words), unknown)] : [],
    screen.sortedBy(screen.sorts[state.sort]),
  ];
  const place = album === null ? screen.everything : visible(album);
  const title = album === "" ? screen.filter : screen.filterIn(cutPath(place, Math.floor(width / 2)));
  return (
    <>
      <Text wrap="truncate">
        {`${title} ${visible(filter)}▏`}
        {filter === "" && <Text dimColor>{screen.typeToFilter}</Text>}
      </Text>
      <Text bold wrap="truncate">{titles}</Text>
      {shown.length === 0 && <Text wrap="truncate">{screen.noneFound(visible(filter))}</Text>}
      {lines.map((line, i) => (
        <Text key={keyOf(onPage[i])} wrap="truncate" inverse={from + i === state.cursor}>{line}</Text>
      ))}
      <Text wrap="truncate">{partLines(status, width).join("\n")}</Text>
      <Keys keys={shown[state.cursor] instanceof Album ? albumKeys : keys} width={width} />
    </>
  );
}

function imagesOf(rows: readonly ListRow[]): ListedImage[] {
  return rows.flatMap((row) => row instanceof Album ? [] : [row.image]);
}

function keyOf(row: ListRow): string {
  if (row instanceof Album) return row.path === null ? "" : `${row.path}/`;
  return row.image.md5;
}

function widestOf(texts: readonly string[]): string {
  return texts.reduce((widest, text) => text.length > widest.length ? text : widest, "");
}
