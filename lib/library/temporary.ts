/**
 * The names of temporary files, and taking away those that nobody needs any more.
 *
 * @module
 */
import { join } from "node:path";

/** Temporary files of this program start so: hidden, and never shared. */
export const TEMPORARY_PREFIX = ".idp2pi-";

/** What an interrupted image can be gone on with, and what a killed program left of others. */
const PARTIAL = /^\.idp2pi-[0-9a-f]{32}(-[0-9a-f-]{36})?\.part$/;

/** An image that nobody went on with for a week will not be, in milliseconds. */
const STALE_MS = 7 * 24 * 3_600_000;

/** A file that no later fetch goes on with is written all the time: after an hour of rest, in milliseconds, it is left over. */
const LEFT_OVER_MS = 3_600_000;

/**
 * Takes away the temporary files that are stale.
 *
 * @param now Milliseconds since 1970, as the file system counts.
 * @returns How many there were.
 */
export async function sweepTemporary(directory: string, now: number): Promise<number> {
  let swept = 0;
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []); // It has gone: others say so.
  for (const { name, isFile } of entries) {
    const [temporary, single] = PARTIAL.exec(name) ?? [];
    if (temporary === undefined || !isFile) continue;
    const path = join(directory, name);
    const info = await Deno.lstat(path).catch(() => null);
    const kept = single === undefined && info && !isPublished(info) ? STALE_MS : LEFT_OVER_MS;
    if (!info?.mtime || now - info.mtime.getTime() < kept) continue;
    swept += await Deno.remove(path).then(() => 1, () => 0); // It may not be ours to remove; it disturbs nothing.
  }
  return swept;
}

/** How many downloads lie in a directory that were interrupted and can be gone on with. */
export async function countUnfinished(directory: string): Promise<number> {
  let count = 0;
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []); // It has gone: others say so.
  for (const { name, isFile } of entries) {
    const [temporary, single] = PARTIAL.exec(name) ?? [];
    if (temporary === undefined || single !== undefined || !isFile) continue;
    const info = await Deno.lstat(join(directory, name)).catch(() => null);
    if (info && info.size > 0 && !isPublished(info)) count++;
  }
  return count;
}

/** Whether a temporary file is an image of the directory already: killed between its two names, a process leaves both. */
export function isPublished({ nlink }: Pick<Deno.FileInfo, "nlink">): boolean {
  return nlink !== null && nlink > 1;
}
