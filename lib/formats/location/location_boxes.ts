/** Finds coordinates in HEIC and AVIF: in items, and in boxes of QuickTime, 3GPP and others. */
import { unzipSync } from "node:zlib";
import { type ImageBytes, type Range, UnfinishedError } from "../bytes.ts";
import { boxes, boxOf, contentOf } from "../heif/boxes.ts";
import { itemBytes, itemsOf } from "../heif/items.ts";
import { exifHasLocation, tiffIn } from "./location_exif.ts";
import { textHasLocation, textOf } from "./location_text.ts";
import { unpack } from "./unpack.ts";

/** The deepest nesting of boxes: a film, its tracks, and data about each. */
const MAX_DEPTH = 4;

/** Boxes that hold boxes. */
const HOLDERS = new Set(["moov", "trak", "udta"]);

/**
 * Whether boxes contain coordinates.
 *
 * @param film Whether it is a film within a photograph, whose tracks of metadata are not checked.
 */
export function boxesHaveLocation(bytes: ImageBytes, start: number, end: number, film = false, depth = 0): boolean {
  if (depth > MAX_DEPTH) throw new UnfinishedError("too deep");
  for (const box of boxes(bytes, { start, end })) {
    const data = (from = box.start): Uint8Array => bytes.copy(from, box.end);
    const { type } = box;
    if (HOLDERS.has(type) && boxesHaveLocation(bytes, box.start, box.end, film, depth + 1)) return true;
    if (type === "meta" && metaHasLocation(bytes, contentOf(bytes, box)!)) return true;
    if (type === "uuid" && uuidHasLocation(bytes, box)) return true;
    if (type === "mdia" && !film) checkTrack(bytes, box);
    if ((type === "XMP_" || type === "xml ") && textHasLocation(bytes, textOf(data()))) return true;
    if (type === "jumb" && textHasLocation(bytes, textOf(data()), true)) return true;
    if (type === "\xa9xyz" && /[1-9]/.test(textOf(data(box.start + 4)))) return true;
    if (type === "loci" && isLocationBox(data())) return true;
  }
  return false;
}

/** Fails for a track of metadata instead of pictures, whose content is unknown. */
function checkTrack(bytes: ImageBytes, media: Range): void {
  const handler = boxOf(bytes, "hdlr", media);
  if (handler && bytes.has(handler.start + 8, "meta")) throw new UnfinishedError("metadata in a track");
}

/** 3GPP TS 26.244, 8.3: after a version, a language, a name and a role, longitude and latitude of 4 bytes each. */
function isLocationBox(data: Uint8Array): boolean {
  const behind = data.indexOf(0, 6) + 2;
  return data.subarray(behind, behind + 8).some((byte) => byte !== 0);
}

/** A box of another standard: the known ones contain XMP, EXIF, or Content Credentials. */
function uuidHasLocation(bytes: ImageBytes, { start, end }: Range): boolean {
  const content = bytes.within(bytes.copy(Math.min(start + 16, end), end));
  if (tiffIn(content) !== null) return exifHasLocation(content);
  const text = textOf(content.copy());
  return textHasLocation(bytes, text, text.includes("c2pa"));
}

function metaHasLocation(bytes: ImageBytes, meta: Range): boolean {
  for (const { id, type, mime, packed } of itemsOf(bytes, meta)) {
    const data = itemBytes(bytes, meta, id);
    if (type === "Exif") {
      const block = bytes.within(data);
      const at = 4 + (block.size >= 4 ? block.u32(0) : 0);
      if (exifHasLocation(at < block.size ? block.part(at) : block)) return true;
    } else if (type === "mime") {
      const plain = packed === "" ? data : unpack(bytes, data, packed === "gzip" ? unzipSync : undefined);
      if (textHasLocation(bytes, textOf(plain), /c2pa|jumbf/.test(mime))) return true;
    } else if (textHasLocation(bytes, textOf(data), true)) return true;
  }
  const xml = boxOf(bytes, "xml ", meta);
  if (xml && textHasLocation(bytes, textOf(bytes.copy(xml.start, xml.end)))) return true;
  return keysHaveLocation(bytes, meta);
}

/** Apple's list of keys (`keys`) and values (`ilst`): `com.apple.quicktime.location.ISO6709`. */
function keysHaveLocation(bytes: ImageBytes, meta: Range): boolean {
  const [keys, list] = [boxOf(bytes, "keys", meta), boxOf(bytes, "ilst", meta)];
  if (!list) return false;
  const nameBoxes = keys ? [...boxes(bytes, { start: keys.start + 8, end: keys.end })] : [];
  const names = nameBoxes.map(({ start, end }) => textOf(bytes.copy(start, end)));
  for (const { type, start, end } of boxes(bytes, list)) {
    const name = names[[...type].reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0) - 1] ?? type;
    if (!/location|xyz/i.test(name)) continue;
    const value = boxOf(bytes, "data", { start, end });
    const text = value ? textOf(bytes.copy(Math.min(value.start + 8, value.end), value.end)) : "";
    if (/[1-9]/.test(text)) return true;
  }
  return false;
}
