/** Where the arrow keys lead in rows of pictures. */
import { rowAt, type RowLayout, tileRatio } from "./rows.ts";

/** The place to which a key (`KeyboardEvent.key`) leads from another, among at least one picture; `null` for other keys. */
export function moved(key: string, place: number, layout: RowLayout, rowsPerPage: number): number | null {
  const count = layout.starts[layout.starts.length - 1];
  const rows: Readonly<Record<string, number>> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -rowsPerPage,
    PageDown: rowsPerPage,
  };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === "ArrowLeft") return Math.max(0, place - 1);
  if (key === "ArrowRight") return Math.min(count - 1, place + 1);
  return Object.hasOwn(rows, key) ? vertically(rows[key], place, layout) : null;
}

/** The picture so many rows further whose middle is nearest. */
function vertically(by: number, place: number, layout: RowLayout): number {
  const row = rowAt(layout, place);
  const target = Math.min(layout.heights.length - 1, Math.max(0, row + by));
  if (target === row) return place;
  const middle = middles(row, layout)[place - layout.starts[row]];
  const others = middles(target, layout).map((it) => Math.abs(it - middle));
  return layout.starts[target] + others.reduce((best, it, i) => it < others[best] ? i : best, 0);
}

function middles(row: number, { starts, heights, ratios }: RowLayout): number[] {
  let left = 0;
  return Array.from({ length: starts[row + 1] - starts[row] }, (_, i) => {
    const width = tileRatio(ratios[starts[row] + i]) * heights[row];
    left += width;
    return left - width / 2;
  });
}
