/** Turns any name from the network into a file name, or into a path of directories and a file name. */
import filenamify from "filenamify";
import { type ImagePath, pathParts } from "../protocol/image_path.ts";
import { IDLE_JOINER } from "../protocol/joiner.ts";
import { isLitter } from "./litter.ts";

/** The longest file name of common file systems, in bytes (ext4, APFS; NTFS takes 255 UTF-16 units, which is more). */
const MAX_FILE_NAME_BYTES = 255;

/**
 * Characters that reorder or hide others, so that `gpj.exe` may be displayed as `exe.jpg`: they are removed from file
 * names. Joiners stay where they have an effect.
 */
const INVISIBLE = new RegExp(`(?![\\u200c\\u200d])[\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]|${IDLE_JOINER}`, "gu");

/** filenamify keeps ZWJ, which emoji need, but not ZWNJ, which Persian needs: a noncharacter replaces it meanwhile. */
const [ZWNJ, STAND_IN] = ["\u200c", "\ufdd0"];

/**
 * A file name (no path) that is valid on every common system: the last part of `name`, without characters that some
 * system forbids or interprets, not hidden, at most 255 bytes, with its extension. It is none that is never shared.
 */
export function sanitizeFileName(name: string): string {
  const last = name.normalize("NFC").split(/[/\\]/).findLast((part) => part.trim() !== "") ?? "";
  const kept = last.replace(INVISIBLE, "").replaceAll(ZWNJ, STAND_IN);
  const clean = filenamify(kept, { replacement: "_", maxLength: MAX_FILE_NAME_BYTES })
    .replaceAll(STAND_IN, ZWNJ).replace(INVISIBLE, "");
  const visible = clean.trim().replace(/^\.+/, "_");
  return fitted(isLitter(visible) ? `_${visible}_` : visible, "");
}

/**
 * The longest path that systems open: bytes on Linux (PATH_MAX) and macOS, UTF-16 units on Windows, where many
 * programs, such as the Explorer, open no longer one (MAX_PATH); without the final NUL.
 */
const MAX_PATH = { windows: 259, darwin: 1_023 };
const MAX_PATH_ELSEWHERE = 4_095;

/** The separator before a part of a path, and a number after it: ` (9999)`. */
const PART_EXTRA = 1 + 7;

/**
 * The path of a name within `directory`, with a valid file name for each part. If it would be too long for the system,
 * the first folders are left out.
 */
export function sanitizePath(name: string, directory: string, os: string = Deno.build.os): ImagePath {
  const parts = pathParts(name);
  const folders = parts.folders.map(sanitizeFolderName);
  const file = sanitizeFileName(parts.file);
  const length = (part: string): number => PART_EXTRA + (os === "windows" ? part.length : byteLength(part));
  const max = os === "windows" || os === "darwin" ? MAX_PATH[os] : MAX_PATH_ELSEWHERE;
  const room = max - length(directory) - length(file);
  while (folders.length > 0 && folders.reduce((sum, part) => sum + length(part), 0) > room) folders.shift();
  return { folders, file };
}

/** Also without `~`, the home directory in a shell, and `.{`, which makes a folder special on Windows. */
function sanitizeFolderName(part: string): string {
  return sanitizeFileName(part).replace(/^~/, "_").replaceAll(".{", "_{");
}

/** `name (2).jpg`, the name for the `number`th file of this name; a name that would be too long is cut. */
export function numbered(name: string, number: number): string {
  return number === 1 ? name : fitted(name, ` (${number})`);
}

/** Inserts a suffix before the extension of a name, and cuts the name to fit. */
function fitted(name: string, suffix: string): string {
  const { stem, extension } = splitName(name);
  const room = MAX_FILE_NAME_BYTES - byteLength(suffix + extension);
  return (cut(stem, room).replace(INVISIBLE, "").trim() || "image") + suffix + extension;
}

/** Splits off the extension; a dot far from the end belongs to the name. */
function splitName(name: string): { stem: string; extension: string } {
  const extension = /[^.](\.[^.\s]{1,10})$/u.exec(name)?.[1] ?? "";
  return { stem: name.slice(0, name.length - extension.length), extension };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The longest prefix of `text` of whole characters within `bytes` bytes. */
function cut(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
