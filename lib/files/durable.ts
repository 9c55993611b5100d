/** Syncs files and directories, so that they survive a power cut. */
import { dirname, resolve } from "node:path";
import { codeOf } from "../fault/reason.ts";

/** Errors of systems and file systems that cannot sync: Windows opens no directory, FUSE may lack `fsync`. */
const CANNOT = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EBADF", "EISDIR", "EACCES", "EPERM", "EROFS"]);

function passUnsupported(error: unknown): void {
  if (!CANNOT.has(codeOf(error))) throw error;
}

/** Syncs a file: its bytes are on the disk when this resolves; if it throws a system error, they may be lost. */
export async function syncFile(file: Deno.FsFile): Promise<void> {
  await file.syncData().catch(passUnsupported);
}

/** The sync of each directory that is running, and the one that follows it. */
const syncs = new Map<string, { now: Promise<void>; next: Promise<void> | null }>();

/**
 * Syncs a directory: its current names are on the disk when this resolves; throws system errors. Calls during a sync
 * share the next one, so that many small images need few syncs.
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

/** Makes a directory and its missing parents; they are on the disk when this resolves. Throws system errors. */
export async function makeDirectory(path: string): Promise<void> {
  const made: string[] = [];
  for (let at = resolve(path); !await Deno.stat(at).then(() => true, () => false); at = dirname(at)) {
    made.push(dirname(at));
    if (dirname(at) === at) break;
  }
  await Deno.mkdir(path, { recursive: true });
  for (const parent of made) await syncDirectory(parent);
}
