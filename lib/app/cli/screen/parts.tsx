/** Small parts of the screen: header, keys, bar, and lines made of parts. */
import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { widest, wrap } from "../../words/layout.ts";

const SEPARATOR = " · ";

/** Parts in lines of at most `width` columns; only parts longer than a line are broken. */
export function partLines(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length > 0 ? `${lines.at(-1)}${SEPARATOR}${part}` : part;
    if (lines.length > 0 && widest([longer]) <= width) lines[lines.length - 1] = longer;
    else for (const line of widest([part]) <= width ? [part] : wrap(part.split(" "), width)) lines.push(line);
  }
  return lines;
}

export function Keys({ keys, width }: { readonly keys: readonly string[]; readonly width: number }): ReactNode {
  return keys.length > 0 && <Text dimColor>{partLines(keys, width).join("\n")}</Text>;
}

export function Header({ lines }: { readonly lines: readonly string[] }): ReactNode {
  const [first, ...more] = lines;
  return (
    <Box flexDirection="column">
      {first && <Text bold wrap="truncate">{first}</Text>}
      {more.map((line) => <Text key={line} wrap="truncate">{line}</Text>)}
    </Box>
  );
}

/** A bar of `columns` columns, filled by `share`, from 0 to 1. */
export function bar(share: number, columns: number): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * columns);
  return "█".repeat(full) + "░".repeat(columns - full);
}
