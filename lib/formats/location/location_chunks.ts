/**
 * Finds coordinates in PNG, GIF and WebP.
 *
 * Metadata libraries load a whole file, or only its first part and the first block of each kind, and do not read GIF,
 * sequences and packed chunks. Only two numbers are needed, so all formats are read here.
 */
import { Buffer } from "node:buffer";
import { type ImageBytes, UnfinishedError } from "../bytes.ts";
import { blockData, endOfBlock, GIF_LABEL, gifBlocks } from "../gif.ts";
import { pngChunks } from "../png.ts";
import { webpChunks } from "../webp.ts";
import { exifHasLocation, photoshopHasLocation, tiffIn } from "./location_exif.ts";
import { textHasLocation, textOf } from "./location_text.ts";
import { unpack } from "./unpack.ts";

export function pngHasLocation(bytes: ImageBytes): boolean {
  for (const { name, start, end } of pngChunks(bytes)) {
    const data = (): Uint8Array => bytes.copy(start, end);
    if (name === "eXIf" && exifHasLocation(bytes.part(start, end))) return true;
    // Packed EXIF, which ExifTool writes if it may compress: a byte 0, four of its size, and zlib's data.
    if (name === "zxIf" && exifHasLocation(bytes.within(unpack(bytes, data().subarray(5))))) return true;
    if (name === "caBX" && textHasLocation(bytes, textOf(data()), true)) return true;
    if ((name === "tEXt" || name === "zTXt" || name === "iTXt") && pngTextHasLocation(bytes, name, data())) return true;
  }
  return false;
}

function pngTextHasLocation(bytes: ImageBytes, chunk: string, data: Uint8Array): boolean {
  const behind = data.indexOf(0) + 1;
  if (behind === 0) throw new UnfinishedError("it has no keyword");
  const keyword = textOf(data.subarray(0, behind - 1));
  let value = data.subarray(behind);
  if (chunk === "zTXt") value = unpack(bytes, value.subarray(1));
  if (chunk === "iTXt") {
    const [isPacked, language] = [value[0] === 1, value.indexOf(0, 2) + 1];
    const text = value.subarray(value.indexOf(0, language) + 1); // After the keyword in the chunk's language.
    value = isPacked ? unpack(bytes, text) : text;
  }
  if (/^raw profile type /i.test(keyword)) return profileHasLocation(bytes, fromHex(bytes, textOf(value)));
  const text = textOf(value);
  return textHasLocation(bytes, text) || textHasLocation(bytes, `"${keyword}":"${text.slice(0, 64)}"`);
}

/** ImageMagick's way of putting any metadata into text: a name, a number of bytes, and their hexadecimal digits. */
function fromHex(bytes: ImageBytes, text: string): Uint8Array {
  const [head = "", , count = ""] = /^\s*(\S+)\s+(\d+)\s/.exec(text) ?? [];
  if (head === "") throw new UnfinishedError("it is no profile");
  const digits = text.slice(head.length).replaceAll(/\s/g, "");
  const payload = Buffer.from(digits, "hex");
  if (payload.length < Number(count)) throw new UnfinishedError("it is cut off");
  bytes.hold(payload.length);
  return payload;
}

/** Checks metadata of any kind, recognized by their first bytes. */
function profileHasLocation(bytes: ImageBytes, profile: Uint8Array): boolean {
  const block = bytes.within(profile);
  if (block.has(0, "8BIM")) return photoshopHasLocation(block);
  return tiffIn(block) === null ? textHasLocation(bytes, textOf(profile)) : exifHasLocation(block);
}

export function gifHasLocation(bytes: ImageBytes): boolean {
  for (const { label, start } of gifBlocks(bytes)) {
    if (label === GIF_LABEL.comment && textHasLocation(bytes, textOf(blockData(bytes, start)))) return true;
    if (label !== GIF_LABEL.application) continue;
    // XMP is not divided into sub-blocks: its letters are read as lengths (XMP, part 3, 1.1.2).
    const isXmp = bytes.has(start + 1, "XMP Data");
    const data = isXmp ? bytes.copy(start, endOfBlock(bytes, start)) : blockData(bytes, start);
    if (textHasLocation(bytes, textOf(data), bytes.has(start + 1, "C2PA"))) return true;
  }
  return false;
}

export function webpHasLocation(bytes: ImageBytes): boolean {
  for (const { name, start, end } of webpChunks(bytes)) {
    if (name === "EXIF" && exifHasLocation(bytes.part(start, end))) return true;
    if (name === "XMP " && textHasLocation(bytes, textOf(bytes.copy(start, end)))) return true;
    if (name === "C2PA" && textHasLocation(bytes, textOf(bytes.copy(start, end)), true)) return true;
  }
  return false;
}
