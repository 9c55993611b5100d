/** Albums and images of the list as lines of one width. Pure. */
import type { Words } from "../../../words/en/words.ts";
import { cut, cutName, pad, widest } from "../../../words/layout.ts";
import { bytesText, dateText } from "../../../words/sentence.ts";
import { visible } from "../../../words/visible.ts";
import { shownNetworks } from "../../output/list_table.ts";
import { Album } from "./album.ts";
import type { InfoOf } from "./list_entries.ts";
import type { ListRow } from "./list_rows.ts";
import type { ListState } from "./list_state.ts";

/** The fewest columns with room for a note beside a name, and wide gaps. */
const WIDE = 60;

/** The most columns for the networks of an image, and their largest part of the width: names need the rest. */
const MAX_NETWORKS = { columns: 24, part: 1 / 4 };

/** The mark before a line, by how many of its images are chosen. */
const MARKS = { here: "   ", none: "[ ]", some: "[-]", all: "[x]" };

/** A line of titles, and one for each of `rows`, which begin with number `from` of those shown. */
export function entryLines(
  rows: readonly ListRow[],
  { cursor, chosen, album, sort }: ListState,
  { from, infoOf, words, width }: {
    readonly from: number;
    readonly infoOf: InfoOf;
    readonly words: Words;
    readonly width: number;
  },
): string[] {
  const { screen, client: { columns } } = words;
  const isWide = width >= WIDE;
  const isDated = sort === "date";
  const hasNetworks = isWide && rows.some((row) => !(row instanceof Album) && shownNetworks(row.image) !== "");
  const networksWidth = Math.min(MAX_NETWORKS.columns, Math.floor(width * MAX_NETWORKS.part));
  const hasSize = isWide || !isDated; // A narrow window has room for only one.
  const notes = isWide ? screen.own : screen.ownShort;
  /** The path of the current album, which is not repeated. */
  const begin = album ? visible(album).length + 1 : 0;
  const cells = (row: ListRow): { chosen: keyof typeof MARKS; cells: string[]; name: string; note: string } => {
    const info = row instanceof Album ? undefined : infoOf(row.image);
    const size = row instanceof Album ? row.bytes(infoOf) : info?.size;
    const about = [
      ...hasSize ? [size === undefined ? "" : bytesText(size, words)] : [],
      ...isDated ? [dateText(row instanceof Album ? row.newest(infoOf) : info?.taken ?? 0)] : [],
    ];
    if (row instanceof Album) {
      const name = row.path === null ? screen.everything : row.name.slice(begin);
      const note = isWide ? screen.images(row.count) : row.count.toLocaleString(words.tag);
      return { chosen: row.chosen(chosen), cells: ["", "", ...hasNetworks ? [""] : [], ...about], name, note };
    }
    const { index, image: { md5, peers }, own } = row;
    return {
      chosen: own !== "no" ? "here" : chosen.has(md5) ? "all" : "none",
      cells: [
        index.toLocaleString(words.tag),
        peers.length.toLocaleString(words.tag),
        ...hasNetworks ? [cutName(shownNetworks(row.image), networksWidth)] : [],
        ...about,
      ],
      name: row.name.slice(begin),
      note: own === "no" ? "" : notes[own],
    };
  };
  const lines = rows.map(cells);
  const headings = [
    columns.index,
    columns.peers,
    ...hasNetworks ? [columns.network] : [],
    ...hasSize ? [columns.size] : [],
    ...isDated ? [columns.taken] : [],
  ];
  const titles = headings.map((it) => isWide ? it : cut(it, 6));
  const widths = titles.map((title, i) => widest([title, ...lines.map(({ cells }) => cells[i])]));
  const gap = isWide ? "  " : " ";
  const noteWidth = widest(lines.map(({ note }) => note));
  const left = 5 + widths.reduce((sum, one) => sum + one + gap.length, 0) + gap.length;
  const nameWidth = Math.max(4, width - left - (noteWidth > 0 ? noteWidth + gap.length : 0));
  const line = (mark: string, cells: readonly string[], name: string, note: string): string => {
    const shown = cutName(name, nameWidth);
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
