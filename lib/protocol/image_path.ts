/**
 * Names that are paths: `lisboa/DSC_0001.jpg` is the image `DSC_0001.jpg` in the album `lisboa`. They come from
 * strangers: parts that would lead elsewhere are removed, but the rest is not yet safe as a path of a file.
 */
import { encodeName } from "./name.ts";

/** The most folders in a name: more than people use for pictures, and paths stay below the limits of systems. */
const MAX_FOLDERS = 16;

/**
 * The longest path that is announced, in bytes as sent: a baseline program saves it under this name, and common file
 * systems cannot hold a longer one.
 */
const MAX_ANNOUNCED_BYTES = 255;

/** A part that names no file: blank, `.`, `..`, and what Windows treats like these. */
const NO_PART = /^[\s.]*$/;

export interface ImagePath {
  /** The folders around the image, the outermost first; none for a plain name. */
  readonly folders: readonly string[];
  /** The last part; empty if nothing of the name is left. */
  readonly file: string;
}

/**
 * The parts of a name, in Unicode's form NFC, without surrounding blanks. `\` separates them too, since programs on
 * Windows write it. Of too many folders, the innermost are kept.
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

/** The name under which the file at `path` (parts separated by `/`) is announced: a longer path loses its first folders. */
export function announcedName(path: string): string {
  let name = path;
  while (name.includes("/") && wireBytes(name) > MAX_ANNOUNCED_BYTES) name = name.slice(name.indexOf("/") + 1);
  return name;
}

function wireBytes(name: string): number {
  return new TextEncoder().encode(encodeName(name)).length;
}
