/** Coordinates in metadata that are text: XMP, and JSON or CBOR of Content Credentials. */

import type { ImageBytes } from "../bytes.ts";

/**
 * The ends of names of coordinates: `exif:GPSLatitude`, `drone-dji:GpsLongtitude` (sic), `dwc:decimalLatitude`; in whole
 * `geo:lat`, `geo:long` and `georss:point`, which are too short to be searched for without their prefix.
 */
const NAMES = /latitude|longitude|longtitude|gpsposition|gpscoordinates|:(?:lat|long|lon|lat_long|point)(?![\w.-])/gi;

/** What makes it a prefix instead: `latitude-tool:Version`. Sought in a bounded part only, or a long word costs its square. */
const PREFIX_END = /^[\w.-]*:/;

/** What can stand in front of such an end, as far as names go. */
const NAME_START = /[\w.:-]*$/;

/** Longer names and values of coordinates are not read: those that are written have some dozens of characters. */
const MAX_NAME = 128;
const MAX_VALUE = 2_048;

/** How many steps checking one name costs. */
const STEPS = 8;

/** What declares names, and no value: `xmlns:exif="http://ns.adobe.com/exif/1.0/"`, `rdf:parseType="Resource"`. */
const DECLARATION =
  /\s(?:xmlns(?::[\w.-]+)?|rdf:(?:parseType|datatype|about|ID|nodeID)|xml:lang)\s*=\s*("[^"]*"|'[^']*')/g;

/** Metadata as characters that can be searched: in UTF-16 and UTF-32 the letters of names have NULs between them. */
export function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes);
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

/**
 * Whether some text says where: a coordinate that is not 0. It is searched, not parsed: so it does not matter what its
 * root and prefixes are, whether it is damaged, and how deep it goes.
 *
 * @param bytes The image whose limits count.
 * @param packed Whether nothing separates names and values, as in CBOR.
 */
export function textHasLocation(bytes: ImageBytes, text: string, packed = false): boolean {
  for (const { index, 0: { length } } of text.matchAll(NAMES)) {
    bytes.step(STEPS);
    const behind = index + length;
    if (PREFIX_END.test(text.slice(behind, behind + MAX_NAME))) continue;
    if (packed && text[index] === ":") continue; // So few letters stand in any bytes.
    if (packed && text[behind] !== '"') return true; // A number, perhaps: in doubt it is a place.
    const [start] = NAME_START.exec(text.slice(Math.max(0, index - MAX_NAME), index))!;
    const before = text[index - start.length - 1] ?? "";
    const value = valueAt(text, before, behind, text.slice(index - start.length, behind));
    if (value !== null && isNotZero(value)) return true;
  }
  return false;
}

/** The value of a name that ends at `behind`: an element, an attribute, or a member of JSON; `null` for none of these. */
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

/** Whether there is a digit other than 0, a denominator's aside; or an entity, which may stand for one. */
function isNotZero(value: string): boolean {
  return /[1-9&]/.test(value.replace(/\/\d+/g, ""));
}
