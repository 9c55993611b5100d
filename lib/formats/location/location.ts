/**
 * Whether an image says where it was taken: wherever its format, followed from its beginning to its end, can keep that.
 *
 * Libraries for metadata take a whole file into memory, or its first part, and the first block of each kind; they do not
 * know GIF, sequences and packed chunks. What is looked for are two numbers, so they are read here.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { type ImageBytes, UnfinishedError } from "../bytes.ts";
import { GIF_LABEL, gifExtensions, pngChunks, riffChunks, subBlocks } from "../chunks.ts";
import { inBoxes } from "./location_boxes.ts";
import { inExif, inPhotoshop, inTiff, tiffIn } from "./location_exif.ts";
import { inJpeg } from "./location_jpeg.ts";
import { saysPlace, textOf } from "./location_text.ts";
import { unpack } from "./unpack.ts";

/** `unknown` when the metadata could not be read to their end: whoever has something to hide takes it for `yes`. */
export type Place = "yes" | "no" | "unknown";

/** Whether an image of this MIME type says where it was taken. Ends, whatever the image is made of. */
export function placeOf(bytes: ImageBytes, mime: string): Place {
  try {
    return search(bytes, mime) ? "yes" : "no";
  } catch (error) {
    if (error instanceof UnfinishedError) return "unknown";
    throw error;
  }
}

function search(bytes: ImageBytes, mime: string): boolean {
  switch (mime) {
    case "image/jpeg":
      return inJpeg(bytes, 0);
    case "image/png":
    case "image/apng":
      return inPng(bytes);
    case "image/gif":
      return inGif(bytes);
    case "image/webp":
      return inWebp(bytes);
    case "image/tiff":
      return inTiff(bytes, true);
    case "image/bmp":
      return false; // Its headers have no metadata.
    default:
      return inBoxes(bytes, 0, bytes.size);
  }
}

function inPng(bytes: ImageBytes): boolean {
  for (const { name, start, end } of pngChunks(bytes)) {
    const data = (): Uint8Array => bytes.copy(start, end - start);
    if (name === "eXIf" && inExif(bytes.part(start, end))) return true;
    // Packed EXIF, which ExifTool writes when it may pack: a byte 0, four of its size, and zlib's.
    if (name === "zxIf" && inExif(bytes.within(unpack(bytes, data().subarray(5))))) return true;
    if (name === "caBX" && saysPlace(bytes, textOf(data()), true)) return true;
    if ((name === "tEXt" || name === "zTXt" || name === "iTXt") && inPngText(bytes, name, data())) return true;
  }
  return false;
}

function inPngText(bytes: ImageBytes, chunk: string, data: Uint8Array): boolean {
  const behind = data.indexOf(0) + 1;
  if (behind === 0) throw new UnfinishedError("it has no keyword");
  const keyword = textOf(data.subarray(0, behind - 1));
  let value = data.subarray(behind);
  if (chunk === "zTXt") value = unpack(bytes, value.subarray(1));
  if (chunk === "iTXt") {
    const [isPacked, language] = [value[0] === 1, value.indexOf(0, 2) + 1];
    const text = value.subarray(value.indexOf(0, language) + 1); // Behind the keyword in that language.
    value = isPacked ? unpack(bytes, text) : text;
  }
  if (/^raw profile type /i.test(keyword)) return inProfile(bytes, fromHex(bytes, textOf(value)));
  const text = textOf(value);
  return saysPlace(bytes, text) || saysPlace(bytes, `"${keyword}":"${text.slice(0, 64)}"`);
}

/** ImageMagick's way to put any metadata into text: a name, a number of bytes, and so many in hexadecimal digits. */
function fromHex(bytes: ImageBytes, text: string): Uint8Array {
  const [head = "", , count = ""] = /^\s*(\S+)\s+(\d+)\s/.exec(text) ?? [];
  if (head === "") throw new UnfinishedError("it is no profile");
  const digits = text.slice(head.length).replaceAll(/\s/g, "");
  const payload = Buffer.from(digits, "hex");
  if (payload.length < Number(count)) throw new UnfinishedError("it is cut off");
  bytes.hold(payload.length);
  return payload;
}

/** Metadata of which only they themselves say of what kind they are. */
function inProfile(bytes: ImageBytes, profile: Uint8Array): boolean {
  const block = bytes.within(profile);
  if (block.has(0, "8BIM")) return inPhotoshop(block);
  return tiffIn(block) === null ? saysPlace(bytes, textOf(profile)) : inExif(block);
}

function inGif(bytes: ImageBytes): boolean {
  for (const extension of gifExtensions(bytes)) {
    const { label, start, end } = extension;
    if (label === GIF_LABEL.comment && saysPlace(bytes, textOf(subBlocks(bytes, extension)))) return true;
    if (label !== GIF_LABEL.application) continue;
    // XMP stands there as it is; its letters are read as lengths (XMP, part 3, 1.1.2). Others are in sub-blocks.
    const raw = bytes.has(start + 1, "XMP Data") ? bytes.copy(start, end - start) : subBlocks(bytes, extension);
    if (saysPlace(bytes, textOf(raw), bytes.has(start + 1, "C2PA"))) return true;
  }
  return false;
}

function inWebp(bytes: ImageBytes): boolean {
  for (const { name, start, end } of riffChunks(bytes)) {
    if (name === "EXIF" && inExif(bytes.part(start, end))) return true;
    if (name === "XMP " && saysPlace(bytes, textOf(bytes.copy(start, end - start)))) return true;
    if (name === "C2PA" && saysPlace(bytes, textOf(bytes.copy(start, end - start)), true)) return true;
  }
  return false;
}
