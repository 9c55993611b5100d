/**
 * Finds coordinates in PNG, GIF and WebP, and the EXIF of a PNG.
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
    if (name === "zxIf" && exifHasLocation(packedExif(bytes, data()))) return true;
    if (name === "caBX" && textHasLocation(bytes, textOf(data()), true)) return true;
    if (TEXTS.has(name) && pngTextHasLocation(bytes, name, data())) return true;
  }
  return false;
}

/** The blocks of EXIF of a PNG: in a chunk of its own, packed or not, or in text. */
export function* pngExif(bytes: ImageBytes): Generator<ImageBytes> {
  for (const { name, start, end } of pngChunks(bytes)) {
    if (name === "eXIf") yield bytes.part(start, end);
    else if (name === "zxIf") yield packedExif(bytes, bytes.copy(start, end));
    else if (TEXTS.has(name)) {
      const { keyword, value } = textIn(bytes, name, bytes.copy(start, end));
      if (/^raw profile type (exif|app1)$/i.test(keyword)) yield bytes.within(fromHex(bytes, textOf(value())));
    }
  }
}

/** Packed EXIF, which ExifTool writes if it may compress: a byte 0, four of its size, and zlib's data. */
function packedExif(bytes: ImageBytes, data: Uint8Array): ImageBytes {
  return bytes.within(unpack(bytes, data.subarray(5)));
}

const TEXTS = new Set(["tEXt", "zTXt", "iTXt"]);

/** The keyword of a chunk of text, and its value, which may have to be unpacked. */
function textIn(
  bytes: ImageBytes,
  chunk: string,
  data: Uint8Array,
): { readonly keyword: string; readonly value: () => Uint8Array } {
  const behind = data.indexOf(0) + 1;
  if (behind === 0) throw new UnfinishedError("it has no keyword");
  const keyword = textOf(data.subarray(0, behind - 1));
  const value = data.subarray(behind);
  if (chunk === "tEXt") return { keyword, value: () => value };
  if (chunk === "zTXt") return { keyword, value: () => unpack(bytes, value.subarray(1)) };
  const [isPacked, language] = [value[0] === 1, value.indexOf(0, 2) + 1];
  const text = value.subarray(value.indexOf(0, language) + 1); // After the keyword in the chunk's language.
  return { keyword, value: () => isPacked ? unpack(bytes, text) : text };
}

function pngTextHasLocation(bytes: ImageBytes, chunk: string, data: Uint8Array): boolean {
  const { keyword, value } = textIn(bytes, chunk, data);
  if (/^raw profile type /i.test(keyword)) return profileHasLocation(bytes, fromHex(bytes, textOf(value())));
  const text = textOf(value());
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
