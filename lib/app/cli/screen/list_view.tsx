/**
 * The list of all images: filtered by typing, sorted, in pages, several chosen at once.
 *
 * @module
 */
import { type Key, Text, useInput } from "ink";
import { type ReactNode, useEffect, useMemo } from "react";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { visible } from "../../words/visible.ts";
import { type Entry, foundEntries, sortedEntries } from "./entries.ts";
import { meant, pageOf, pressed, within } from "./list_state.ts";
import type { ListState } from "./list_state.ts";
import type { Now } from "./live.ts";
import { Keys, partLines } from "./parts.tsx";
import { entryLines } from "./table.ts";

/** What the list does. */
export interface ListActions {
  /** Fetches images. */
  fetch(images: readonly ListedImage[]): void;
  /** Shows pictures, from the one with index `at` on. */
  look(images: readonly ListedImage[], at: number): void;
  /** Asks the tracker again. */
  again(): void;
  back(): void;
}

/** More characters than these in one piece were pasted by mistake: no name is so long. */
const MAX_TYPED = 1_000;

/** Shows a list within `rows` lines of `width` columns. */
export function ListView(props: {
  readonly entries: readonly Entry[];
  /** Which keys do what. */
  readonly keys: readonly string[];
  /** Where the user is in it: it is remembered when they come back. */
  readonly state: Now<ListState>;
  readonly sizeOf: (image: ListedImage) => number | undefined;
  /** Told which images are on the screen. */
  readonly onShown: (images: readonly ListedImage[]) => void;
  readonly actions: ListActions;
  readonly words: Words;
  readonly width: number;
  readonly rows: number;
}): ReactNode {
  const { entries, keys, sizeOf, onShown, actions, words, width } = props;
  const { screen } = words;
  const { filter, sort } = props.state.now();
  // Sizes that come while one looks move nothing: the list is sorted again when one asks for it.
  const sorted = useMemo(() => sortedEntries(entries, sort, sizeOf, words.tag), [entries, sort]);
  const shown = useMemo(() => foundEntries(sorted, filter), [sorted, filter]);
  const state = within(props.state.now(), shown.length);
  const keyLines = partLines(keys, width).length;
  // The longest that how it all stands may be: rows must not jump with each key.
  const standingLines = partLines([
    screen.found(entries.length, entries.length),
    screen.page(entries.length, entries.length),
    screen.chosen(entries.length),
    screen.sortedBy(widestOf(Object.values(screen.sorts))),
  ], width).length;
  const rows = Math.max(1, props.rows - keyLines - 2 - standingLines); // The filter and the titles too.
  const { from, page, pages } = pageOf(state, shown.length, rows);
  const onPage = shown.slice(from, from + rows);
  useEffect(() => onShown(onPage.map(({ image }) => image)), [shown, from, rows]);
  const press = (input: string, key: Partial<Key>): void => {
    // What was typed a moment ago may not be drawn yet.
    const now = props.state.now();
    const list = now.sort !== sort
      ? foundEntries(sortedEntries(entries, now.sort, sizeOf, words.tag), now.filter)
      : now.filter !== filter
      ? foundEntries(sorted, now.filter)
      : shown;
    const state = within(now, list.length);
    if (key.return) return actions.fetch(meant(state, entries, list));
    if (key.tab) return list.length > 0 ? actions.look(list.map(({ image }) => image), state.cursor) : undefined;
    if (key.ctrl && input === "r") return actions.again();
    if (key.escape && state.filter === "") return actions.back();
    props.state.set(pressed(state, input, key, list, rows));
  };
  useInput((input, key) => {
    // Keys that are pressed quickly, or far away, come in one piece.
    const typed = input.slice(0, MAX_TYPED);
    const text = typed.replace(/[\r\n]+$/, "");
    if (/^ +$/.test(text)) [...text].forEach((blank) => press(blank, key));
    else press(text, key);
    if (text !== "" && text !== typed) press("", { return: true });
  });
  const [titles, ...lines] = entryLines(onPage, state, { from, sizeOf, words, width });
  const standing = [
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
      <Text wrap="truncate">{partLines(standing, width).join("\n")}</Text>
      <Keys keys={keys} width={width} />
    </>
  );
}

function widestOf(texts: readonly string[]): string {
  return texts.reduce((widest, text) => text.length > widest.length ? text : widest, "");
}
