/** The sharing view: switches, albums and images, each shared or not. */
import { type Key, Text, useInput } from "ink";
import type { ReactNode } from "react";
import { visible } from "../../words/visible.ts";
import { useLatestState } from "./hooks.ts";
import { Keys, partLines } from "./parts.tsx";
import type { ScreenModel } from "./screen_model.ts";
import { filterSharing, sharingLine } from "./sharing_entries.ts";

/** The longest filter, in characters. */
const MAX_FILTER = 60;

/** Shows what is shared within `rows` lines of `width` columns. */
export function SharingView({ model, back, width, rows }: {
  readonly model: ScreenModel;
  readonly back: () => void;
  readonly width: number;
  readonly rows: number;
}): ReactNode {
  const { words } = model;
  const { screen } = words;
  const state = useLatestState({ filter: "", cursor: 0 });
  const { filter } = state.get();
  const shown = filterSharing(model.sharing, filter);
  const keyLines = partLines(screen.sharing.keys, width).length;
  const perPage = Math.max(1, rows - keyLines - 1); // The filter is a line too.
  const clamped = (cursor: number, count: number): number => Math.max(0, Math.min(cursor, count - 1));
  const press = (input: string, key: Partial<Key>): void => {
    const { filter, cursor } = state.get();
    const list = filterSharing(model.sharing, filter);
    const to = (at: number): void => state.set({ filter, cursor: clamped(at, list.length) });
    const filterBy = (text: string): void => state.set({ filter: text, cursor: 0 });
    if (key.return || input === " ") return list[cursor] && model.switchSharing(list[cursor]);
    if (key.upArrow) return to(cursor - 1);
    if (key.downArrow) return to(cursor + 1);
    if (key.pageUp) return to(cursor - perPage);
    if (key.pageDown) return to(cursor + perPage);
    if (key.home) return to(0);
    if (key.end) return to(list.length - 1);
    if (key.escape) return filter === "" ? back() : filterBy("");
    if (key.backspace || key.delete) return filterBy([...filter].slice(0, -1).join(""));
    if (key.ctrl || key.meta) return;
    const typed = input.replace(/\p{C}/gu, "");
    if (typed !== "") filterBy([...filter + typed].slice(0, MAX_FILTER).join(""));
  };
  useInput((input, key) => {
    // Keys that are pressed quickly come in one piece.
    const [, text, blanks, end] = /^(.*?)( *)([\r\n]*)$/s.exec(input)!;
    if (input === "" || text !== "" || end === input) press(text, key);
    for (const blank of blanks) press(blank, {});
    if (end !== "" && end !== input) press("", { return: true });
  });
  const cursor = clamped(state.get().cursor, shown.length);
  const from = Math.floor(cursor / perPage) * perPage;
  return (
    <>
      <Text wrap="truncate">
        {`${screen.filter} ${visible(filter)}▏`}
        {filter === "" && <Text dimColor>{screen.sharing.typeToFilter}</Text>}
      </Text>
      {shown.length === 0 && <Text wrap="truncate">{words.client.choices.unknown(visible(filter))}</Text>}
      {shown.slice(from, from + perPage).map((entry, i) => (
        <Text key={from + i} wrap="truncate" inverse={from + i === cursor}>
          {`${from + i === cursor ? "›" : " "} ${sharingLine(entry, words)}`}
        </Text>
      ))}
      <Keys keys={screen.sharing.keys} width={width} />
    </>
  );
}
