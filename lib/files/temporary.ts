/**
 * Makes temporary files, and removes those that are no longer needed. A running process holds a lock on each file that
 * it writes, which distinguishes them from files that a killed process left.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The names of this program's temporary files begin like this: hidden, and never shared. */
export const TEMPORARY_PREFIX = ".idp2pi-";

/** Interrupted downloads that can be resumed, and other files of a killed process. */
const PARTIAL = /^\.idp2pi-[0-9a-f]{32}(-[0-9a-f-]{36})?\.part$/;

/** A download that was not resumed for this long never will be, in milliseconds. */
const STALE_MS = 7 * 24 * 3_600_000;

/** Without file locks, a file that cannot be resumed is abandoned after this time without a change, in milliseconds. */
const LEFT_OVER_MS = 3_600_000;

export interface Temporary {
  readonly path: string;
  readonly file: Deno.FsFile;
  /** The time that the file gets, in seconds since 1970; 0 for the time of its last write. */
  readonly modified?: number;
}

/** The path at which an attempt that can be resumed keeps the bytes of an image. */
export function resumablePath(directory: string, md5: string): string {
  return join(directory, `${TEMPORARY_PREFIX}${md5}.part`);
}

/** Makes a temporary file that cannot be resumed; throws system errors. */
export function makeTemporary(directory: string, md5: string): Temporary {
  for (;;) {
    const path = join(directory, `${TEMPORARY_PREFIX}${md5}-${crypto.randomUUID()}.part`);
    const file = createLocked(path);
    if (file) return { path, file };
  }
}

/** Creates and locks a file; `null` if it exists already, or was removed before it was locked. Throws system errors. */
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
 * Closes a locked file. Closing alone may keep the lock for a moment, if a process that is being started holds a copy
 * of the descriptor.
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
    // It was closed before it was renamed.
  }
}

/** Whether the file could be locked; `null` if the file system has no locks. */
function tryLock(file: Deno.FsFile): boolean | null {
  try {
    return file.tryLockSync(true);
  } catch {
    return null;
  }
}

/** Whether this open file is the one at the path. */
export function isAt(path: string, file: Deno.FsFile): boolean {
  const at = lookAt(path);
  const { dev, ino } = file.statSync();
  return at !== null && at.isFile && at.dev === dev && at.ino === ino;
}

/** The file or link at a path; `null` if none is visible. */
export function lookAt(path: string): Deno.FileInfo | null {
  try {
    return Deno.lstatSync(path);
  } catch {
    return null;
  }
}

/** Opens and locks the file of an earlier attempt; `null` without one, or if it is in use or published. */
export function openLeft(path: string): Deno.FsFile | null {
  const there = existsSync(path) ? lookAt(path) : null; // There rarely is one, and an exception takes longer.
  if (!there?.isFile || isPublished(there)) return null;
  const file = Deno.openSync(path, { read: true, write: true });
  // The process that had the lock may have published the file. Without locks, a new file is safe.
  if (tryLock(file) && isAt(path, file) && !isPublished(file.statSync())) return file;
  file.close();
  return null;
}

/**
 * Removes the temporary files of killed processes: those that cannot be resumed at once, the others after a week. Keeps
 * those of running processes.
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
 * Removes the file of a killed process; returns whether it did.
 *
 * @param old Whether it is old enough to count as abandoned without locks.
 */
export function removeLeft(path: string, old = false): boolean {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    const locked = tryLock(file);
    if (locked === false || (locked === null && !old) || !isAt(path, file)) return false;
    Deno.removeSync(path);
    return true;
  } catch {
    return false; // It may belong to another user; it does no harm.
  }
}

/** Whether {@link removeLeft} would remove this file: no process is writing it. */
export function isLeft(path: string): boolean {
  try {
    const file = Deno.openSync(path, { read: true, write: true });
    try {
      return tryLock(file) === true && isAt(path, file);
    } finally {
      release(file);
    }
  } catch {
    return false;
  }
}

export interface LeftFile {
  readonly path: string;
  readonly info: Deno.FileInfo;
  /** Whether it cannot be resumed. */
  readonly single: boolean;
}

export async function listTemporary(directory: string): Promise<LeftFile[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []); // Others report that it is gone.
  return entries.flatMap(({ name, isFile }) => {
    const [temporary, single] = PARTIAL.exec(name) ?? [];
    const path = join(directory, name);
    const info = temporary !== undefined && isFile ? lookAt(path) : null;
    return info?.isFile ? [{ path, info, single: single !== undefined }] : [];
  });
}

/** Whether a temporary file is already an image of the directory: a process killed while publishing leaves both. */
export function isPublished({ nlink }: Pick<Deno.FileInfo, "nlink">): boolean {
  return nlink !== null && nlink > 1;
}
