/**
 * The menu of the specification, by number and by arrow keys.
 *
 * @module
 */
import { Text, useInput } from "ink";
import type { ReactNode } from "react";
import { Keys } from "./parts.tsx";

/** One entry: what it is called, and what it does. */
export interface MenuItem {
  readonly label: string;
  readonly act: () => void;
}

/** Shows entries; a digit or the first letters of one move to it, Enter does it. */
export function MenuView(props: {
  readonly items: readonly MenuItem[];
  readonly keys: readonly string[];
  readonly width: number;
  /** The entry under the cursor, from 0 on. */
  readonly at: number;
  readonly setCursor: (change: (at: number) => number) => void;
  /** What Escape does. */
  readonly onEscape: () => void;
}): ReactNode {
  const { items, keys, width, at, setCursor, onEscape } = props;
  const cursor = Math.min(at, items.length - 1); // The last one may have gone.
  useInput((input, key) => {
    if (key.return) return items[cursor].act();
    if (key.escape) return onEscape();
    if (key.upArrow) return setCursor((at) => (Math.min(at, items.length - 1) + items.length - 1) % items.length);
    if (key.downArrow) return setCursor((at) => (Math.min(at, items.length - 1) + 1) % items.length);
    if (key.ctrl || key.meta || input === "") return;
    // “2” and Enter may come in one piece, from a program or a slow line.
    const typed = input.trim().toLowerCase();
    const chosen = /^\d/.test(typed) ? Number(typed[0]) - 1 : items.findIndex((it) => it.label.startsWith(typed));
    if (typed === "" || !items[chosen]) return;
    setCursor(() => chosen);
    if (/[\r\n]$/.test(input)) items[chosen].act();
  });
  return (
    <>
      {items.map(({ label }, i) => (
        <Text key={label} wrap="truncate" inverse={i === cursor}>
          {`${i === cursor ? "›" : " "} ${i + 1} ${label} `}
        </Text>
      ))}
      <Keys keys={keys} width={width} />
    </>
  );
}
