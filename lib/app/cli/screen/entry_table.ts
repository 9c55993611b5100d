/** Albums and images of the list as lines of one width. Pure. */
import type { Words } from "../../words/en/words.ts";
import { cut, cutPath, pad, widest } from "../../words/layout.ts";
import { bytesText } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import { Album } from "./album.ts";
import type { ListRow, ListRows } from "./list_rows.ts";
import type { ListState } from "./list_state.ts";

/** The fewest columns with room for a note beside a name, and wide gaps. */
const WIDE = 60;

/** The mark before a line, by how many of its images are chosen. */
const MARKS = { here: "   ", none: "[ ]", some: "[-]", all: "[x]" };

/** A line of titles, and one for each of `rows`, which begin with number `from` of those shown. */
export function entryLines(
  rows: readonly ListRow[],
  { cursor, chosen, album }: ListState,
  { from, sizeOf, words, width }: {
    readonly from: number;
    readonly sizeOf: ListRows["sizeOf"];
    readonly words: Words;
    readonly width: number;
  },
): string[] {
  const { screen, client: { columns } } = words;
  const isWide = width >= WIDE;
  const notes = isWide ? screen.own : screen.ownShort;
  /** The path of the current album, which is not repeated. */
  const begin = album ? visible(album).length + 1 : 0;
  const cells = (row: ListRow): { chosen: keyof typeof MARKS; cells: string[]; name: string; note: string } => {
    const size = row instanceof Album ? row.bytes(sizeOf) : sizeOf(row.image);
    const sizeText = size === undefined ? "" : bytesText(size, words);
    if (row instanceof Album) {
      const name = row.path === null ? screen.everything : row.name.slice(begin);
      const note = isWide ? screen.images(row.count) : row.count.toLocaleString(words.tag);
      return { chosen: row.chosen(chosen), cells: ["", "", sizeText], name, note };
    }
    const { index, image: { md5, peers }, own } = row;
    return {
      chosen: own !== "no" ? "here" : chosen.has(md5) ? "all" : "none",
      cells: [index.toLocaleString(words.tag), peers.length.toLocaleString(words.tag), sizeText],
      name: row.name.slice(begin),
      note: own === "no" ? "" : notes[own],
    };
  };
  const lines = rows.map(cells);
  const titles = [columns.index, columns.peers, screen.size].map((it) => isWide ? it : cut(it, 6));
  const widths = titles.map((title, i) => widest([title, ...lines.map(({ cells }) => cells[i])]));
  const gap = isWide ? "  " : " ";
  const noteWidth = widest(lines.map(({ note }) => note));
  const left = 5 + widths.reduce((sum, one) => sum + one + gap.length, 0) + gap.length;
  const nameWidth = Math.max(4, width - left - (noteWidth > 0 ? noteWidth + gap.length : 0));
  const line = (mark: string, cells: readonly string[], name: string, note: string): string => {
    const shown = (name.includes("/") ? cutPath : cut)(name, nameWidth);
    return [mark, ...cells.map((cell, i) => pad(cell, widths[i], "left")), pad(shown, nameWidth), note]
      .join(gap).trimEnd();
  };
  return [
    line("     ", titles, columns.name, ""),
    ...lines.map(({ chosen, cells, name, note }, i) =>
      line(`${from + i === cursor ? "›" : " "} ${MARKS[chosen]}`, cells, name, note)
    ),
  ];
}
