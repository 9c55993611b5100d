/** What was known of the files of a directory before a scan. */
import { type FileRecord, type FileStat, withoutChangeTime } from "../files/file_record.ts";

/** Records of files, found by path, or by what a rename leaves as it is. */
export class KnownFiles {
  readonly #byPath: ReadonlyMap<string, FileRecord>;
  /** Made when the first new path is met. */
  #byVersion: Map<string, FileRecord> | null = null;

  constructor(byPath: ReadonlyMap<string, FileRecord>) {
    this.#byPath = byPath;
  }

  get size(): number {
    return this.#byPath.size;
  }

  /** The record of a path, whether or not the file is still the same. */
  at(path: string): FileRecord | undefined {
    return this.#byPath.get(path);
  }

  /** The record of a file that is unchanged, under this name or the one that it had: that one has the new name then. */
  find({ path, version }: FileStat): FileRecord | null {
    const here = this.#byPath.get(path);
    if (here?.version === version) return here;
    const key = withoutChangeTime(version);
    if (key === null) return null;
    this.#byVersion ??= new Map(
      this.#byPath.values().map((record) => [withoutChangeTime(record.version) ?? "", record]),
    );
    const before = this.#byVersion.get(key);
    return before && before.path !== path ? { ...before, path, version } : null;
  }

  /** The records of these paths, and of all that is in the directories among them. */
  *within(paths: readonly string[]): Generator<FileRecord> {
    if (paths.length === 0) return;
    for (const record of this.#byPath.values()) {
      if (paths.some((path) => record.path === path || record.path.startsWith(`${path}/`))) yield record;
    }
  }
}
