/**
 * A scan of a whole directory: what is known already is kept, the rest is read.
 *
 * @module
 */
import { relative, sep } from "node:path";
import { setImmediate } from "node:timers";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { REASONS } from "../fault/reason.ts";
import { type FileRecord, type FileStat, quietIn, type Unreadable } from "../files/file_record.ts";
import { directoryId } from "../files/inside.ts";
import { FileReader } from "./file_reader.ts";
import type { FolderScan, FolderScanOptions } from "./folder_options.ts";
import { KnownFiles } from "./known_files.ts";
import { ignoreRules, readIgnoreFile } from "./skip.ts";
import { AwayError, walk } from "./walk.ts";

/** How a directory is scanned. */
export interface ScanOptions extends FolderScanOptions {
  /** Whether directories within it are scanned too. */
  readonly recursive: boolean;
  /** What was known before, by path. */
  readonly known: ReadonlyMap<string, FileRecord>;
  /** Called with new records, as they come. */
  readonly onRecords?: (records: readonly FileRecord[]) => void;
}

/** What a scan found, with what only the folder itself needs. */
export interface Scan extends FolderScan {
  /** Every file, by its path. */
  readonly files: Map<string, FileRecord>;
  /** Whether every file is what was known. */
  readonly same: boolean;
  /** Whether a path within the directory is one that the user leaves out. */
  readonly ignored: (path: string) => boolean;
}

/** A batch for a worker has so many files or bytes at most: enough to cost little, and all workers end together. */
const BATCH_FILES = 64;
const BATCH_BYTES = 16 << 20;

/** The walk yields to other work after so many milliseconds: too short to be noticed. */
const SLICE_MS = 10;

/** What could not be read for a transient reason is tried again after so many milliseconds. */
const RETRY_MS = 10_000;

/** Transient reasons that concern all files: they are no reason to share less than before. */
const SHORTAGES: ReadonlySet<string> = new Set([REASONS.EMFILE, REASONS.ENOMEM]);

/**
 * Scans the directory `root` (a real path).
 *
 * @throws {Fault} `directory-missing`, `directory-unusable`, also when this machine lacks descriptors or memory;
 * `ignore-unusable`; the reason of the signal.
 */
export async function scanDirectory(root: string, options: ScanOptions): Promise<Scan> {
  const id = directoryId(root);
  const rules = await readIgnoreFile(root);
  using scanning = new Scanning(root, options, rules);
  try {
    await scanning.walk();
    await scanning.finishReading();
  } catch (error) {
    if (!(error instanceof AwayError)) throw error;
    throw new Fault("directory-missing", { path: root });
  }
  const scan = scanning.result();
  if (directoryId(root) !== id) throw new Fault("directory-missing", { path: root });
  return scan;
}

/** One scan under way. */
class Scanning implements Disposable {
  readonly #root: string;
  readonly #options: ScanOptions;
  readonly #known: KnownFiles;
  readonly #hasRules: boolean;
  readonly #ignored: (path: string) => boolean;
  readonly #now = Date.now();
  readonly #reader: FileReader;
  /** What was found: records by path, and what could not be read. */
  readonly #files = new Map<string, FileRecord>();
  readonly #unreadable: Unreadable[] = [];
  /** Files and directories that the walk could not see, for a transient reason. */
  readonly #unseen: string[] = [];
  /** When a further scan may find more, in milliseconds. */
  #retryIn: number | null = null;
  #isSame = true;
  /** Files that are being read, by path; those of the next batch; and the batches that were begun. */
  readonly #unread = new Map<string, FileStat>();
  #batch: FileStat[] = [];
  readonly #batches: Promise<void>[] = [];
  #progress = { files: 0, totalFiles: 0, bytes: 0, totalBytes: 0, found: false };

  constructor(root: string, options: ScanOptions, rules: string | null) {
    [this.#root, this.#options] = [root, options];
    this.#known = new KnownFiles(options.known);
    this.#hasRules = rules !== null;
    this.#ignored = ignoreRules(rules ?? "");
    this.#reader = new FileReader(root);
  }

  /** Finds all files, and begins to read those that are new or changed. */
  async walk(): Promise<void> {
    const { recursive, signal } = this.#options;
    let began = performance.now();
    for (const found of walk(this.#root, { recursive, ignored: this.#ignored, hasRules: this.#hasRules })) {
      if ("reason" in found) this.#skip(found);
      else this.#take(found);
      if (performance.now() - began < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
      signal?.throwIfAborted();
      this.#report();
    }
    this.#readBatch();
    this.#progress.found = true;
  }

  /** What could not be opened: {@link Scanning.result} keeps what is known of it, unless that is sure to be outdated. */
  #skip(one: Unreadable): void {
    this.#unreadable.push(one);
    if (!one.transient) return;
    this.#retry(RETRY_MS);
    this.#unseen.push(this.#within(one.path));
  }

  /** A file: its record is known, or it is read now, or later when it may still be growing. */
  #take(file: FileStat): void {
    this.#progress.totalFiles++;
    const { quiet, onRecords } = this.#options;
    const found = this.#known.find(file);
    if (found && found !== this.#known.at(file.path)) {
      this.#isSame = false; // It was renamed.
      onRecords?.([found]);
    }
    const known = found?.failed && !quiet ? null : found;
    const growsFor = known?.settled || !quiet ? 0 : quietIn(file.changed, this.#now);
    if (growsFor > 0) this.#retry(growsFor);
    if (known?.settled || growsFor > 0) {
      if (known) this.#files.set(file.path, known);
      this.#progress.files++;
      return;
    }
    this.#isSame = false;
    this.#progress.totalBytes += file.size;
    this.#unread.set(file.path, file);
    this.#batch.push(file);
    const bytes = this.#batch.reduce((sum, { size }) => sum + size, 0);
    if (this.#batch.length >= BATCH_FILES || bytes >= BATCH_BYTES) this.#readBatch();
  }

  #readBatch(): void {
    const paths = this.#batch.map(({ path }) => path);
    this.#batch = [];
    if (paths.length === 0) return;
    const batch = this.#read(paths);
    batch.catch(() => {}); // finishReading() throws it.
    this.#batches.push(batch);
  }

  async #read(paths: readonly string[]): Promise<void> {
    const onRead = (bytes: number): void => {
      this.#progress.bytes += bytes;
      this.#report();
    };
    const { bytes, records, unreadable } = await this.#reader.read(paths, { onRead });
    for (const record of records) this.#files.set(record.path, record);
    for (const one of unreadable) this.#fail(one);
    this.#progress.files += paths.length;
    this.#options.onRecords?.(records);
    onRead(bytes);
  }

  /** A file that could not be read. */
  #fail(one: Unreadable): void {
    const path = this.#within(one.path);
    const file = this.#unread.get(path);
    const known = this.#known.at(path);
    const isShared = known?.image && known.stamp === file?.stamp;
    if (isShared && (one.transient || one.reason === REASONS.ETIMEDOUT)) {
      this.#unreadable.push(one);
      this.#files.set(path, known);
    } else if (one.reason === REASONS.ECHANGED && this.#options.quiet) {
      this.#retryIn = quietIn(this.#now, this.#now); // It grows.
    } else {
      this.#unreadable.push(one);
      if (one.transient) this.#retry(RETRY_MS);
      else if (file) this.#files.set(path, { ...file, settled: true, image: null, failed: true });
    }
  }

  /** Waits until all is read, or the signal is aborted. */
  async finishReading(): Promise<void> {
    const { signal } = this.#options;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      signal?.throwIfAborted();
      await Promise.race([Promise.all(this.#batches), aborted.promise]);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
    this.#report();
  }

  /** All that was found. */
  result(): Scan {
    const lost = this.#unreadable.find(({ path, reason }) => path === this.#root || SHORTAGES.has(reason));
    if (lost) throw new Fault("directory-unusable", lost);
    for (const record of this.#known.within(this.#unseen)) {
      if (!this.#files.has(record.path)) this.#files.set(record.path, record);
    }
    return {
      files: this.#files,
      unreadable: this.#unreadable,
      growing: this.#retryIn,
      same: this.#isSame && this.#files.size === this.#known.size,
      ignored: this.#ignored,
    };
  }

  #retry(ms: number): void {
    this.#retryIn = Math.max(this.#retryIn ?? 0, ms);
  }

  #within(path: string): string {
    return relative(this.#root, path).replaceAll(sep, "/");
  }

  #report(): void {
    const { onProgress } = this.#options;
    if (onProgress) notify(() => onProgress({ ...this.#progress }));
  }

  /** Ends reading. */
  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }
}
