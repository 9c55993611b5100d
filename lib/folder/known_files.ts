/**
 * What was known of the files of a directory before a scan.
 *
 * @module
 */
import { type FileRecord, type FileStat, withoutName } from "../files/file_record.ts";

/** Records of files, found by path, or by what a rename leaves as it is. */
export class KnownFiles {
  readonly #byPath: ReadonlyMap<string, FileRecord>;
  /** Made when the first new path is met. */
  #byStamp: Map<string, FileRecord> | null = null;

  /** These records, by path. */
  constructor(byPath: ReadonlyMap<string, FileRecord>) {
    this.#byPath = byPath;
  }

  /** How many there are. */
  get size(): number {
    return this.#byPath.size;
  }

  /** The record of a path, whether or not the file is still the same. */
  at(path: string): FileRecord | undefined {
    return this.#byPath.get(path);
  }

  /** The record of a file that is unchanged, under this name or the one that it had: that one has the new name then. */
  find({ path, stamp }: FileStat): FileRecord | null {
    const here = this.#byPath.get(path);
    if (here?.stamp === stamp) return here;
    const key = withoutName(stamp);
    if (key === null) return null;
    this.#byStamp ??= new Map(this.#byPath.values().map((record) => [withoutName(record.stamp) ?? "", record]));
    const before = this.#byStamp.get(key);
    return before && before.path !== path ? { ...before, path, stamp } : null;
  }

  /** The records of these paths, and of all that is in the directories among them. */
  *within(paths: readonly string[]): Generator<FileRecord> {
    if (paths.length === 0) return;
    for (const record of this.#byPath.values()) {
      if (paths.some((path) => record.path === path || record.path.startsWith(`${path}/`))) yield record;
    }
  }
}
