/** Finds coordinates in a JPEG: in several segments of several kinds, and in data appended to it. */
import { Buffer } from "node:buffer";
import type { ImageBytes } from "../bytes.ts";
import { furtherPictures, headerSegments, MARKER } from "../jpeg.ts";
import { boxesHaveLocation } from "./location_boxes.ts";
import { exifHasLocation, photoshopHasLocation, tiffIn } from "./location_exif.ts";
import { textHasLocation, textOf } from "./location_text.ts";

/** How segments of JPEG begin. */
const EXIF = "Exif\0";
const XMP_EXTENSION = "http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP = "Photoshop 3.0\0";
const MULTI_PICTURE = "MPF\0";

/** The head of a segment that continues XMP: its name, 32 bytes of an identifier, and 4 each of size and offset. */
const EXTENSION_HEAD = XMP_EXTENSION.length + 40;

/** The head of Content Credentials: `JP`, a number, a count, and the head of a box that each segment repeats. */
const CREDENTIALS_HEAD = 16;

/** How many levels of JPEGs appended to JPEGs are read. */
const MAX_DEPTH = 4;

/** Whether the JPEG that begins at `at` contains coordinates. */
export function jpegHasLocation(bytes: ImageBytes, at = 0, depth = 0): boolean {
  const exif: Uint8Array[] = [];
  const extensions: { at: number; bytes: Uint8Array }[] = [];
  const photoshop: Uint8Array[] = [];
  const credentials: Uint8Array[] = [];
  const further: number[] = [];
  const texts: string[] = [];
  for (const segment of headerSegments(bytes, at)) {
    const { marker, start, end } = segment;
    const rest = (head: number): Uint8Array => bytes.copy(Math.min(start + head, end), end);
    if (marker === MARKER.app1 && bytes.has(start, XMP_EXTENSION)) {
      if (start + EXTENSION_HEAD <= end) {
        extensions.push({ at: bytes.u32(start + EXTENSION_HEAD - 4), bytes: rest(EXTENSION_HEAD) });
      }
    } else if (marker === MARKER.app1 && bytes.has(start, EXIF)) {
      const block = rest(EXIF.length);
      // A block that does not fit into one segment continues in the next, without its own header.
      if (exif.length > 0 && tiffIn(bytes.within(block)) === null) exif.push(concat([exif.pop()!, block.subarray(1)]));
      else exif.push(block);
    } else if (marker === MARKER.app1) texts.push(textOf(rest(0)));
    else if (marker === MARKER.app13 && bytes.has(start, PHOTOSHOP)) photoshop.push(rest(PHOTOSHOP.length));
    else if (marker === MARKER.app11) credentials.push(rest(CREDENTIALS_HEAD));
    else if (marker === MARKER.app2 && depth === 0 && bytes.has(start, MULTI_PICTURE)) {
      for (const at of furtherPictures(bytes, segment)) further.push(at);
    }
  }
  texts.push(textOf(concat(extensions.sort((a, b) => a.at - b.at).map((part) => part.bytes))));
  if (depth === 0) { for (const at of appended(bytes, texts)) further.push(at); }
  return exif.some((block) => exifHasLocation(bytes.within(block))) ||
    texts.some((text) => textHasLocation(bytes, text)) ||
    photoshopHasLocation(bytes.within(concat(photoshop))) ||
    textHasLocation(bytes, textOf(concat(credentials)), true) ||
    further.some((start) => appendedHasLocation(bytes, start, depth + 1));
}

/** Sizes of data that phones append to a photograph, as XMP lists them: a short film, a map of brightness. */
const APPENDED = /(?:MicroVideoOffset|Item:Length)(?:\s*=\s*["']|>)(\d{1,12})/g;

/** More appended parts than any phone writes. */
const MAX_APPENDED = 64;

/** The positions of appended data, computed from the sizes that XMP lists: the last one ends with the file. */
function appended(bytes: ImageBytes, texts: readonly string[]): number[] {
  const sizes = texts.flatMap((text) =>
    [...text.matchAll(APPENDED).take(MAX_APPENDED)].map(([, size]) => Number(size))
  );
  let at = bytes.size;
  return sizes.reverse().map((size) => at -= size).filter((start) => start > 0 && start < bytes.size);
}

function appendedHasLocation(bytes: ImageBytes, start: number, depth: number): boolean {
  if (depth > MAX_DEPTH || start + 8 > bytes.size) return false;
  if (bytes.has(start, "\xff\xd8\xff")) return jpegHasLocation(bytes.part(start), 0, depth);
  return bytes.has(start + 4, "ftyp") && boxesHaveLocation(bytes.part(start), 0, bytes.size - start, true);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}
