/** Opens files of a directory, and never of another place: names in it may become links while they are checked. */
import { join, relative, sep } from "node:path";
import { REASONS } from "../fault/reason.ts";
import type { PlainFile, PlainStat } from "./plain_file.ts";

/** How often the path of a file in a subdirectory is checked: each directory on it may become a link at any moment. */
const LOOKS = 3;

/** The error for a file that lies outside the directory. */
export class OutsideError extends Error {
  readonly code = "EOUTSIDE";

  constructor() {
    super(REASONS.EOUTSIDE);
    this.name = "OutsideError";
  }
}

/** The path of a file within a directory, separated by `/`. */
export function pathWithin(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, "/");
}

/** Identifies the directory at a path, or at the target of a link; `null` if there is none that can be read. */
export function directoryId(path: string): string | null {
  try {
    const { dev, ino, isDirectory } = Deno.statSync(path);
    return isDirectory ? `${dev} ${ino}` : null;
  } catch {
    return null;
  }
}

/**
 * The properties of an open file, if it is the one at this path below the real path `root`, reached without links.
 * Throws {@link OutsideError}, and system errors if it is missing.
 */
export function checkInside(file: PlainFile, root: string, path: string): PlainStat {
  const info = file.opened;
  const absolute = join(root, path);
  for (let look = path.includes("/") ? LOOKS : 1; look > 0; look--) {
    const { isFile, dev, ino } = Deno.lstatSync(absolute);
    if (!isFile || dev !== info.dev || ino !== info.ino) throw new OutsideError();
    if (path.includes("/") && Deno.realPathSync(absolute) !== absolute) throw new OutsideError();
  }
  return info;
}
