/**
 * A look through a directory: which files there are, none of them opened.
 *
 * @module
 */
import { join } from "node:path";
import { reasonOfPath, REASONS } from "../wire/reason.ts";
import { changedAt, type Sighting, stampOf, type Unreadable } from "./facts.ts";
import { isLitter } from "./skip.ts";

/** Directories within one another: more than people make, and paths stay below what systems allow. */
const MAX_DEPTH = 64;

/** How a directory is looked through. */
export interface WalkOptions {
  /** Whether the directories in it are looked through too. */
  readonly recursive: boolean;
  /** Whether a path is left out (parts separated by `/`, a directory's with one at the end). */
  readonly ignored: (path: string) => boolean;
}

/**
 * The plain files of a directory, and what could not be looked at. Links are not followed: what they lead to within the
 * directory is found where it is. Asks the system without waiting, which takes a fifth of the time: whoever has something
 * else to do lets it rest now and then.
 */
export function* walk(root: string, { recursive, ignored }: WalkOptions): Generator<Sighting | Unreadable> {
  const waiting = [""];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    try {
      for (const { name, isFile, isDirectory } of Deno.readDirSync(join(root, directory))) {
        const path = directory + name;
        if (isLitter(name) || (!isFile && !isDirectory)) continue;
        if (isDirectory) {
          if (recursive && path.split("/").length <= MAX_DEPTH && !ignored(`${path}/`)) waiting.push(`${path}/`);
        } else if (!ignored(path)) {
          const seen = look(root, path);
          if (seen) yield seen;
        }
      }
    } catch (error) {
      yield { path: join(root, directory), reason: reasonOfPath(directory, error) };
    }
  }
}

/** One file; `null` when it has just gone. */
function look(root: string, path: string): Sighting | Unreadable | null {
  try {
    const info = Deno.lstatSync(join(root, path));
    if (!info.isFile) return null;
    return { path, size: info.size, stamp: stampOf(info), changed: changedAt(info) };
  } catch (error) {
    const reason = reasonOfPath(path, error);
    // Others that are not there any more are no trouble.
    return error instanceof Deno.errors.NotFound && reason !== REASONS.EBADNAME
      ? null
      : { path: join(root, path), reason };
  }
}
