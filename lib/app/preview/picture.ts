/** A decoded image, and its size in the terminal. */
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

/** The room for a picture, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** The width of a shown pixel, relative to its height. */
  readonly aspect: number;
}

/** The most pixels on each side: xterm shows no larger sixels, and four million bytes are enough for a preview. */
const MAX_SIDE = 1_000;

/** The most cells on each side: no screen has more. */
const MAX_CELLS = 1_000;

export function frameOf({ kind, cell }: Graphics, room: Room): Frame {
  const [columns, rows] = [room.columns, room.rows].map((it) => Math.min(MAX_CELLS, Math.max(1, Math.floor(it) || 1)));
  if (kind === "blocks") return { width: columns, height: rows * 2, aspect: cell.width / (cell.height / 2) };
  const [width, height] = [columns * cell.width, rows * cell.height].map((it) => Math.min(MAX_SIDE, it));
  return { width, height, aspect: 1 };
}

/**
 * The size in pixels of an image that is scaled to fit into a frame, with its proportions.
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
