/**
 * The segments of a JPEG (ITU-T T.81, annex B).
 *
 * @module
 */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";

/** A segment: its marker (the byte behind FF), and where what is in it begins and ends. */
export interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

/** Markers that tell which segment it is. */
export const MARKER = { eoi: 0xd9, sos: 0xda, app1: 0xe1, app2: 0xe2, app11: 0xeb, app13: 0xed } as const;

/** Markers without a segment: TEM, RST0 to RST7, SOI. */
const isBare = (marker: number): boolean => marker === 1 || marker >= 0xd0 && marker <= 0xd8;

/**
 * The segments before the picture of the JPEG that begins at `at`. Bytes between segments are passed over up to the next
 * marker, as decoders do.
 *
 * @throws {UnfinishedError} No picture follows.
 */
export function* segments(bytes: ImageBytes, at = 0): Generator<Segment> {
  for (at += 2;;) {
    bytes.step();
    if (bytes.u8(at) !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes.u8(at + 1);
    if (marker === 0 || marker === 0xff || isBare(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === MARKER.eoi) return;
    const end = at + 2 + bytes.u16(at + 2);
    if (end < at + 4 || end > bytes.size) throw new UnfinishedError("it is cut off");
    yield { marker, start: at + 4, end };
    if (marker === MARKER.sos) return;
    at = end;
  }
}

/** Whether a segment holds the size of the picture (SOF0 to SOF15, but for DHT, JPG and DAC). */
export function isFrame({ marker }: Segment): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Pictures in one file. */
const MAX_PICTURES = 64;

/**
 * Where the further pictures of a file begin that a segment of type APP2 lists (Multi-Picture Format, CIPA DC-007, 5.2):
 * previews, and the second one of a 3D camera.
 */
export function furtherPictures(bytes: ImageBytes, { start, end }: Segment): number[] {
  const base = start + 4; // Offsets count from behind “MPF”.
  const index = bytes.part(base, end);
  const littleEndian = index.has(0, "II");
  const directory = index.u32(4, littleEndian);
  const count = index.u16(directory, littleEndian);
  for (let i = 0, at = directory + 2; i < count; i++, at += 12) {
    bytes.step();
    if (index.u16(at, littleEndian) !== 0xb002) continue; // The list of pictures, 16 bytes each.
    const [length, list] = [index.u32(at + 4, littleEndian), index.u32(at + 8, littleEndian)];
    const pictures = Array.from({ length: Math.min(MAX_PICTURES, Math.floor(length / 16)) }, (_, picture) => {
      return index.u32(list + picture * 16 + 8, littleEndian);
    });
    return pictures.filter((offset) => offset > 0).map((offset) => base + offset);
  }
  return [];
}
