/** The list of all images: filtered by typing, sorted, in pages, several chosen at once. */
import { type Key, Text, useInput } from "ink";
import { type ReactNode, useEffect, useMemo } from "react";
import type { ListedImage } from "../../../protocol/image.ts";
import { visible } from "../../words/visible.ts";
import { filterEntries, sortEntries } from "./list_entries.ts";
import { applyKey, clampCursor, type ListState, pageOf, selectedImages } from "./list_state.ts";
import type { LatestState } from "./hooks.ts";
import { Keys, partLines } from "./parts.tsx";
import { entryLines } from "./entry_table.ts";
import type { ScreenModel } from "./screen_model.ts";

export interface ListActions {
  fetch(images: readonly ListedImage[]): void;
  /** Shows pictures, from the one with index `at` on. */
  look(images: readonly ListedImage[], at: number): void;
  /** Requests the list again. */
  again(): void;
  back(): void;
}

/** Most characters that are read at once: more were pasted by mistake. */
const MAX_TYPED = 1_000;

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
  const { entries, sizeOf, words } = props.model;
  const { screen } = words;
  const { filter, sort } = props.state.get();
  // Sizes that arrive later move nothing: the list is sorted again when the user asks for it.
  const sorted = useMemo(() => sortEntries(entries, sort, sizeOf, words.tag), [entries, sort]);
  const shown = useMemo(() => filterEntries(sorted, filter), [sorted, filter]);
  const state = clampCursor(props.state.get(), shown.length);
  const keyLines = partLines(keys, width).length;
  // At the longest: rows must not jump with each key.
  const statusLines = partLines([
    screen.found(entries.length, entries.length),
    screen.page(entries.length, entries.length),
    screen.chosen(entries.length),
    screen.sortedBy(widestOf(Object.values(screen.sorts))),
  ], width).length;
  const rows = Math.max(1, props.rows - keyLines - 2 - statusLines); // The filter and the titles too.
  const { from, page, pages } = pageOf(state, shown.length, rows);
  const onPage = shown.slice(from, from + rows);
  useEffect(() => props.model.requestSizes(onPage.map(({ image }) => image)), [shown, from, rows]);
  const press = (input: string, key: Partial<Key>): void => {
    // The last key may not be drawn yet.
    const now = props.state.get();
    const inOrder = now.sort === sort ? sorted : sortEntries(entries, now.sort, sizeOf, words.tag);
    const list = inOrder === sorted && now.filter === filter ? shown : filterEntries(inOrder, now.filter);
    const state = clampCursor(now, list.length);
    if (key.return) return actions.fetch(selectedImages(state, entries, list));
    if (key.tab) return list.length > 0 ? actions.look(list.map(({ image }) => image), state.cursor) : undefined;
    if (key.ctrl && input === "r") return actions.again();
    if (key.escape && state.filter === "") return actions.back();
    props.state.set(applyKey(state, input, key, list, rows));
  };
  useInput((input, key) => {
    // Keys that are pressed quickly, or on a slow line, come in one piece.
    const typed = input.slice(0, MAX_TYPED);
    const text = typed.replace(/[\r\n]+$/, "");
    if (/^ +$/.test(text)) [...text].forEach((blank) => press(blank, key));
    else press(text, key);
    if (text !== "" && text !== typed) press("", { return: true });
  });
  const [titles, ...lines] = entryLines(onPage, state, { from, sizeOf, words, width });
  const status = [
    screen.found(shown.length, entries.length),
    ...pages > 1 ? [screen.page(page, pages)] : [],
    ...state.chosen.size > 0 ? [screen.chosen(state.chosen.size)] : [],
    screen.sortedBy(screen.sorts[sort]),
  ];
  return (
    <>
      <Text wrap="truncate">
        {`${screen.filter} ${visible(filter)}▏`}
        {filter === "" && <Text dimColor>{screen.typeToFilter}</Text>}
      </Text>
      <Text bold wrap="truncate">{titles}</Text>
      {shown.length === 0 && <Text wrap="truncate">{screen.noneFound(visible(filter))}</Text>}
      {lines.map((line, i) => (
        <Text key={onPage[i].image.md5} wrap="truncate" inverse={from + i === state.cursor}>{line}</Text>
      ))}
      <Text wrap="truncate">{partLines(status, width).join("\n")}</Text>
      <Keys keys={keys} width={width} />
    </>
  );
}

function widestOf(texts: readonly string[]): string {
  return texts.reduce((widest, text) => text.length > widest.length ? text : widest, "");
}
