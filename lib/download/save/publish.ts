/** Gives a finished file its name, and never replaces another file. */
import { join } from "node:path";
import { Fault } from "../../fault/fault.ts";
import { codeOf, reasonOf } from "../../fault/reason.ts";
import { syncDirectory, syncFile } from "../../files/durable.ts";
import { numbered, sanitizePath } from "../../files/file_name.ts";
import { OutsideError } from "../../files/inside.ts";
import { Subdirectory } from "../../files/subdirectory.ts";
import { createLocked, type Temporary } from "../../files/temporary.ts";
import { complete, likenessOf } from "./same_name.ts";

/** The most files of one name: more are a mistake. */
export const MAX_SAME_NAME = 9_999;

/** How often the directories of an image are entered: other programs may be moving or removing them. */
const MAX_ENTERED = 20;

/**
 * Gives a temporary file the name of an image, made safe, or the next free number of it. Its bytes are on the disk
 * before the name is, and the name before this resolves. The folders in the name become subdirectories, created if
 * necessary. An existing file is only changed if nothing is lost: if it is empty, or holds only the first bytes of the
 * image, as after a power cut, and has been unchanged for a while, it is completed. A file that holds all bytes is the
 * image. A file that cannot be read counts as another file.
 *
 * @param temporary The open file: on Windows its lock prevents reading by another handle, even in this process.
 * @param retry Runs what needs disk space, and runs it again when there is room. A failed sync is not retried: the
 * system reports lost bytes only once.
 * @returns The path of the image; the temporary name is gone.
 * @throws System errors about the temporary file or the directory.
 */
export async function publish(
  temporary: Temporary,
  directory: string,
  name: string,
  retry: <T>(work: () => Promise<T>) => Promise<T> = (work) => work(),
): Promise<string> {
  await syncFile(temporary.file);
  setModified(temporary);
  const { inside, given } = await retry(() => giveName(temporary, directory, name));
  await Promise.all(inside.paths.map(syncDirectory));
  return join(inside.path, given);
}

/** The earliest time for a file, in seconds since 1970: 1980, the first of FAT. Clocks never set are earlier. */
const FIRST_TIME = 315_532_800;

/** Sets the time of the peer's file, unless it is absurd or in the future; a file that cannot have it is not changed. */
function setModified({ file, modified = 0 }: Temporary): void {
  const now = Date.now() / 1_000;
  if (modified < FIRST_TIME || modified > now) return;
  try {
    file.utimeSync(now, modified);
  } catch {
    // The file system has no times, or cannot store this one.
  }
}

/**
 * Returns the directory in which the file is now, and its name there. If it cannot be in the subdirectory that its name
 * says, because that is read-only or on another disk, it is saved without one: the image matters more.
 */
async function giveName(
  temporary: Temporary,
  directory: string,
  name: string,
): Promise<{ inside: Subdirectory; given: string }> {
  const { folders, file } = sanitizePath(name, directory);
  for (let entered = 1;; entered++) {
    const isLast = entered > MAX_ENTERED || folders.length === 0;
    let inside: Subdirectory | null = null;
    try {
      inside = await Subdirectory.enter(directory, isLast ? [] : folders);
      return { inside, given: await nameIn(inside, temporary, file) };
    } catch (error) {
      inside?.removeEmpty();
      if (isLast || isFull(error) || temporary.file.statSync().size === 0) throw error;
      const isMoved = error instanceof OutsideError || codeOf(error) === "ENOENT" && inside?.isHere() === false;
      if (!isMoved) entered = MAX_ENTERED;
    }
  }
}

async function nameIn(inside: Subdirectory, temporary: Temporary, safe: string): Promise<string> {
  for (let number = 1; number <= MAX_SAME_NAME;) {
    if (!inside.isHere()) throw new OutsideError();
    const name = numbered(safe, number);
    if (await linkOrRename(temporary, inside, name)) return name;
    const likeness = await likenessOf(inside, name, temporary.file);
    if (likeness === "gone") continue;
    if (likeness === "same") {
      Deno.removeSync(temporary.path);
      return name;
    }
    if (likeness === "beginning" && await complete(inside, name, temporary)) return name;
    // Another process may have completed it.
    if (likeness === "beginning" && await likenessOf(inside, name, temporary.file) === "same") continue;
    number++;
  }
  throw new Error(`there are ${MAX_SAME_NAME} files named ${safe}`);
}

/**
 * Gives the name if it is free: creating a link fails if it is taken, while renaming would replace the file. On file
 * systems without links (FAT), an empty file reserves the name, and is then replaced by renaming.
 */
async function linkOrRename(temporary: Temporary, inside: Subdirectory, name: string): Promise<boolean> {
  try {
    Deno.linkSync(temporary.path, join(inside.path, name));
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    if (isFull(error) || error instanceof Deno.errors.NotFound) throw error;
    return await reserveAndRename(temporary, inside, name);
  }
  await inside.confirm(name, temporary);
  Deno.removeSync(temporary.path);
  return true;
}

async function reserveAndRename(temporary: Temporary, inside: Subdirectory, name: string): Promise<boolean> {
  const to = join(inside.path, name);
  using reserved = createLocked(to);
  if (!reserved) return false;
  const id = reserved.statSync();
  try {
    if (!inside.holds(name, id)) throw new OutsideError();
    // Windows replaces an open file only on NTFS. No other process completes it meanwhile, since it is new.
    if (Deno.build.os === "windows") reserved.close();
    Deno.renameSync(temporary.path, to);
  } catch (failure) {
    await inside.remove(name, id);
    throw failure;
  }
  await inside.confirm(name, temporary, true);
  return true;
}

/** Turns system errors about the disk of `directory` into the faults `disk-full` and `not-written`. */
export async function onDisk<T>(directory: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (isFull(error)) throw new Fault("disk-full", { path: directory }, error);
    throw new Fault("not-written", { path: directory, reason: reasonOf(error) }, error);
  }
}

/** Whether an error means that there is no room, or that a quota is used up. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT";
}
