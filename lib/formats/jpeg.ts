/**
 * The segments and scans of a JPEG (ITU-T T.81, Annex B).
 *
 * @module
 */
import type { Parts } from "./part.ts";

/** Markers that stand alone: TEM, RST0 to RST7, SOI. */
function isAlone(marker: number): boolean {
  return marker === 0x01 || marker >= 0xd0 && marker <= 0xd8;
}

/** Markers of a frame, which say how large it is: SOF0 to SOF15, without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

const [EOI, SOS] = [0xd9, 0xda];

/** Two bytes as a number; 0 behind the end. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at] << 8 | bytes[at + 1];
}

/** ImageMagick copies all metadata of a kind again for each segment of it: a segment counts as so many pieces. */
const SEGMENT_PIECES = 4;

/** Pieces for every marker that has one; a pass for every colour of every scan. */
export function jpegParts(bytes: Uint8Array): Parts {
  let [pieces, passes, pixels] = [0, 0, 0];
  for (let at = nextMarker(bytes, 0); at >= 0;) {
    const marker = bytes[at + 1];
    if (marker === EOI) break;
    if (isAlone(marker)) {
      at = nextMarker(bytes, at + 2);
      continue;
    }
    if (marker === SOS) passes += Math.max(1, Math.min(4, bytes[at + 4] ?? 1));
    else pieces += SEGMENT_PIECES;
    if (isFrame(marker)) pixels = Math.max(pixels, word(bytes, at + 5) * word(bytes, at + 7));
    const end = at + 2 + Math.max(2, word(bytes, at + 2));
    at = nextMarker(bytes, end);
  }
  return { pieces, passes: Math.max(1, passes), pixels };
}

/** Where the next marker is, behind the bytes of a picture or what does not belong there; -1 at the end. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) return -1;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return -1;
}
