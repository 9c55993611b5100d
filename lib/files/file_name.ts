/** Turns any name from the network into the name of a file in one directory. */
import filenamify from "filenamify";
import { IDLE_JOINER } from "../protocol/joiner.ts";

/** The longest file name of common file systems, in bytes (ext4, APFS; NTFS takes 255 UTF-16 units, which is more). */
const MAX_FILE_NAME_BYTES = 255;

/**
 * Characters that reorder or hide their neighbours, so that `gpj.exe` may read as `exe.jpg`: no place in a file's name. Joiners
 * stay where they join.
 */
const INVISIBLE = new RegExp(`(?![\\u200c\\u200d])[\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]|${IDLE_JOINER}`, "gu");

/** filenamify keeps ZWJ, which emoji need, and not ZWNJ, which Persian needs: so a noncharacter stands in for it. */
const [ZWNJ, STAND_IN] = ["\u200c", "\ufdd0"];

/**
 * A file name (no path) on every common system: the last part of `name`, without what some system forbids or reads as
 * something else, not hidden, at most 255 bytes, its extension kept.
 */
export function sanitizeFileName(name: string): string {
  const last = name.normalize("NFC").split(/[/\\]/).findLast((part) => part.trim() !== "") ?? "";
  const kept = last.replace(INVISIBLE, "").replaceAll(ZWNJ, STAND_IN);
  const clean = filenamify(kept, { replacement: "_", maxLength: MAX_FILE_NAME_BYTES })
    .replaceAll(STAND_IN, ZWNJ).replace(INVISIBLE, "");
  return fitted(clean.trim().replace(/^\.+/, "_"), "");
}

/** `name (2).jpg`, the name for the `number`th file of this name; a name for which that is too long is cut. */
export function numbered(name: string, number: number): string {
  return number === 1 ? name : fitted(name, ` (${number})`);
}

/** A name with something before its extension, the rest of it cut so that all of it fits. */
function fitted(name: string, suffix: string): string {
  const { stem, extension } = splitName(name);
  const room = MAX_FILE_NAME_BYTES - byteLength(suffix + extension);
  return (cut(stem, room).replace(INVISIBLE, "").trim() || "image") + suffix + extension;
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
