/**
 * Keeping what a scan reads while it goes on.
 *
 * @module
 */
import type { FileRecord } from "../files/file_record.ts";
import type { HashCache } from "./hash_cache.ts";

/** What was read is put into the cache after so many milliseconds: an interrupted scan loses no more. */
const WRITE_MS = 1_000;

/** Collects the records of one directory for the cache, if there is one. */
export class CacheWriter implements Disposable {
  readonly #root: string;
  readonly #cache: HashCache | undefined;
  #records: FileRecord[] = [];
  #writtenAt = performance.now();

  /** Writes what is known of the files of `root`. */
  constructor(root: string, cache: HashCache | undefined) {
    [this.#root, this.#cache] = [root, cache];
  }

  /** Adds records; those that have waited long enough are written. */
  add(records: readonly FileRecord[]): void {
    for (const record of records) this.#records.push(record);
    if (performance.now() - this.#writtenAt > WRITE_MS) this[Symbol.dispose]();
  }

  /** Writes what is left. */
  [Symbol.dispose](): void {
    this.#cache?.put(this.#root, this.#records);
    [this.#records, this.#writtenAt] = [[], performance.now()];
  }
}
