/** Examines whether images of a directory can be shared, and others saved into it. */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { writeAll } from "../../net/io.ts";
import { TEMPORARY_PREFIX } from "../../files/temporary.ts";
import { readChoices } from "../../folder/choices_file.ts";
import { ignoreRules, readIgnoreFile } from "../../folder/skip.ts";
import { Fault } from "../../fault/fault.ts";
import { type Finding, finding } from "./finding.ts";
import { codeOf, reasonOf, reasonOfPath, REASONS } from "../../fault/reason.ts";
import { countImages, type ImageCount } from "./count_images.ts";
import { type Examination, withTimeout } from "./examination.ts";

/** With fewer free bytes, a few hundred photos, the disk is low. Not a percentage: 2% of a large disk is plenty. */
const LITTLE_BYTES = 1_000_000_000;

/** More bytes than file systems store with a file's name, so that a full disk is noticed. */
const SOME_BYTES = 64 * 1024;

/**
 * @param recursive Whether subdirectories count.
 * @returns How far the clock of its disk is ahead of ours, in milliseconds; `null` if no file could be created.
 */
export async function examineDirectory(
  path: string,
  recursive: boolean,
  examination: Examination,
): Promise<number | null> {
  const { report } = examination;
  const read = await examineReading(path, examination);
  if ("code" in read) return report(read), null;
  const { root } = read;
  const ignored = await examineIgnored(root, examination);
  if (typeof ignored !== "string") report(ignored);
  const written = await examineWriting(root, examination);
  const full = written.code === "ENOSPC" || written.code === "EDQUOT";
  if (written.reason !== null && !full) report(finding("directory-not-writable", { path, reason: written.reason }));
  else if (typeof ignored === "string") report(finding("directory-fine", { path }));
  if (typeof ignored === "string") {
    reportImages(path, await countImages(root, recursive, ignoreRules(ignored), examination), report);
  }
  report(full ? finding("disk-full", { path }) : await examineRoom(path, root, examination));
  return written.ahead;
}

/** Its real path, or why it cannot be read. */
async function examineReading(
  path: string,
  { timeouts, signal }: Examination,
): Promise<{ root: string } | Finding> {
  const look = async (): Promise<string> => {
    const root = await Deno.realPath(path);
    if (!(await Deno.stat(root)).isDirectory) throw Object.assign(new Error(REASONS.ENOTDIR), { code: "ENOTDIR" });
    for await (const _ of Deno.readDir(root)) break;
    return root;
  };
  try {
    return { root: await withTimeout(look(), timeouts.disk, signal) };
  } catch (error) {
    signal.throwIfAborted();
    const reason = reasonOfPath(path, error);
    if (reason === REASONS.ENOENT) return finding("directory-missing", { path });
    return finding("directory-unreadable", { path, reason });
  }
}

/** The text of the ignore file, or why it, or what the user chose to share, cannot be read. */
async function examineIgnored(root: string, { timeouts, signal }: Examination): Promise<string | Finding> {
  try {
    await withTimeout(readChoices(root), timeouts.disk, signal);
    return await withTimeout(readIgnoreFile(root), timeouts.disk, signal) ?? "";
  } catch (error) {
    signal.throwIfAborted();
    const values = error instanceof Fault ? error.values as { path: string; reason: string } : null;
    return finding("ignore-unreadable", values ?? { path: root, reason: reasonOf(error) });
  }
}

/** Whether a file can be created, written and removed, and how far its time is ahead of ours. */
async function examineWriting(
  root: string,
  { timeouts, signal, clock }: Examination,
): Promise<{ reason: string | null; code: string; ahead: number | null }> {
  // The name of a temporary file: after a crash, it is removed later.
  const md5 = crypto.getRandomValues(new Uint8Array(16)).toHex();
  const path = join(root, `${TEMPORARY_PREFIX}${md5}-${crypto.randomUUID()}.part`);
  const write = async (): Promise<number> => {
    try {
      using file = await Deno.open(path, { write: true, createNew: true });
      const before = clock();
      await writeAll(file, new Uint8Array(SOME_BYTES));
      await file.sync();
      const after = clock();
      const stamp = (await file.stat()).mtime?.getTime() ?? after;
      return stamp < before ? stamp - before : Math.max(0, stamp - after);
    } finally {
      await Deno.remove(path).catch(() => {}); // It was not created.
    }
  };
  try {
    return { reason: null, code: "", ahead: await withTimeout(write(), timeouts.disk, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { reason: reasonOf(error), code: codeOf(error), ahead: null };
  }
}

function reportImages(path: string, counted: ImageCount, report: Examination["report"]): void {
  const { images, files, whole, unreadable, first } = counted;
  report(images > 0 ? finding("images-found", { path, images, whole }) : finding("no-images", { path, files, whole }));
  if (first) report(finding("files-unreadable", { ...first, count: unreadable }));
}

async function examineRoom(path: string, root: string, { timeouts, signal }: Examination): Promise<Finding> {
  try {
    const { bavail, bsize } = await withTimeout(statfs(root), timeouts.disk, signal);
    const free = bavail * bsize;
    return free < LITTLE_BYTES ? finding("disk-low", { path, free }) : finding("disk-fine", { path, free });
  } catch (error) {
    signal.throwIfAborted();
    return finding("disk-unknown", { path, reason: reasonOf(error) });
  }
}
