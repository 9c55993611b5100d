/** Walks through a directory and finds its files without opening them. */
import { join } from "node:path";
import { Fault } from "../fault/fault.ts";
import { changedAt, type FileStat, type SkippedFile, type Unreadable, versionOf } from "../files/file_record.ts";
import { directoryId } from "../files/inside.ts";
import { TEMPORARY_PREFIX } from "../files/temporary.ts";
import { unreadable } from "../files/transient.ts";
import { CHOICES_FILE } from "./choices_file.ts";
import { isLitter } from "../files/litter.ts";
import { IGNORE_FILE } from "./skip.ts";

/** The deepest nesting of directories: more than people use, and paths stay below the limits of systems. */
const MAX_DEPTH = 64;

export interface WalkOptions {
  /** Whether subdirectories are walked too. */
  readonly recursive: boolean;
  /** Whether a path is excluded (parts separated by `/`; a directory's ends with one). */
  readonly ignored: (path: string) => boolean;
  /** Whether the directory had an {@link IGNORE_FILE} when it was looked for. */
  readonly hasRules?: boolean;
  /** Called with each file and directory that is skipped, except our own files. */
  readonly onSkipped?: (skipped: SkippedFile) => void;
}

/**
 * Finds the regular files of a directory, and what could not be read. Links are not followed, since their targets in
 * the directory are found anyway. It is synchronous, which takes a fifth of the time: a caller with other work pauses
 * it from time to time.
 *
 * @throws {Fault} `directory-missing` if the directory was moved, removed or replaced during the walk.
 */
export function* walk(root: string, options: WalkOptions): Generator<FileStat | Unreadable> {
  const { recursive, hasRules } = options;
  const waiting = [""];
  const id = directoryId(root);
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    try {
      for (const { name, isFile, isDirectory } of Deno.readDirSync(join(root, directory))) {
        const path = directory + name;
        if (path === IGNORE_FILE && hasRules === false) throw new Fault("directory-missing", { path: root });
        if (isDirectory && !recursive) continue;
        const entry = isDirectory ? `${path}/` : path;
        const why = isLitter(name)
          ? "hidden"
          : !isFile && !isDirectory
          ? "link"
          : options.ignored(entry)
          ? "ignored"
          : null;
        if (why) {
          if (!isOwn(name)) options.onSkipped?.({ path: entry, why });
        } else if (isDirectory) {
          if (path.split("/").length <= MAX_DEPTH) waiting.push(entry);
        } else {
          const found = statOf(root, path);
          if (found) yield found;
        }
      }
    } catch (error) {
      if (error instanceof Fault) throw error;
      yield unreadable(join(root, directory), error);
    }
    if (directoryId(root) !== id) throw new Fault("directory-missing", { path: root });
  }
}

/** Whether this program writes or reads the file, so that a user does not expect it to be shared. */
function isOwn(name: string): boolean {
  return name === IGNORE_FILE || name.startsWith(CHOICES_FILE) || name.startsWith(TEMPORARY_PREFIX);
}

/** A file; `null` if it was just removed. */
function statOf(root: string, path: string): FileStat | Unreadable | null {
  try {
    const info = Deno.lstatSync(join(root, path));
    if (!info.isFile) return null;
    return { path, size: info.size, version: versionOf(info), changed: changedAt(info) };
  } catch (error) {
    // A name that is not UTF-8 cannot be opened either; other missing files were just removed.
    if (error instanceof Deno.errors.NotFound && !path.includes("\ufffd")) return null;
    return unreadable(join(root, path), error);
  }
}
