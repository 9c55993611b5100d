/** Entries of the list as lines of one width. Pure. */
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { cut, pad, widest } from "../../words/layout.ts";
import { bytesText } from "../../words/sentence.ts";
import type { Entry } from "./list_entries.ts";
import type { ListState } from "./list_state.ts";

/** The fewest columns with room for a note beside a name, and wide gaps. */
const WIDE = 60;

/** A line of titles, and one for each of `entries`, which begin with number `from` of those shown. */
export function entryLines(
  entries: readonly Entry[],
  { cursor, chosen }: ListState,
  { from, sizeOf, words, width }: {
    readonly from: number;
    readonly sizeOf: (image: ListedImage) => number | undefined;
    readonly words: Words;
    readonly width: number;
  },
): string[] {
  const { screen, client: { columns } } = words;
  const isWide = width >= WIDE;
  const notes = isWide ? screen.own : screen.ownShort;
  const rows = entries.map((entry, i) => {
    const size = sizeOf(entry.image);
    const mark = entry.own !== "no" ? "   " : chosen.has(entry.image.md5) ? "[x]" : "[ ]";
    return {
      mark: `${from + i === cursor ? "›" : " "} ${mark}`,
      cells: [
        entry.index.toLocaleString(words.tag),
        entry.image.peers.length.toLocaleString(words.tag),
        size === undefined ? "" : bytesText(size, words),
      ],
      name: entry.name,
      own: entry.own === "no" ? "" : notes[entry.own],
    };
  });
  const titles = [columns.index, columns.peers, screen.size].map((it) => isWide ? it : cut(it, 6));
  const widths = titles.map((title, i) => widest([title, ...rows.map(({ cells }) => cells[i])]));
  const gap = isWide ? "  " : " ";
  const ownWidth = widest(rows.map(({ own }) => own));
  const left = 5 + widths.reduce((sum, one) => sum + one + gap.length, 0) + gap.length;
  const nameWidth = Math.max(4, width - left - (ownWidth > 0 ? ownWidth + gap.length : 0));
  const line = (mark: string, cells: readonly string[], name: string, own: string): string =>
    [mark, ...cells.map((cell, i) => pad(cell, widths[i], "left")), pad(cut(name, nameWidth), nameWidth), own]
      .join(gap).trimEnd();
  return [
    line("     ", titles, columns.name, ""),
    ...rows.map(({ mark, cells, name, own }) => line(mark, cells, name, own)),
  ];
}
