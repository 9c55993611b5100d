/** On the disk, not only in the system's memory: what a power cut leaves. */
import { dirname, resolve } from "node:path";
import { codeOf } from "../fault/reason.ts";

/** The errors of systems and file systems that cannot do this: Windows opens no directory, FUSE may know no `fsync`. */
const CANNOT = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EBADF", "EISDIR", "EACCES", "EPERM", "EROFS"]);

function passUnsupported(error: unknown): void {
  if (!CANNOT.has(codeOf(error))) throw error;
}

/** Syncs a file: its bytes are on the disk when this resolves; they may be lost if it throws the system's errors. */
export async function syncFile(file: Deno.FsFile): Promise<void> {
  await file.syncData().catch(passUnsupported);
}

/** Of each directory the sync that is under way, and the one that begins after it. */
const syncs = new Map<string, { now: Promise<void>; next: Promise<void> | null }>();

/**
 * Syncs a directory: its current names are on the disk when this resolves; throws the system's errors. Calls during a
 * sync share the next one, so that many small images need few syncs.
 */
export function syncDirectory(path: string): Promise<void> {
  const under = syncs.get(path);
  if (!under) return begin(path);
  return under.next ??= under.now.catch(() => {}).then(() => begin(path));
}

function begin(path: string): Promise<void> {
  const now = syncOnce(path).finally(() => {
    if (syncs.get(path)?.next === null) syncs.delete(path);
  });
  syncs.set(path, { now, next: null });
  return now;
}

async function syncOnce(path: string): Promise<void> {
  try {
    using directory = await Deno.open(path);
    await directory.sync();
  } catch (error) {
    passUnsupported(error);
  }
}

/** Makes a directory and those around it that are missing, on the disk when it resolves; throws the system's errors. */
export async function makeDirectory(path: string): Promise<void> {
  const made: string[] = [];
  for (let at = resolve(path); !await Deno.stat(at).then(() => true, () => false); at = dirname(at)) {
    made.push(dirname(at));
    if (dirname(at) === at) break;
  }
  await Deno.mkdir(path, { recursive: true });
  for (const parent of made) await syncDirectory(parent);
}
