/**
 * From a name of the network to the name of a file in one directory, whatever the name says.
 *
 * @module
 */
import filenamify from "filenamify";

/** The longest file name of common file systems, in bytes (ext4, APFS; NTFS takes 255 UTF-16 units, which is more). */
const MAX_FILE_NAME_BYTES = 255;

/** Room left for ` (1234)` when the name is taken. */
const SUFFIX_BYTES = 8;

/** Reorders or hides what stands beside it, so that `gpj.exe` may read as `exe.jpg`: no place in a file's name. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * A file name (no path) on every common system: the last part of `name`, without what some system forbids or reads as
 * something else, not hidden, at most 255 bytes with room for a number, its extension kept.
 */
export function localName(name: string): string {
  const last = name.normalize("NFC").split(/[/\\]/).findLast((part) => part.trim() !== "") ?? "";
  const clean = filenamify(last.replace(INVISIBLE, ""), { replacement: "_", maxLength: MAX_FILE_NAME_BYTES });
  const { stem, extension } = splitName(clean.trim().replace(/^\.+/, "_"));
  const room = MAX_FILE_NAME_BYTES - SUFFIX_BYTES - byteLength(extension);
  return (cut(stem, room).trim() || "image") + extension;
}

/** `name (2).jpg`, the name for the `number`th file of this name. */
export function numbered(name: string, number: number): string {
  const { stem, extension } = splitName(name);
  return number === 1 ? name : `${stem} (${number})${extension}`;
}

/** An extension is short; a dot further ahead belongs to the name. */
function splitName(name: string): { stem: string; extension: string } {
  const extension = /[^.](\.[^.\s]{1,10})$/u.exec(name)?.[1] ?? "";
  return { stem: name.slice(0, name.length - extension.length), extension };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The longest beginning of `text` of whole characters within `bytes` bytes. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
