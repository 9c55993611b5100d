/** The segments of a JPEG (ITU-T T.81, annex B). */
import { type ImageBytes, type Range, UnfinishedError } from "./bytes.ts";
import type { Parts, Pixels } from "./image_format.ts";
import { Tiff } from "./tiff_directories.ts";

/** A segment: its marker (the byte after FF), and the positions where its data begin and end. */
export interface Segment extends Range {
  readonly marker: number;
}

/** Markers that identify the segment. */
export const MARKER = { eoi: 0xd9, sos: 0xda, app1: 0xe1, app2: 0xe2, app11: 0xeb, app13: 0xed } as const;

/** Markers without a segment: TEM, RST0 to RST7, SOI. */
const isBare = (marker: number): boolean => marker === 1 || marker >= 0xd0 && marker <= 0xd8;

/** Whether a segment holds the size of the picture (SOF0 to SOF15, but for DHT, JPG and DAC). */
function isFrame({ marker }: Segment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/**
 * The segments of the JPEG that begins at `at`, up to its end. Bytes between them, as those of a picture, are skipped
 * up to the next marker, as decoders do. The end of the last segment lies beyond the file if it is cut off, and before
 * its start if it is damaged.
 *
 * @throws {UnfinishedError} It has no end.
 */
export function* segments(bytes: ImageBytes, at = 0): Generator<Segment> {
  for (let isHeader = true;;) {
    const found = bytes.indexOf(0xff, at);
    if (isHeader) bytes.step(Math.max(1, found + 1 - at)); // After the header, a picture may have many bytes.
    if (found < 0) throw new UnfinishedError("it is cut off");
    const marker = bytes.u8(found + 1);
    at = marker === 0xff ? found + 1 : found + 2;
    if (marker === MARKER.eoi) return;
    if (marker === 0 || marker === 0xff || isBare(marker)) continue;
    if (!isHeader) bytes.step();
    const start = found + 4;
    const end = start <= bytes.size ? found + 2 + bytes.u16(found + 2) : start;
    yield { marker, start, end };
    if (marker === MARKER.sos) isHeader = false;
    at = Math.max(start, end);
  }
}

/**
 * The segments up to the picture.
 *
 * @throws {UnfinishedError} No picture follows, or a segment is damaged.
 */
export function* headerSegments(bytes: ImageBytes, at = 0): Generator<Segment> {
  for (const segment of segments(bytes, at)) {
    if (segment.end < segment.start || segment.end > bytes.size) throw new UnfinishedError("it is damaged");
    yield segment;
    if (segment.marker === MARKER.sos) return;
  }
}

/** How many bytes at the end of a file are searched first for the end of the picture: most files end soon after it. */
const TAIL_BYTES = 64 << 10;

/** Whether an end (EOI) follows the beginning of the picture, whose data cannot contain one; more bytes may follow. */
export function isJpegWhole(bytes: ImageBytes): boolean {
  for (const { marker, start, end } of segments(bytes)) {
    if (end > bytes.size) return false;
    if (end < start) return true; // Damaged.
    if (marker === MARKER.sos) return hasEnd(bytes, Math.max(end, bytes.size - TAIL_BYTES)) || hasEnd(bytes, end);
  }
  return true;
}

function hasEnd(bytes: ImageBytes, from: number): boolean {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.size; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes.u8(at + 1) === MARKER.eoi) return true;
  }
  return false;
}

export function jpegPixels(bytes: ImageBytes): Pixels | null {
  const frame = headerSegments(bytes).find(isFrame);
  return frame ? frameSize(bytes, frame) : null;
}

/** Its blocks of EXIF, each in a segment of that name. */
export function* jpegExif(bytes: ImageBytes): Generator<ImageBytes> {
  for (const { marker, start, end } of headerSegments(bytes)) {
    if (marker === MARKER.app1 && bytes.has(start, "Exif\0")) yield bytes.part(start + 5, end);
  }
}

function frameSize(bytes: ImageBytes, { start }: Segment): Pixels {
  return { width: bytes.u16(start + 3), height: bytes.u16(start + 1) };
}

/** ImageMagick copies all metadata of a kind again for each of its segments, so each counts as this many pieces. */
const SEGMENT_PIECES = 4;

/** Counts pieces for each segment other than a scan, and a pass for each colour of each scan. */
export function countJpeg(bytes: ImageBytes, parts: Parts): void {
  for (const segment of segments(bytes)) {
    const { marker, start } = segment;
    if (marker === MARKER.sos) parts.passes += start < bytes.size ? Math.max(1, Math.min(4, bytes.u8(start))) : 1;
    else parts.pieces += SEGMENT_PIECES;
    if (!isFrame(segment)) continue;
    const { width, height } = frameSize(bytes, segment);
    parts.pixels = Math.max(parts.pixels, width * height);
  }
}

const MAX_PICTURES = 64;

/** The tag of the list of pictures, of 16 bytes each. */
const PICTURE_LIST = 0xb002;

/**
 * Where the further pictures of a file begin that a segment of type APP2 lists (Multi-Picture Format, CIPA DC-007, 5.2):
 * previews, and the second one of a 3D camera.
 */
export function furtherPictures(bytes: ImageBytes, { start, end }: Segment): number[] {
  const base = start + 4; // Offsets count from behind “MPF”.
  const index = bytes.part(base, end);
  const tiff = Tiff.of(index);
  const list = tiff?.directory(tiff.first).entry(PICTURE_LIST);
  if (!list) return [];
  return Array.from({ length: Math.min(MAX_PICTURES, Math.floor(list.count / 16)) }, (_, picture) => {
    return index.u32(list.at + picture * 16 + 8, tiff!.littleEndian);
  }).filter((offset) => offset > 0).map((offset) => base + offset);
}
