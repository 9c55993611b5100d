/** The menu, by number and by arrow keys. */
import { Text, useInput } from "ink";
import { type ReactNode, useRef } from "react";
import type { LatestState } from "./hooks.ts";
import { Keys } from "./parts.tsx";

/** Shows entries; a number or an initial letter selects one, Enter runs it. */
export function MenuView({ items, keys, width, cursor }: {
  readonly items: readonly { readonly label: string; readonly act: () => void }[];
  readonly keys: readonly string[];
  readonly width: number;
  /** The index of the entry under the cursor. */
  readonly cursor: LatestState<number>;
}): ReactNode {
  // The last entries, such as “resume”, may be gone, and the one before them would quit.
  const at = (): number => cursor.get() < items.length ? cursor.get() : 0;
  const digits = useRef(""); // Of a number of two digits, they may come one by one.
  useInput((input, key) => {
    if (key.return || key.upArrow || key.downArrow) digits.current = "";
    if (key.return) return items[at()].act();
    if (key.upArrow) return cursor.set((at() + items.length - 1) % items.length);
    if (key.downArrow) return cursor.set((at() + 1) % items.length);
    const typed = input.trim().toLowerCase();
    if (key.ctrl || key.meta || typed === "") return;
    const [typedDigits = ""] = /^\d+/.exec(typed) ?? [];
    const all = digits.current + typedDigits;
    digits.current = Number(all) > items.length ? typedDigits : all;
    if (typedDigits === "") digits.current = "";
    const chosen = typedDigits === ""
      ? items.findIndex((it) => it.label.startsWith(typed))
      : Number(digits.current) - 1;
    if (!items[chosen]) return;
    cursor.set(chosen);
    if (!/[\r\n]$/.test(input)) return;
    digits.current = "";
    items[chosen].act(); // “2” and Enter arrived together.
  });
  return (
    <>
      {items.map(({ label }, i) => (
        <Text key={label} wrap="truncate" inverse={i === at()}>
          {`${i === at() ? "›" : " "} ${i + 1} ${label} `}
        </Text>
      ))}
      <Keys keys={keys} width={width} />
    </>
  );
}
