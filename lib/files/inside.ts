/** Opening files of a directory, and of no other place: names in it may become links while they are looked at. */
import { join } from "node:path";
import { REASONS } from "../fault/reason.ts";
import type { PlainFile, PlainStat } from "./plain_file.ts";

/** How often the way to a file in a subdirectory is looked at: each directory on it may become a link at any moment. */
const LOOKS = 3;

/** A file that is not where its name says. */
export class OutsideError extends Error {
  readonly code = "EOUTSIDE";

  constructor() {
    super(REASONS.EOUTSIDE);
    this.name = "OutsideError";
  }
}

/** Which directory is at a path, or where its link leads; `null` for none that can be looked at. */
export function directoryId(path: string): string | null {
  try {
    const { dev, ino, isDirectory } = Deno.statSync(path);
    return isDirectory ? `${dev} ${ino}` : null;
  } catch {
    return null;
  }
}

/**
 * What an open file is, if it is the one at this path below the real path `root`, reached over no link; throws
 * {@link OutsideError}, and the system's errors when it is missing.
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
