/** The boxes of HEIC and AVIF, one after another or nested (ISO/IEC 14496-12, section 4.2). */
import { type ImageBytes, type Range, UnfinishedError } from "../bytes.ts";

/** A box: its type, and the positions where its content begins and ends. */
export interface Box extends Range {
  readonly type: string;
}

/**
 * The boxes of a range. The end of the last one lies beyond the range if the box is cut off.
 *
 * @throws {UnfinishedError} One is damaged or cut off.
 */
export function* boxes(bytes: ImageBytes, { start: at, end }: Range): Generator<Box> {
  while (at + 8 <= end) {
    bytes.step();
    const [size, type] = [bytes.u32(at), bytes.ascii(at + 4, 4)];
    const start = at + (size === 1 ? 16 : 8);
    const last = size === 0 ? end : at + (size === 1 ? bytes.u64(at + 8) : size);
    if (last < start) throw new UnfinishedError("it is damaged");
    yield { type, start, end: last };
    if (last > end) throw new UnfinishedError("it is cut off");
    at = last;
  }
}

/**
 * The first box of a type, if there is one.
 *
 * @throws {UnfinishedError} It, or a box before it, is damaged or cut off.
 */
export function boxOf(bytes: ImageBytes, type: string, range: Range): Box | undefined {
  const box = boxes(bytes, range).find((box) => box.type === type);
  if (box && box.end > range.end) throw new UnfinishedError("it is cut off");
  return box;
}

/** Boxes that contain boxes, and how many bytes precede these: a version, flags. */
const CONTAINERS = new Map([
  ...["iprp", "ipco", "grpl", "moov", "trak", "edts", "mdia", "minf", "dinf", "stbl"].map((type) => [type, 0] as const),
  ...[["meta", 4], ["iinf", 6], ["iref", 4]] as const,
]);

/** The range of the boxes in a box; `null` for a box that contains none. */
export function contentOf(bytes: ImageBytes, { type, start, end }: Box): Range | null {
  const skipped = CONTAINERS.get(type);
  if (skipped === undefined) return null;
  if (type === "meta" && bytes.has(start + 4, "hdlr")) return { start, end }; // QuickTime files have no version here.
  const isWide = type === "iinf" && bytes.u8(start) > 0; // Then the number of entries has four bytes.
  return { start: start + skipped + (isWide ? 2 : 0), end };
}
