/** Pictures in rows that fill the width, each row as high as its pictures then are. */

export interface RowLayout {
  /** The shapes of the pictures by which they are laid out, width by height; 0 if unknown. */
  readonly ratios: readonly number[];
  /** The place of each row's first picture in the view, and after them the number of pictures. */
  readonly starts: readonly number[];
  /** The height of each row's pictures, in pixels. */
  readonly heights: readonly number[];
}

/** Wider and narrower pictures get a tile of this shape; they are shown whole in it. */
const [MIN_RATIO, MAX_RATIO] = [0.62, 3.5];

/** The shape of a picture whose size is unknown. */
const DEFAULT_RATIO = 4 / 3;

/** Width by height of a picture's tile; 0 stands for an unknown ratio. */
export function tileRatio(ratio: number): number {
  return Math.min(MAX_RATIO, Math.max(MIN_RATIO, ratio || DEFAULT_RATIO));
}

export interface RowOptions {
  readonly width: number;
  /** How high rows are, about. */
  readonly target: number;
  readonly gap: number;
}

/**
 * Lays out pictures of these shapes in rows that fill the width. A row starts at `anchor`, so that the rows from there on stay
 * as they are when pictures before them come and go: then the first row is the one that may not be full.
 */
export function layOut(ratios: readonly number[], options: RowOptions, anchor = 0): RowLayout {
  const before = fill(anchor, (i) => ratios[anchor - 1 - i], options);
  const after = fill(ratios.length - anchor, (i) => ratios[anchor + i], options);
  return {
    ratios,
    starts: [...before.ends.map((end) => anchor - end).reverse(), anchor, ...after.ends.map((end) => anchor + end)]
      .filter((it, i, all) => i === 0 || it !== all[i - 1]),
    heights: [...before.heights.reverse(), ...after.heights],
  };
}

/** Rows one after another: where each ends, and its height. The last one need not be full. */
function fill(
  count: number,
  ratioAt: (i: number) => number,
  { width, target, gap }: RowOptions,
): { ends: number[]; heights: number[] } {
  const [ends, heights]: number[][] = [[], []];
  let [start, sum] = [0, 0];
  for (let i = 0; i < count; i++) {
    sum += tileRatio(ratioAt(i));
    const room = width - gap * (i - start);
    if (sum * target < room) continue;
    ends.push(i + 1);
    heights.push(Math.max(1, room / sum));
    [start, sum] = [i + 1, 0];
  }
  if (start < count) {
    ends.push(count);
    heights.push(target);
  }
  return { ends, heights };
}

/** The row of the picture at this place. */
export function rowAt({ starts }: RowLayout, place: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
