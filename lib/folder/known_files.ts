/** The records of a directory's files from before a scan. */
import { type FileRecord, type FileStat, withoutChangeTime } from "../files/file_record.ts";

/** Records found by path, or by the properties that a rename keeps. */
export class KnownFiles {
  readonly #byPath: ReadonlyMap<string, FileRecord>;
  /** Created when the first new path occurs. */
  #byVersion: Map<string, FileRecord> | null = null;

  constructor(byPath: ReadonlyMap<string, FileRecord>) {
    this.#byPath = byPath;
  }

  get size(): number {
    return this.#byPath.size;
  }

  /** The record of a path, even if the file has changed. */
  at(path: string): FileRecord | undefined {
    return this.#byPath.get(path);
  }

  /** The record of an unchanged file under this name or an earlier one; in the latter case it gets the new name. */
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

  /** The records of these paths, and of all files below the directories among them. */
  *within(paths: readonly string[]): Generator<FileRecord> {
    if (paths.length === 0) return;
    for (const record of this.#byPath.values()) {
      if (paths.some((path) => record.path === path || record.path.startsWith(`${path}/`))) yield record;
    }
  }
}
