/**
 * Temporary files: making one, and removing those that are no longer needed. A run holds a lock on each
 * that it writes, which distinguishes it from what a killed run left.
 */
import { join } from "node:path";

/** Temporary files of this program start so: hidden, and never shared. */
export const TEMPORARY_PREFIX = ".idp2pi-";

/** An interrupted image that can be resumed, and what a killed program left of others. */
const PARTIAL = /^\.idp2pi-[0-9a-f]{32}(-[0-9a-f-]{36})?\.part$/;

/** A download that was not resumed for a week will not be, in milliseconds. */
const STALE_MS = 7 * 24 * 3_600_000;

/** Where there are no locks, a file that cannot be resumed is left over after an hour of rest, in milliseconds. */
const LEFT_OVER_MS = 3_600_000;

export interface Temporary {
  readonly path: string;
  readonly file: Deno.FsFile;
}

/** Where an attempt that can be resumed leaves what came of an image. */
export function resumablePath(directory: string, md5: string): string {
  return join(directory, `${TEMPORARY_PREFIX}${md5}.part`);
}

/** Makes a temporary file that cannot be resumed; throws the system's errors. */
export function makeTemporary(directory: string, md5: string): Temporary {
  for (;;) {
    const path = join(directory, `${TEMPORARY_PREFIX}${md5}-${crypto.randomUUID()}.part`);
    const file = createLocked(path);
    if (file) return { path, file };
  }
}

/** Makes and locks a file; `null` when it exists already, or was swept before it was locked. Throws the system's errors. */
export function createLocked(path: string): Deno.FsFile | null {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, createNew: true, mode: 0o644 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return null;
    throw error;
  }
  if (tryLock(file) !== false && isAt(path, file)) return file;
  file.close();
  return null;
}

/**
 * Closes a locked file. Closing alone would not unlock it at once where a process is being started, which has a copy of
 * the descriptor for a moment.
 */
export function release(file: Deno.FsFile): void {
  try {
    file.unlockSync();
  } catch {
    // The file system has no locks, or the file was closed before it was renamed, as on Windows.
  }
  try {
    file.close();
  } catch {
    // The latter.
  }
}

/** Whether a file could be locked; `null` where the file system has no locks. */
function tryLock(file: Deno.FsFile): boolean | null {
  try {
    return file.tryLockSync(true);
  } catch {
    return null;
  }
}

/** Whether the file at a path is this open one. */
export function isAt(path: string, file: Deno.FsFile): boolean {
  const at = lookAt(path);
  const { dev, ino } = file.statSync();
  return at !== null && at.isFile && at.dev === dev && at.ino === ino;
}

function lookAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch {
    return null;
  }
}

/** Opens and locks what an earlier attempt left; `null` if there is nothing, another process has it, or it is an image too. */
export function openLeft(path: string): Deno.FsFile | null {
  const there = lookAt(path);
  if (!there?.isFile || isPublished(there)) return null;
  const file = Deno.openSync(path, { read: true, write: true });
  // The run that had the lock before may have given the file its name. Without locks a new file is right.
  if (tryLock(file) && isAt(path, file) && !isPublished(file.statSync())) return file;
  file.close();
  return null;
}

/**
 * Removes the temporary files that a killed run left: at once those that cannot be resumed, after a week the others. Those
 * of a run that is alive stay.
 *
 * @param now Milliseconds since 1970.
 * @returns How many were removed.
 */
export async function sweepTemporary(directory: string, now: number): Promise<number> {
  let swept = 0;
  for (const { path, info, single } of await listTemporary(directory)) {
    const rest = now - (info.mtime?.getTime() ?? now);
    const resumable = !single && !isPublished(info);
    if (resumable && rest < STALE_MS) continue;
    if (removeLeft(path, rest > LEFT_OVER_MS)) swept++;
  }
  return swept;
}

/**
 * Removes what a killed run left; returns whether it did.
 *
 * @param old Whether it is old enough to be left over where there are no locks.
 */
export function removeLeft(path: string, old = false): boolean {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    const locked = tryLock(file);
    if (locked === false || (locked === null && !old) || !isAt(path, file)) return false;
    Deno.removeSync(path);
    return true;
  } catch {
    return false; // It may not be ours to remove; it disturbs nothing.
  }
}

/** Whether a temporary file is one that {@link removeLeft} would remove: it is not being written. */
export function isLeft(path: string): boolean {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    return tryLock(file) === true && isAt(path, file);
  } catch {
    return false;
  }
}

/** How many downloads of a directory were interrupted and can be resumed. */
export async function countUnfinished(directory: string): Promise<number> {
  const left = await listTemporary(directory);
  return left.filter(({ info, single }) => !single && info.size > 0 && !isPublished(info)).length;
}

export interface LeftFile {
  readonly path: string;
  readonly info: Deno.FileInfo;
  /** Whether it cannot be resumed. */
  readonly single: boolean;
}

export async function listTemporary(directory: string): Promise<LeftFile[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []); // It has gone: others say so.
  return entries.flatMap(({ name, isFile }) => {
    const [temporary, single] = PARTIAL.exec(name) ?? [];
    const path = join(directory, name);
    const info = temporary !== undefined && isFile ? lookAt(path) : null;
    return info?.isFile ? [{ path, info, single: single !== undefined }] : [];
  });
}

/** Whether a temporary file is an image of the directory already: killed between its two names, a process leaves both. */
export function isPublished({ nlink }: Pick<Deno.FileInfo, "nlink">): boolean {
  return nlink !== null && nlink > 1;
}
