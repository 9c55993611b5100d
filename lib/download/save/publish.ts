/** Giving a finished file its name, and never another file's. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { Fault } from "../../fault/fault.ts";
import { codeOf, reasonOf } from "../../fault/reason.ts";
import { syncDirectory, syncFile } from "../../files/durable.ts";
import { numbered, sanitizeFileName } from "../../files/file_name.ts";
import { PlainFile } from "../../files/plain_file.ts";
import { createLocked, isAt, type Temporary } from "../../files/temporary.ts";

/** More files of one name than this are a mistake somewhere. */
export const MAX_SAME_NAME = 9_999;

/**
 * Only what has been at rest for so many milliseconds is replaced: what another program writes looks like a leftover too,
 * an empty file or the beginning of the image. Leftovers of a power cut are older.
 */
const REST_MS = 10_000;

/**
 * How long the lock of a file is waited for, in milliseconds. Another run of ours has it for as long as a rename takes; a
 * file that another program keeps locked for longer is not replaced.
 */
const LOCK_MS = 1_000;

/** Between two tries to get a lock, in milliseconds. */
const LOCK_AGAIN_MS = 20;

/** Bytes compared at a time. */
const BLOCK_BYTES = 1 << 20;

/**
 * Gives a temporary file the name of an image, made safe, or the next free number of it; its bytes are on the disk before
 * the name is, and the name before this resolves. A file of that name is never replaced, but for one of which nothing is
 * lost: an empty one, or one that holds the first bytes of the image and no others, as a power cut leaves them, and that
 * has been at rest. One that holds all of them is the image. What cannot be read is another file.
 *
 * @param temporary Open: on Windows its lock prevents reading through another handle, this process included.
 * @param retry Does what needs room, again when there is some. A failed sync is not retried: the system reports lost
 * bytes only once.
 * @returns The path of the image; the temporary name is gone.
 * @throws The system's errors that are about the temporary file or the directory.
 */
export async function publish(
  temporary: Temporary,
  directory: string,
  name: string,
  retry: (work: () => Promise<string>) => Promise<string> = (work) => work(),
): Promise<string> {
  await syncFile(temporary.file);
  const path = await retry(() => giveName(temporary, directory, name));
  await syncDirectory(directory);
  return path;
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
    // Another run may have replaced it with the same image meanwhile.
    if (likeness === "beginning" && await likenessOf(path, temporary.file) === "same") continue;
    number++;
  }
  throw new Error(`there are ${MAX_SAME_NAME} files named ${safe}`);
}

/** What a file is beside an image: the same bytes, on the disk; only the first of them; other bytes; or missing by now. */
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

/** Errors of the image are thrown; those of the other file make it another: they must not end a batch of downloads. */
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

/** The image was there already, but perhaps not on the disk yet. */
async function keepSame(path: string): Promise<Likeness> {
  try {
    using file = await Deno.open(path);
    await syncFile(file);
    return "same";
  } catch (error) {
    if (codeOf(error) === "EACCES") return "same";
    return codeOf(error) === "ENOENT" ? "gone" : "other"; // The disk may not have kept it.
  }
}

/** Replaces a file that holds nothing but the beginning of the image; `false` if another program may be writing it. */
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
    return false; // It is protected, or has gone: the image gets another name.
  }
}

/** Locks a file that another run of ours may be giving a name; `true` also where the file system has no locks. */
async function lockSoon(file: Deno.FsFile): Promise<boolean> {
  for (const until = performance.now() + LOCK_MS;;) {
    const isLocked = await file.tryLock(true).catch(() => true);
    if (isLocked || performance.now() > until) return isLocked;
    await new Promise((resolve) => setTimeout(resolve, LOCK_AGAIN_MS));
  }
}

/** Whether it was not written for a while. A time in the future, as of a server whose clock is ahead, is no rest. */
function isAtRest({ mtime }: Deno.FileInfo): boolean {
  return mtime !== null && Date.now() - mtime.getTime() >= REST_MS;
}

/** Windows replaces a file that is open only on NTFS: not on FAT and exFAT, where a rename is all there is. */
function closeOnWindows(file: Deno.FsFile): void {
  if (Deno.build.os === "windows") file.close();
}

/**
 * Gives the name if it is free: a second link fails when it is taken, where a rename would replace the file. File systems
 * without links (FAT) get an empty file that reserves the name, and then the rename.
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
    closeOnWindows(reserved); // No other run replaces it meanwhile: it has not been at rest.
    Deno.renameSync(from, to);
    return true;
  } catch (failure) {
    Deno.removeSync(to);
    throw failure;
  }
}

/** Turns the system's errors about the disk of `directory` into the faults `disk-full` and `not-written`. */
export async function onDisk<T>(directory: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (isFull(error)) throw new Fault("disk-full", { path: directory }, error);
    throw new Fault("not-written", { path: directory, reason: reasonOf(error) }, error);
  }
}

/** Whether an error says that there is no room, or that no more may be used. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT";
}
