/**
 * Names that are paths: `lisboa/DSC_0001.jpg` is the image `DSC_0001.jpg` of the album `lisboa`. They come from
 * strangers, so what would lead elsewhere is left out; they are not safe as paths of files yet.
 */
import { encodeName } from "./name.ts";

/** Most folders of a name: more than people sort pictures into, and paths stay below what systems allow. */
const MAX_FOLDERS = 16;

/**
 * Longest path that is announced, in bytes as it travels: a baseline program saves it under this one name, and common
 * file systems hold no longer one.
 */
const MAX_ANNOUNCED_BYTES = 255;

/** A part that names no file: blank, `.`, `..`, and what Windows reads as one of them. */
const NO_PART = /^[\s.]*$/;

export interface ImagePath {
  /** The folders around the image, the outermost first; none for a plain name. */
  readonly folders: readonly string[];
  /** The last part; empty when nothing is left of the name. */
  readonly file: string;
}

/**
 * The parts of a name, in Unicode's form NFC, without blanks at their ends. `\` separates them too, as programs on
 * Windows write it. Of too many folders the innermost are kept.
 */
export function pathParts(name: string): ImagePath {
  const parts = name.normalize("NFC").split(/[/\\]/).filter((part) => !NO_PART.test(part)).map((part) => part.trim());
  const file = parts.pop() ?? "";
  return { folders: parts.slice(-MAX_FOLDERS), file };
}

/** The folders of a name, such as `lisboa` or `lisboa/tag1`; empty for a plain name. */
export function albumOf(name: string): string {
  return pathParts(name).folders.join("/");
}

/** The name under which the file at `path` (parts separated by `/`) is announced: too long a path loses its first folders. */
export function announcedName(path: string): string {
  let name = path;
  while (name.includes("/") && wireBytes(name) > MAX_ANNOUNCED_BYTES) name = name.slice(name.indexOf("/") + 1);
  return name;
}

function wireBytes(name: string): number {
  return new TextEncoder().encode(encodeName(name)).length;
}
