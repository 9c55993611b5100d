/**
 * When a picture was taken, by EXIF (Exif 2.32, 4.6.5): `DateTimeOriginal`, with `OffsetTimeOriginal` if present; and by
 * which camera: `Make` and `Model`.
 */
import { type ImageBytes, UnfinishedError } from "./bytes.ts";
import { formatOf } from "./formats.ts";
import { tiffIn } from "./location/location_exif.ts";
import { TAG, Tiff, type TiffDirectory } from "./tiff_directories.ts";

/** The longest text that is read, in bytes: a date has 20, a time zone 7, names of cameras up to some 40. */
const MAX_TEXT = 64;

/**
 * When an image of this MIME type was taken, in seconds since 1970; 0 if unknown. Without a time zone, the time is in
 * this machine's zone, since cameras are set to the time of their owners.
 */
export function takenAt(bytes: ImageBytes, mime: string): number {
  return firstInExif(bytes, mime, takenIn) || 0;
}

/** The camera of an image of this MIME type, such as `Canon EOS R6`; empty if unknown. It is text of strangers. */
export function cameraOf(bytes: ImageBytes, mime: string): string {
  return firstInExif(bytes, mime, cameraIn) || "";
}

/** What is found in the first block of EXIF that has it. */
function firstInExif<T>(bytes: ImageBytes, mime: string, find: (tiff: Tiff) => T): T | undefined {
  try {
    for (const block of formatOf(mime)?.exif?.(bytes) ?? []) {
      const at = tiffIn(block);
      const tiff = at === null ? null : Tiff.of(block.part(at));
      const found = tiff && find(tiff);
      if (found) return found;
    }
  } catch (error) {
    if (!(error instanceof UnfinishedError)) throw error;
  }
}

function takenIn(tiff: Tiff): number {
  const [exif] = tiff.directory(tiff.first).offsets(TAG.exif);
  if (!exif) return 0;
  const directory = tiff.directory(exif);
  return secondsOf(textOf(directory, TAG.taken), textOf(directory, TAG.takenZone));
}

/** Most models name their maker again: `Canon`, `Canon EOS R6`. */
function cameraIn(tiff: Tiff): string {
  const directory = tiff.directory(tiff.first);
  const [make, model] = [TAG.make, TAG.model].map((tag) => textOf(directory, tag).replace(/\0[^]*/, "").trim());
  return model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`.trim();
}

function textOf(directory: TiffDirectory, tag: number): string {
  const { length = 0 } = directory.entry(tag) ?? {};
  return length > MAX_TEXT ? "" : new TextDecoder("latin1").decode(directory.value(tag));
}

/** Seconds since 1970 of `2024:05:31 18:30:00` in a zone such as `-03:00`; 0 for other text, such as blanks or zeros. */
export function secondsOf(text: string, zone: string): number {
  const [, ...parts] = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Values out of range, such as month 13, are no date.
  if (!(year > 0) || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23) return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(zone) ?? [];
  const ms = sign === undefined
    ? new Date(year, month - 1, day, hour, minute, second).getTime()
    : date.getTime() - Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return Math.max(0, Math.floor(ms / 1_000));
}
