/**
 * Giving a finished file its name, and never another file's.
 *
 * @module
 */
import { join } from "node:path";
import { Fault } from "../wire/fault.ts";
import { codeOf, reasonOf } from "../wire/reason.ts";
import { localName, numbered } from "./local_name.ts";

/** More files of one name than this are a mistake somewhere. */
export const MAX_SAME_NAME = 9_999;

/**
 * Gives a temporary file the name of an image, made safe, or the next free number of it, and never replaces another
 * file. Two changes of a directory, at once: waiting for them elsewhere would take longer.
 *
 * @returns The new path; the temporary name is gone.
 */
export function publish(temporary: string, directory: string, name: string): string {
  const safe = localName(name);
  for (let number = 1; number <= MAX_SAME_NAME; number++) {
    const path = join(directory, numbered(safe, number));
    try {
      linkOrRename(temporary, path);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  throw new Error(`there are ${MAX_SAME_NAME} files named ${safe}`);
}

/**
 * A second link fails when the name is taken, where a rename would replace the file. File systems without links (FAT)
 * get an empty file that reserves the name, and then the rename.
 */
function linkOrRename(from: string, to: string): void {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    Deno.openSync(to, { write: true, createNew: true }).close();
    try {
      return Deno.renameSync(from, to);
    } catch (failure) {
      Deno.removeSync(to);
      throw failure;
    }
  }
  Deno.removeSync(from);
}

/**
 * Does something to the disk of `directory`, and says in one sentence what is wrong with it.
 *
 * @throws {Fault} `disk-full`, `not-written`.
 */
export async function onDisk<T>(directory: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT") {
      throw new Fault("disk-full", { path: directory }, error);
    }
    throw new Fault("not-written", { path: directory, reason: reasonOf(error) }, error);
  }
}
