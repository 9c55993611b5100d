/**
 * The size of the picture in a HEIC or AVIF: its primary item, cropped and rotated by its properties (ISO/IEC 23008-12,
 * section 6.5), or the first track of a sequence. Also counts the parts of the file.
 */
import { type Box, boxes, boxOf, contentOf } from "./boxes.ts";
import { itemBytes, itemsOf } from "./items.ts";
import { type ImageBytes, LimitError, type Range, untilDamage } from "../bytes.ts";
import type { Parts, Pixels } from "../image_format.ts";

/** The deepest nesting of boxes: more than in real files. */
const MAX_DEPTH = 32;

/** Counts a piece for each box and each announced item, a pass for all, and a pass for each sample of a sequence. */
export function countBoxes(bytes: ImageBytes, parts: Parts, range: Range = wholeOf(bytes), depth = 0): void {
  if (depth > MAX_DEPTH) throw new LimitError("boxes too deep within one another");
  if (depth === 0) parts.passes++;
  for (const box of untilDamage(boxes(bytes, range))) {
    parts.pieces++;
    const content = contentOf(bytes, box);
    if (content) countBoxes(bytes, parts, { start: content.start, end: Math.min(content.end, range.end) }, depth + 1);
    if (box.type === "iloc") parts.pieces += itemCount(bytes, box);
    if (box.type === "stsz") parts.passes += bytes.u32(box.start + 8);
  }
}

function itemCount(bytes: ImageBytes, { start }: Box): number {
  return bytes.u8(start) < 2 ? bytes.u16(start + 6) : bytes.u32(start + 6);
}

function wholeOf(bytes: ImageBytes): Range {
  return { start: 0, end: bytes.size };
}

export function heifPixels(bytes: ImageBytes): Pixels | null {
  const meta = boxOf(bytes, "meta", wholeOf(bytes));
  const primary = meta && primaryPixels(bytes, contentOf(bytes, meta)!);
  if (primary) return primary;
  const film = boxOf(bytes, "moov", wholeOf(bytes));
  return film ? trackPixels(bytes, film) : null;
}

/** Its blocks of EXIF, each an item, which begins with the offset of its block. */
export function* heifExif(bytes: ImageBytes): Generator<ImageBytes> {
  const meta = boxOf(bytes, "meta", wholeOf(bytes));
  if (!meta) return;
  const content = contentOf(bytes, meta)!;
  for (const { id, type } of itemsOf(bytes, content)) {
    if (type !== "Exif") continue;
    const block = bytes.within(itemBytes(bytes, content, id));
    yield block.part(4 + block.u32(0));
  }
}

function primaryPixels(bytes: ImageBytes, meta: Range): Pixels | null {
  const [primary, properties] = [boxOf(bytes, "pitm", meta), boxOf(bytes, "iprp", meta)];
  if (!primary || !properties) return null;
  const id = bytes.u8(primary.start) === 0 ? bytes.u16(primary.start + 4) : bytes.u32(primary.start + 4);
  const container = boxOf(bytes, "ipco", properties);
  if (!container) return null;
  let size: Pixels | null = null;
  for (const { type, start } of propertiesOf(bytes, properties, container, id)) {
    if (type === "ispe") size = { width: bytes.u32(start + 4), height: bytes.u32(start + 8) };
    else if (type === "clap" && size) size = cropped(bytes, start, size);
    else if (type === "irot" && size && bytes.u8(start) % 2 === 1) size = { width: size.height, height: size.width };
  }
  return size;
}

/** The properties of an item, in the order in which they apply. */
function propertiesOf(bytes: ImageBytes, properties: Range, container: Range, id: number): Box[] {
  const indices: number[] = [];
  for (const { type, start, end } of boxes(bytes, properties)) {
    if (type !== "ipma") continue;
    for (const index of associations(bytes, start, end, id)) indices.push(index);
  }
  const last = indices.reduce((most, index) => Math.max(most, index), 0);
  // Up to the last property that is wanted: there may be very many.
  const all = boxes(bytes, container).take(last).toArray();
  return indices.flatMap((index) => all[index - 1] ?? []);
}

/** The numbers of the properties of an item, from 1 on. */
function associations(bytes: ImageBytes, start: number, end: number, id: number): number[] {
  const [isWideId, isWideIndex] = [bytes.u8(start) > 0, (bytes.u8(start + 3) & 1) === 1];
  for (let at = start + 8; at < end;) {
    bytes.step();
    const item = isWideId ? bytes.u32(at) : bytes.u16(at);
    at += isWideId ? 4 : 2;
    const count = bytes.u8(at++);
    if (item === id) {
      return Array.from({ length: count }, (_, i) => {
        return isWideIndex ? bytes.u16(at + 2 * i) & 0x7fff : bytes.u8(at + i) & 0x7f;
      });
    }
    at += isWideIndex ? 2 * count : count;
  }
  return [];
}

/** Crops a picture to its clean aperture, rounded down as decoders do. A damaged or larger aperture crops nothing. */
function cropped(bytes: ImageBytes, at: number, size: Pixels): Pixels {
  const [width, height] = [0, 8].map((offset) => Math.floor(bytes.u32(at + offset) / bytes.u32(at + offset + 4)));
  const fits = width > 0 && height > 0 && width <= size.width && height <= size.height;
  return fits ? { width, height } : size;
}

/** The size of the first track of pictures, whole pixels of fixed-point numbers (ISO/IEC 14496-12, 8.3.2). */
function trackPixels(bytes: ImageBytes, film: Range): Pixels | null {
  for (const track of boxes(bytes, film)) {
    const header = track.type === "trak" && boxOf(bytes, "tkhd", track);
    if (!header) continue;
    const at = header.start + (bytes.u8(header.start) === 1 ? 88 : 76);
    const [width, height] = [bytes.u16(at), bytes.u16(at + 4)];
    if (width > 0 && height > 0) return { width, height };
  }
  return null;
}
