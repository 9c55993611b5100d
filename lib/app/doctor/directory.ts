/**
 * Whether a directory can be shared and saved into: readable, writable, with images, and with room.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { writeAll } from "../../net/io.ts";
import { TEMPORARY_PREFIX } from "../../files/temporary.ts";
import { readIgnoreFile } from "../../folder/skip.ts";
import { ignoreRules } from "../../folder/skip.ts";
import { Fault } from "../../fault/fault.ts";
import { type Finding, finding } from "./finding.ts";
import { codeOf, reasonOf, reasonOfPath, REASONS } from "../../fault/reason.ts";
import { countImages } from "./count_images.ts";
import { type DoctorWaits, patiently } from "./timeouts.ts";

/** Less is little, in bytes: some hundred images of a camera. Not a share of the disk: of a large one, a fiftieth is much. */
const LITTLE_BYTES = 1_000_000_000;

/** What is examined of a directory. */
export interface DirectoryParts {
  readonly path: string;
  /** Whether the directories in it count. */
  readonly recursive: boolean;
  readonly waits: DoctorWaits;
  readonly signal: AbortSignal;
  readonly tell: (finding: Finding) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Examines a directory.
 *
 * @returns How much later than our clock its disk stamped a new file, in milliseconds; `null` where none could be made.
 * @throws The reason of the signal.
 */
export async function examineDirectory(parts: DirectoryParts): Promise<number | null> {
  const { path, tell } = parts;
  const read = await examineReading(parts);
  if ("code" in read) return tell(read), null;
  const ignored = await examineIgnored(parts, read.root);
  if (typeof ignored !== "string") tell(ignored);
  const written = await examineWriting(parts, read.root);
  const full = written.code === "ENOSPC" || written.code === "EDQUOT";
  if (written.reason !== null && !full) tell(finding("directory-not-writable", { path, reason: written.reason }));
  else if (typeof ignored === "string") tell(finding("directory-fine", { path }));
  if (typeof ignored === "string") {
    const counted = await countImages(read.root, parts.recursive, ignoreRules(ignored), parts.waits.disk, parts.signal);
    tellImages(parts, counted);
  }
  tell(full ? finding("disk-full", { path }) : await examineRoom(parts, read.root));
  return written.ahead;
}

/** Its real path, or why it cannot be read. */
async function examineReading({ path, waits, signal }: DirectoryParts): Promise<{ root: string } | Finding> {
  const look = async (): Promise<string> => {
    const root = await Deno.realPath(path);
    if (!(await Deno.stat(root)).isDirectory) throw Object.assign(new Error(REASONS.ENOTDIR), { code: "ENOTDIR" });
    for await (const _ of Deno.readDir(root)) break;
    return root;
  };
  try {
    return { root: await patiently(look(), waits.disk, signal) };
  } catch (error) {
    signal.throwIfAborted();
    const reason = reasonOfPath(path, error);
    if (reason === REASONS.ENOENT) return finding("directory-missing", { path });
    return finding("directory-unreadable", { path, reason });
  }
}

/** What the user leaves out, or why that cannot be read. */
async function examineIgnored({ waits, signal }: DirectoryParts, root: string): Promise<string | Finding> {
  try {
    return await patiently(readIgnoreFile(root), waits.disk, signal) ?? "";
  } catch (error) {
    signal.throwIfAborted();
    const values = error instanceof Fault ? error.values as { path: string; reason: string } : null;
    return finding("ignore-unreadable", values ?? { path: root, reason: reasonOf(error) });
  }
}

/** Whether a file can be made, filled, and taken away again; and how its time differs from ours. */
async function examineWriting(
  { waits, signal, clock }: DirectoryParts,
  root: string,
): Promise<{ reason: string | null; code: string; ahead: number | null }> {
  // A name of which those that are left over by a crash are taken away.
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
      await Deno.remove(path).catch(() => {}); // It was not made.
    }
  };
  try {
    return { reason: null, code: "", ahead: await patiently(write(), waits.disk, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { reason: reasonOf(error), code: codeOf(error), ahead: null };
  }
}

/** More than file systems keep beside a file's name, so that a full disk shows. */
const SOME_BYTES = 64 * 1024;

function tellImages({ path, tell }: DirectoryParts, counted: Awaited<ReturnType<typeof countImages>>): void {
  const { images, files, whole, unreadable, first } = counted;
  tell(images > 0 ? finding("images-found", { path, images, whole }) : finding("no-images", { path, files, whole }));
  if (first) tell(finding("files-unreadable", { ...first, count: unreadable }));
}

async function examineRoom({ path, waits, signal }: DirectoryParts, root: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await patiently(statfs(root), waits.disk, signal);
    const free = bavail * bsize;
    return free < LITTLE_BYTES ? finding("disk-low", { path, free }) : finding("disk-fine", { path, free });
  } catch (error) {
    signal.throwIfAborted();
    return finding("disk-unknown", { path, reason: reasonOf(error) });
  }
}
