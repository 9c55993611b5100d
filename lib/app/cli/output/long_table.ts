/** A list of images with their properties, one line each. */
import type { Words } from "../../words/en/words.ts";
import { cutPath, pad, widest } from "../../words/layout.ts";
import { bytesText, dateText } from "../../words/sentence.ts";
import { visible } from "../../words/visible.ts";
import type { InfoOf } from "../screen/list/list_entries.ts";
import { type NumberedImage, shownNetworks } from "./list_table.ts";

/** The fewest columns of a name; with fewer, the last columns before it are left out. */
const MIN_NAME = 16;

const GAP = "  ";

/** A line of titles and one for each image, at most `width` columns. */
export function longLines(images: readonly NumberedImage[], infoOf: InfoOf, words: Words, width: number): string[] {
  const { columns } = words.client;
  const { network, size, pixels, type, taken, modified } = columns;
  const hasNetworks = images.some(({ image }) => shownNetworks(image) !== "");
  const rows = images.map(({ index, image }) => {
    const info = infoOf(image);
    const about = info && [
      bytesText(info.size, words),
      info.width > 0 ? `${info.width}×${info.height}` : "",
      info.mime.replace("image/", ""),
      dateText(info.taken),
      dateText(info.modified),
    ];
    return {
      cells: [`${index ?? ""}`, `${image.peers.length}`, shownNetworks(image), ...about ?? ["", "", "", "", ""]],
      name: visible(image.name),
    };
  });
  const all = [
    { cells: [columns.index, columns.peers, network, size, pixels, type, taken, modified], name: columns.name },
    ...rows,
  ].map(({ cells, name }) => ({ cells: hasNetworks ? cells : cells.toSpliced(2, 1), name }));
  const widths = all[0].cells.map((_, i) => widest(all.map(({ cells }) => cells[i])));
  const nameWidth = (): number => width - widths.reduce((sum, one) => sum + one + GAP.length, 0);
  while (nameWidth() < MIN_NAME && widths.length > 1) widths.pop();
  return all.map(({ cells, name }) => {
    const padded = widths.map((width, i) => pad(cells[i], width, "left"));
    return [...padded, cutPath(name, nameWidth())].join(GAP);
  });
}
