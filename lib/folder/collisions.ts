/** Finds files of one MD5 and different bytes, which can be made since 2004: only one of them can be shared. */
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { type FileRecord, withoutChangeTime } from "../files/file_record.ts";
import { checkInside } from "../files/inside.ts";
import { PlainFile } from "../files/plain_file.ts";

export interface Collision {
  /** The path of the file that sorts later. */
  readonly path: string;
  /** The path of the first file. */
  readonly other: string;
}

/** Bytes read at a time from each of two files. */
const BLOCK_BYTES = 256 << 10;

/**
 * Finds collisions among the files of a directory. Files of one MD5 are compared with the first of them, each once: the
 * results are kept in `files`.
 *
 * @param root The directory's real path.
 * @returns The collisions, and the files that were compared in this call.
 * @throws The reason of the signal.
 */
export async function findCollisions(
  root: string,
  files: Map<string, FileRecord>,
  signal?: AbortSignal,
): Promise<{ collisions: Collision[]; compared: FileRecord[] }> {
  const collisions: Collision[] = [];
  const compared: FileRecord[] = [];
  for (const [first, ...others] of groupsOfOneMd5(files.values())) {
    const version = withoutChangeTime(first.version) ?? first.version;
    for (const other of others) {
      signal?.throwIfAborted();
      let { compared: result } = other;
      if (result?.version !== version) {
        const same = await hasSameBytes(root, first, other, signal).catch(() => null);
        signal?.throwIfAborted();
        if (same === null) continue; // A file was removed, or cannot be read now: the next scan compares it.
        result = { version, same };
        const record = { ...other, compared: result };
        files.set(other.path, record);
        compared.push(record);
      }
      if (!result.same) collisions.push({ path: other.path, other: first.path });
    }
  }
  return { collisions, compared };
}

/** Groups of files with the same MD5, each sorted by path. */
function groupsOfOneMd5(files: Iterable<FileRecord>): FileRecord[][] {
  const images = [...files].filter(({ image }) => image !== null);
  const groups = [...Map.groupBy(images, ({ image }) => image!.md5).values()];
  return groups.filter(({ length }) => length > 1).map((group) => group.sort((a, b) => a.path < b.path ? -1 : 1));
}

async function hasSameBytes(root: string, a: FileRecord, b: FileRecord, signal?: AbortSignal): Promise<boolean> {
  if (a.size !== b.size) return false;
  using first = await open(root, a);
  using second = await open(root, b);
  const memory = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)];
  for (let left = a.size; left > 0; left -= BLOCK_BYTES) {
    signal?.throwIfAborted();
    const [here, there] = memory.map((block) => block.subarray(0, Math.min(left, BLOCK_BYTES)));
    await Promise.all([fill(first, here), fill(second, there)]);
    if (Buffer.compare(here, there) !== 0) return false;
  }
  return true;
}

async function open(root: string, { path }: FileRecord): Promise<PlainFile> {
  const file = await PlainFile.open(join(root, path));
  try {
    checkInside(file, root, path);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Reads until `into` is full; throws if the file ends before. */
async function fill(file: PlainFile, into: Uint8Array): Promise<void> {
  for (let filled = 0; filled < into.length;) {
    const n = await file.read(into.subarray(filled));
    if (n === null) throw new Error("it became shorter");
    filled += n;
  }
}
