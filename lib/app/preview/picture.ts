/** A decoded image, and how large it is to be for a place in the terminal. */
import type { Graphics } from "./graphics.ts";

/** A decoded image. */
export interface Picture {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Red, green, blue and opacity of each pixel, row by row: four bytes each. */
  readonly rgba: Uint8Array;
}

/** A place in the terminal, in cells. */
export interface Room {
  /** Cells in a row. */
  readonly columns: number;
  /** Rows of cells. */
  readonly rows: number;
}

/** How large a picture may be, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** How wide a pixel is when it is shown, compared with its height. */
  readonly aspect: number;
}

/** Most pixels on each side: xterm shows no larger sixels, and four million bytes are enough for a preview. */
const MAX_SIDE = 1_000;

/** More cells than any screen has, of which none is smaller than a few pixels. */
const MAX_CELLS = 1_000;

export function frameOf({ kind, cell }: Graphics, room: Room): Frame {
  const [columns, rows] = [room.columns, room.rows].map((it) => Math.min(MAX_CELLS, Math.max(1, Math.floor(it) || 1)));
  if (kind === "blocks") return { width: columns, height: rows * 2, aspect: cell.width / (cell.height / 2) };
  const [width, height] = [columns * cell.width, rows * cell.height].map((it) => Math.min(MAX_SIDE, it));
  return { width, height, aspect: 1 };
}

/**
 * The pixels of an image of this size when it fits in a frame. Its proportions stay.
 *
 * @param enlarge How many times as large it may become.
 */
export function fit(
  size: { readonly width: number; readonly height: number },
  frame: Frame,
  enlarge = 1,
): { width: number; height: number } {
  const scale = Math.min(enlarge, frame.width * frame.aspect / size.width, frame.height / size.height);
  return {
    width: Math.min(frame.width, Math.max(1, Math.round(size.width * scale / frame.aspect))),
    height: Math.min(frame.height, Math.max(1, Math.round(size.height * scale))),
  };
}

export function cellsOf({ width, height }: Picture, { kind, cell }: Graphics): Room {
  if (kind === "blocks") return { columns: width, rows: Math.ceil(height / 2) };
  return { columns: Math.ceil(width / cell.width), rows: Math.ceil(height / cell.height) };
}
