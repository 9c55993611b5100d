/**
 * Giving a finished file its name, and never another file's.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { Fault } from "../wire/fault.ts";
import { codeOf, reasonOf } from "../wire/reason.ts";
import { syncFile } from "./durable.ts";
import { localName, numbered } from "./local_name.ts";
import { isFact } from "./passing.ts";
import { PlainFile } from "./plain_file.ts";
import { createLocked, isAt } from "./temporary.ts";

/** More files of one name than this are a mistake somewhere. */
export const MAX_SAME_NAME = 9_999;

/** An empty file that another program has just made gets its bytes within so many milliseconds; ours never do. */
const MAKING_MS = 50;

/** Bytes compared at a time. */
const BLOCK_BYTES = 1 << 20;

/**
 * Gives a temporary file, whose bytes are on the disk, the name of an image, made safe, or the next free number of it.
 * A file of that name is never replaced, but for one of which nothing is lost: an empty one, or one that holds the first
 * bytes of the image and no others, as a power cut leaves them. One that holds all of them is the image.
 *
 * @returns The path of the image; the temporary name is gone.
 */
export async function publish(temporary: string, directory: string, name: string): Promise<string> {
  const safe = localName(name);
  for (let number = 1; number <= MAX_SAME_NAME;) {
    const path = join(directory, numbered(safe, number));
    if (linkOrRename(temporary, path)) return path;
    const likeness = await compare(path, temporary);
    if (likeness === "gone") continue;
    if (likeness === "same") {
      await keepSame(path);
      Deno.removeSync(temporary);
      return path;
    }
    if (likeness === "beginning" && await replace(temporary, path)) return path;
    // Another run may have replaced it with the same image meanwhile.
    if (likeness === "beginning" && await compare(path, temporary) === "same") continue;
    number++;
  }
  throw new Error(`there are ${MAX_SAME_NAME} files named ${safe}`);
}

/** What a file is beside an image: the same bytes, only the first of them, other bytes, or not there any more. */
type Likeness = "same" | "beginning" | "other" | "gone";

async function compare(path: string, image: string): Promise<Likeness> {
  try {
    using there = await PlainFile.open(path);
    using right = PlainFile.openSync(image);
    const [{ size }, { size: whole }] = [there.opened, right.opened];
    if (size > whole) return "other";
    const [a, b] = [new Uint8Array(Math.min(size, BLOCK_BYTES)), new Uint8Array(Math.min(size, BLOCK_BYTES))];
    for (let done = 0; done < size;) {
      const [n, m] = await Promise.all([fill(there, a), fill(right, b)]);
      if (n === 0 || n !== m && done + n !== size) return "other"; // It changes.
      if (Buffer.compare(a.subarray(0, n), b.subarray(0, n)) !== 0) return "other";
      done += n;
    }
    return size === whole ? "same" : "beginning";
  } catch (error) {
    if (!isFact(error)) throw error;
    return codeOf(error) === "ENOENT" ? "gone" : "other"; // What cannot be read is not ours to replace.
  }
}

async function fill(file: PlainFile, block: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < block.length) {
    const n = await file.read(block.subarray(filled));
    if (n === null) break;
    filled += n;
  }
  return filled;
}

/** The image was there already: whoever wrote it may not have waited for the disk. */
async function keepSame(path: string): Promise<void> {
  try {
    using file = await Deno.open(path);
    await syncFile(file);
  } catch (error) {
    if (codeOf(error) !== "EACCES" && codeOf(error) !== "ENOENT") throw error;
  }
}

/**
 * Puts the image in the place of a file that holds nothing but its beginning, unless somebody has just begun to write it.
 *
 * @returns Whether it did.
 */
async function replace(temporary: string, path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { read: true, write: true });
    await file.lock(true).catch(() => {}); // Another run of ours may be giving it a name; not every file system has locks.
    const before = file.statSync();
    if (before.size === 0) await new Promise((resolve) => setTimeout(resolve, MAKING_MS));
    const { size, mtime } = file.statSync();
    const still = size === before.size && mtime?.getTime() === before.mtime?.getTime();
    if (!still || !isAt(path, file) || await compare(path, temporary) !== "beginning") return false;
    Deno.renameSync(temporary, path);
    return true;
  } catch {
    return false; // It is protected, or has gone: the image gets another name.
  }
}

/**
 * A second link fails when the name is taken, where a rename would replace the file. File systems without links (FAT)
 * get an empty file that reserves the name, and then the rename.
 *
 * @returns Whether the name was free.
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
    Deno.renameSync(from, to);
    return true;
  } catch (failure) {
    Deno.removeSync(to);
    throw failure;
  }
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
    if (isFull(error)) throw new Fault("disk-full", { path: directory }, error);
    throw new Fault("not-written", { path: directory, reason: reasonOf(error) }, error);
  }
}

/** Whether an error says that there is no room, or that no more may be used. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT";
}
