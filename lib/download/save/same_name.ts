/** A file that already has the name of a finished download: whether it is the image, its beginning, or another file. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { codeOf } from "../../fault/reason.ts";
import { syncFile } from "../../files/durable.ts";
import { PlainFile } from "../../files/plain_file.ts";
import type { Subdirectory } from "../../files/subdirectory.ts";
import { isPublished, type Temporary } from "../../files/temporary.ts";

/**
 * How long a file must be unchanged before it is completed, in milliseconds: a file that another program is writing
 * looks like a leftover too, empty or the beginning of the image. Leftovers of a power cut are older.
 */
const REST_MS = 10_000;

/**
 * How long to wait for the lock of a file, in milliseconds. Another process of ours holds it only while it completes
 * the file; a file that is locked for longer is left alone.
 */
const LOCK_MS = 1_000;

/** The pause between two attempts to lock, in milliseconds. */
const LOCK_AGAIN_MS = 20;

/** How many bytes are compared at a time. */
const BLOCK_BYTES = 1 << 20;

/** How a file compares with an image: the same bytes, on the disk; only the first ones; other bytes; or missing. */
type Likeness = "same" | "beginning" | "other" | "gone";

interface Readable {
  read(into: Uint8Array): Promise<number | null>;
  seek(offset: number, whence: Deno.SeekMode.Start): Promise<number>;
  statSync(): { readonly size: number };
}

/** How the file of this name compares with an image. */
export async function likenessOf(inside: Subdirectory, name: string, image: Readable): Promise<Likeness> {
  const path = join(inside.path, name);
  let there: PlainFile;
  try {
    there = await PlainFile.open(path);
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "gone" : "other";
  }
  using _open = there;
  const likeness = await compare(there, image);
  if (likeness !== "same") return likeness;
  if (!inside.holds(name, there.opened)) return inside.isHere() ? "other" : "gone";
  return await keepSame(path);
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

/**
 * Completes a file that holds only the beginning of an image, whose temporary file is then removed; `false` if another
 * program may be writing it. The file is not replaced, since its directory could become a link meanwhile.
 */
export async function complete(inside: Subdirectory, name: string, image: Temporary): Promise<boolean> {
  try {
    using file = await Deno.open(join(inside.path, name), { read: true, write: true });
    if (!await lockSoon(file)) return false;
    const isOurs = (): boolean => {
      const info = file.statSync();
      return inside.holds(name, info) && isAtRest(info) && !isPublished(info);
    };
    if (!isOurs() || await compare(file, image.file) !== "beginning" || !isOurs()) return false;
    await append(image.file, file);
    Deno.removeSync(image.path);
    return true;
  } catch {
    return false; // It is protected, or is gone, or the disk is full: the image gets another name.
  }
}

/** Appends the missing bytes of an image to its beginning, and sets the image's time; restores the file on failure. */
async function append(image: Deno.FsFile, to: Deno.FsFile): Promise<void> {
  const { size } = to.statSync();
  await Promise.all([image, to].map((file) => file.seek(size, Deno.SeekMode.Start)));
  const block = new Uint8Array(BLOCK_BYTES);
  try {
    for (let n = await image.read(block); n !== null; n = await image.read(block)) {
      for (let done = 0; done < n;) done += await to.write(block.subarray(done, n));
    }
    const { mtime } = image.statSync();
    if (mtime) await to.utime(new Date(), mtime).catch(() => {}); // If the file system has times.
    await syncFile(to);
  } catch (error) {
    to.truncateSync(size);
    throw error;
  }
}

/** Locks a file that another process of ours may be completing; also `true` if the file system has no locks. */
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
