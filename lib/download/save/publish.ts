/** Gives a finished file its name, and never replaces another file. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { Fault } from "../../fault/fault.ts";
import { codeOf, reasonOf } from "../../fault/reason.ts";
import { syncDirectory, syncFile } from "../../files/durable.ts";
import { numbered, sanitizeFileName } from "../../files/file_name.ts";
import { PlainFile } from "../../files/plain_file.ts";
import { createLocked, isAt, type Temporary } from "../../files/temporary.ts";

/** The most files of one name: more are a mistake. */
export const MAX_SAME_NAME = 9_999;

/**
 * How long a file must be unchanged before it is replaced, in milliseconds: a file that another program is writing
 * looks like a leftover too, empty or the beginning of the image. Leftovers of a power cut are older.
 */
const REST_MS = 10_000;

/**
 * How long to wait for the lock of a file, in milliseconds. Another process of ours holds it only during a rename; a
 * file that another program keeps locked for longer is not replaced.
 */
const LOCK_MS = 1_000;

/** The pause between two attempts to lock, in milliseconds. */
const LOCK_AGAIN_MS = 20;

/** How many bytes are compared at a time. */
const BLOCK_BYTES = 1 << 20;

/**
 * Gives a temporary file the name of an image, made safe, or the next free number of it. Its bytes are on the disk
 * before the name is, and the name before this resolves. An existing file is only replaced if nothing is lost: if it is
 * empty, or holds only the first bytes of the image, as after a power cut, and has been unchanged for a while. A file
 * that holds all of them is the image. A file that cannot be read counts as another file.
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
  retry: (work: () => Promise<string>) => Promise<string> = (work) => work(),
): Promise<string> {
  await syncFile(temporary.file);
  setModified(temporary);
  const path = await retry(() => giveName(temporary, directory, name));
  await syncDirectory(directory);
  return path;
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

async function giveName(temporary: Temporary, directory: string, name: string): Promise<string> {
  const safe = sanitizeFileName(name);
  for (let number = 1; number <= MAX_SAME_NAME;) {
    const path = join(directory, numbered(safe, number));
    if (linkOrRename(temporary.path, path)) return path;
    const likeness = await likenessOf(path, temporary.file);
    if (likeness === "gone") continue;
    if (likeness === "same") {
      Deno.removeSync(temporary.path);
      return path;
    }
    if (likeness === "beginning" && await replace(temporary, path)) return path;
    // Another process may have replaced it by the same image.
    if (likeness === "beginning" && await likenessOf(path, temporary.file) === "same") continue;
    number++;
  }
  throw new Error(`there are ${MAX_SAME_NAME} files named ${safe}`);
}

/** How a file compares with an image: the same bytes, on the disk; only the first ones; other bytes; or missing. */
type Likeness = "same" | "beginning" | "other" | "gone";

interface Readable {
  read(into: Uint8Array): Promise<number | null>;
  seek(offset: number, whence: Deno.SeekMode.Start): Promise<number>;
  statSync(): { readonly size: number };
}

async function likenessOf(path: string, image: Readable): Promise<Likeness> {
  let there: PlainFile;
  try {
    there = await PlainFile.open(path);
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "gone" : "other";
  }
  using _open = there;
  const likeness = await compare(there, image);
  return likeness === "same" ? await keepSame(path) : likeness;
}

/** Throws errors of the image; a file that cannot be read counts as another, so that it ends no batch of downloads. */
async function compare(there: Readable, image: Readable): Promise<Likeness> {
  const [{ size }, { size: whole }] = [there.statSync(), image.statSync()];
  if (size > whole) return "other";
  await Promise.all([there, image].map((file) => file.seek(0, Deno.SeekMode.Start)));
  const [a, b] = [new Uint8Array(Math.min(size, BLOCK_BYTES)), new Uint8Array(Math.min(size, BLOCK_BYTES))];
  for (let done = 0; done < size;) {
    const [n, m] = await Promise.all([fill(there, a).catch(() => 0), fill(image, b)]);
    if (n === 0 || n !== m && done + n !== size) return "other"; // It changes, or cannot be read.
    if (Buffer.compare(a.subarray(0, n), b.subarray(0, n)) !== 0) return "other";
    done += n;
  }
  return size === whole ? "same" : "beginning";
}

async function fill(file: Readable, block: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < block.length) {
    const n = await file.read(block.subarray(filled));
    if (n === null) break;
    filled += n;
  }
  return filled;
}

/** Syncs a file that is already the image, but may not be on the disk yet. */
async function keepSame(path: string): Promise<Likeness> {
  try {
    using file = await Deno.open(path);
    await syncFile(file);
    return "same";
  } catch (error) {
    if (codeOf(error) === "EACCES") return "same";
    return codeOf(error) === "ENOENT" ? "gone" : "other"; // The disk may have lost it.
  }
}

/** Replaces a file that holds only the beginning of the image; `false` if another program may be writing it. */
async function replace(image: Temporary, path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { read: true, write: true });
    if (!await lockSoon(file)) return false;
    const isOurs = (): boolean => isAt(path, file) && isAtRest(file.statSync());
    if (!isOurs() || await compare(file, image.file) !== "beginning" || !isOurs()) return false;
    closeOnWindows(file);
    Deno.renameSync(image.path, path);
    return true;
  } catch {
    return false; // It is protected, or is gone: the image gets another name.
  }
}

/** Locks a file that another process of ours may be renaming; also `true` if the file system has no locks. */
async function lockSoon(file: Deno.FsFile): Promise<boolean> {
  for (const until = performance.now() + LOCK_MS;;) {
    const isLocked = await file.tryLock(true).catch(() => true);
    if (isLocked || performance.now() > until) return isLocked;
    await new Promise((resolve) => setTimeout(resolve, LOCK_AGAIN_MS));
  }
}

/** Whether it was not written for a while. A time in the future, as from a server whose clock is ahead, is no proof. */
function isAtRest({ mtime }: Deno.FileInfo): boolean {
  return mtime !== null && Date.now() - mtime.getTime() >= REST_MS;
}

/** Windows replaces an open file only on NTFS, not on FAT and exFAT, where only renaming is possible. */
function closeOnWindows(file: Deno.FsFile): void {
  if (Deno.build.os === "windows") file.close();
}

/**
 * Gives the name if it is free: creating a link fails if it is taken, while renaming would replace the file. On file
 * systems without links (FAT), an empty file reserves the name, and is then replaced by renaming.
 */
function linkOrRename(from: string, to: string): boolean {
  try {
    Deno.linkSync(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    if (isFull(error) || error instanceof Deno.errors.NotFound) throw error;
    return reserveAndRename(from, to);
  }
  Deno.removeSync(from);
  return true;
}

function reserveAndRename(from: string, to: string): boolean {
  using reserved = createLocked(to);
  if (!reserved) return false;
  try {
    closeOnWindows(reserved); // No other process replaces it meanwhile, since it is new.
    Deno.renameSync(from, to);
    return true;
  } catch (failure) {
    Deno.removeSync(to);
    throw failure;
  }
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
