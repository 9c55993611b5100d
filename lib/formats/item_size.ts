/**
 * How large the picture of a HEIC or AVIF is: its primary item, cropped and turned as its properties say (ISO/IEC
 * 23008-12, section 6.5), or the first track of a sequence.
 *
 * @module
 */
import type { ImageBytes } from "./bytes.ts";
import { type Box, boxes, boxOf, metaContent } from "./items.ts";

/** How many pixels an image has. */
export interface Pixels {
  /** Pixels; 0 when not known. */
  readonly width: number;
  /** Pixels; 0 when not known. */
  readonly height: number;
}

/** Width and height; `null` when nothing says them. */
export function heifPixels(bytes: ImageBytes): Pixels | null {
  const whole = { start: 0, end: bytes.size };
  const meta = boxOf(bytes, "meta", whole);
  const primary = meta && primaryPixels(bytes, metaContent(bytes, meta));
  if (primary) return primary;
  const film = boxOf(bytes, "moov", whole);
  return film ? trackPixels(bytes, film) : null;
}

function primaryPixels(bytes: ImageBytes, meta: Box): Pixels | null {
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
function propertiesOf(bytes: ImageBytes, properties: Box, container: Box, id: number): Box[] {
  const indices: number[] = [];
  for (const { type, start, end } of boxes(bytes, properties.start, properties.end)) {
    if (type !== "ipma") continue;
    for (const index of associations(bytes, start, end, id)) indices.push(index);
  }
  const last = indices.reduce((most, index) => Math.max(most, index), 0);
  // As far as the last one that is wanted: there may be very many.
  const all = boxes(bytes, container.start, container.end).take(last).toArray();
  return indices.flatMap((index) => all[index - 1] ?? []);
}

/** The numbers of the properties that an item has, from 1 on. */
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

/** What is left of a picture by its clean aperture: fractions of pixels, which decoders cut off. One that is damaged, or larger, crops nothing. */
function cropped(bytes: ImageBytes, at: number, size: Pixels): Pixels {
  const [width, height] = [0, 8].map((offset) => Math.floor(bytes.u32(at + offset) / bytes.u32(at + offset + 4)));
  const fits = width > 0 && height > 0 && width <= size.width && height <= size.height;
  return fits ? { width, height } : size;
}

/** The size of the first track of pictures, whole pixels of fixed-point numbers (ISO/IEC 14496-12, 8.3.2). */
function trackPixels(bytes: ImageBytes, film: Box): Pixels | null {
  for (const track of boxes(bytes, film.start, film.end)) {
    const header = track.type === "trak" && boxOf(bytes, "tkhd", track);
    if (!header) continue;
    const at = header.start + (bytes.u8(header.start) === 1 ? 88 : 76);
    const [width, height] = [bytes.u16(at), bytes.u16(at + 4)];
    if (width > 0 && height > 0) return { width, height };
  }
  return null;
}
