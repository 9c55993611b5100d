/** Finds coordinates in metadata that are text: XMP, and JSON or CBOR of Content Credentials. */

import type { ImageBytes } from "../bytes.ts";

/**
 * Ends of the names of coordinates: `exif:GPSLatitude`, `drone-dji:GpsLongtitude` (sic), `dwc:decimalLatitude`.
 * `geo:lat`, `geo:long` and `georss:point` are searched for with their prefix, since they are short.
 */
const NAMES = /latitude|longitude|longtitude|gpsposition|gpscoordinates|:(?:lat|long|lon|lat_long|point)(?![\w.-])/gi;

/** Shows that the name is a prefix: `latitude-tool:Version`. Searched within a limit: long words take quadratic time. */
const PREFIX_END = /^[\w.-]*:/;

/** The part of a name before such an end. */
const NAME_START = /[\w.:-]*$/;

/** Longer names and values of coordinates are not read: real ones have several dozen characters. */
const MAX_NAME = 128;
const MAX_VALUE = 2_048;

/** How many steps the check of a name counts as. */
const STEPS = 8;

/** Attributes that only declare: `xmlns:exif="http://ns.adobe.com/exif/1.0/"`, `rdf:parseType="Resource"`. */
const DECLARATION =
  /\s(?:xmlns(?::[\w.-]+)?|rdf:(?:parseType|datatype|about|ID|nodeID)|xml:lang)\s*=\s*("[^"]*"|'[^']*')/g;

/** Metadata as text to search: in UTF-16 and UTF-32, NULs separate the letters of names. */
export function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes);
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

/**
 * Whether a text contains a coordinate other than 0. It is searched, not parsed, so that its root, its prefixes, damage
 * and depth make no difference.
 *
 * @param bytes The image whose limits count.
 * @param packed Whether no punctuation separates names and values, as in CBOR.
 */
export function textHasLocation(bytes: ImageBytes, text: string, packed = false): boolean {
  for (const { index, 0: { length } } of text.matchAll(NAMES)) {
    bytes.step(STEPS);
    const behind = index + length;
    if (PREFIX_END.test(text.slice(behind, behind + MAX_NAME))) continue;
    if (packed && text[index] === ":") continue; // Any bytes may contain so few letters.
    if (packed && text[behind] !== '"') return true; // May be a number: when in doubt, it is a coordinate.
    const [start] = NAME_START.exec(text.slice(Math.max(0, index - MAX_NAME), index))!;
    const before = text[index - start.length - 1] ?? "";
    const value = valueAt(text, before, behind, text.slice(index - start.length, behind));
    if (value !== null && isNotZero(value)) return true;
  }
  return false;
}

/** The value of a name that ends at `behind`: of an element, an attribute, or a JSON member; `null` for others. */
function valueAt(text: string, before: string, behind: number, name: string): string | null {
  const rest = text.slice(behind, behind + MAX_VALUE);
  if (before === "<") {
    if (!/^[\s/>]/.test(rest)) return null;
    const end = rest.indexOf(`</${name}`);
    const tag = /^[^>]*\/>/.exec(rest);
    const whole = tag ? tag[0] : rest.slice(0, end < 0 ? undefined : end);
    return whole.replace(DECLARATION, "").replace(/<\/?[\w:.-]+/g, "");
  }
  const attribute = /\s/.test(before) && /^\s*=\s*("[^"]*"?|'[^']*'?)/.exec(rest);
  const member = before === '"' && /^"\s*:\s*("[^"]*"?|[^\s,}]*)/.exec(rest);
  return (attribute || member || [])[1] ?? null;
}

/** Whether it contains a digit other than 0, except in denominators; or an entity, which may stand for a digit. */
function isNotZero(value: string): boolean {
  return /[1-9&]/.test(value.replace(/\/\d+/g, ""));
}
