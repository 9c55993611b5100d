/** Scans a whole directory: keeps the records of unchanged files, and reads the others. */
import { join } from "node:path";
import { setImmediate } from "node:timers";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { REASONS } from "../fault/reason.ts";
import { type FileRecord, type FileStat, type SkippedFile, stableIn, type Unreadable } from "../files/file_record.ts";
import { directoryId, pathWithin } from "../files/inside.ts";
import { FileReader } from "./file_reader.ts";
import type { FolderOptions, FolderScan, FolderScanOptions } from "./folder_options.ts";
import { KnownFiles } from "./known_files.ts";
import { lookAtFiles } from "./single_files.ts";
import { ignoreRules, readIgnoreFile } from "./skip.ts";
import { walk } from "./walk.ts";

export interface ScanOptions extends FolderScanOptions {
  /** Whether subdirectories are scanned too. */
  readonly recursive: boolean;
  /** The records from before, by path. */
  readonly known: ReadonlyMap<string, FileRecord>;
  /** As in {@link FolderOptions}. */
  readonly only?: FolderOptions["only"];
  /** Called with new records when they arrive. */
  readonly onRecords?: (records: readonly FileRecord[]) => void;
}

/** The results of a scan, with those for the folder alone. */
export interface Scan extends FolderScan {
  /** By path. */
  readonly files: Map<string, FileRecord>;
  /** Files that were left out for reasons other than their content. */
  readonly skipped: readonly SkippedFile[];
  /** Whether every file is as before. */
  readonly same: boolean;
  /** Whether the user excludes a path within the directory. */
  readonly ignored: (path: string) => boolean;
}

/** The largest batch for a worker, in files: batches cost little, and all workers finish at about the same time. */
const BATCH_FILES = 64;
const BATCH_BYTES = 16 << 20;

/** When the walk yields to other work, in milliseconds: too short to be noticed. */
const SLICE_MS = 10;

/** When files that could not be read for a transient reason are retried, in milliseconds. */
const RETRY_MS = 10_000;

/** Transient reasons that concern all files: because of them nothing is shared less than before. */
const SHORTAGES: ReadonlySet<string> = new Set([REASONS.EMFILE, REASONS.ENOMEM]);

/**
 * Scans the directory `root` (a real path).
 *
 * @throws {Fault} `directory-missing`, `directory-unusable`, also when this machine lacks descriptors or memory;
 * `ignore-unusable`; the reason of the signal.
 */
export async function scanDirectory(root: string, options: ScanOptions): Promise<Scan> {
  const { signal } = options;
  signal?.throwIfAborted();
  const id = directoryId(root);
  const { only } = options;
  const rules = only ? null : await readIgnoreFile(root); // Files that are named are not excluded by patterns.
  using reader = new FileReader(root, undefined, undefined, only?.map((path) => join(root, path)));
  const stop = (): void => reader[Symbol.dispose]();
  signal?.addEventListener("abort", stop);
  const scanning = new Scanning(root, options, rules, reader);
  try {
    await scanning.walk();
    await scanning.finishReading();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  const scan = scanning.result();
  if (directoryId(root) !== id) throw new Fault("directory-missing", { path: root });
  return scan;
}

class Scanning {
  readonly #root: string;
  readonly #options: ScanOptions;
  readonly #known: KnownFiles;
  readonly #hasRules: boolean;
  readonly #ignored: (path: string) => boolean;
  readonly #now = Date.now();
  readonly #reader: FileReader;
  readonly #files = new Map<string, FileRecord>();
  readonly #unreadable: Unreadable[] = [];
  readonly #skipped: SkippedFile[] = [];
  /** Files and directories that the walk could not see for a transient reason. */
  readonly #unseen: string[] = [];
  readonly #renamed: FileRecord[] = [];
  /** In how many milliseconds another scan may find more. */
  #retryIn: number | null = null;
  #isSame = true;
  /** Files that are being read, by path; those of the next batch; and the started batches. */
  readonly #unread = new Map<string, FileStat>();
  #batch: FileStat[] = [];
  readonly #batches: Promise<void>[] = [];
  #progress = { files: 0, totalFiles: 0, bytes: 0, totalBytes: 0, found: false };

  constructor(root: string, options: ScanOptions, rules: string | null, reader: FileReader) {
    [this.#root, this.#options, this.#reader] = [root, options, reader];
    this.#known = new KnownFiles(options.known);
    this.#hasRules = rules !== null;
    this.#ignored = ignoreRules(rules ?? "");
  }

  /** Finds all files, and starts to read new and changed ones. */
  async walk(): Promise<void> {
    const { recursive, signal, only } = this.#options;
    let began = performance.now();
    const onSkipped = (skipped: SkippedFile): void => void this.#skipped.push(skipped);
    const options = { recursive, ignored: this.#ignored, hasRules: this.#hasRules, onSkipped };
    const all = only ? lookAtFiles(this.#root, only, onSkipped) : walk(this.#root, options);
    for (const found of all) {
      if ("reason" in found) this.#skip(found);
      else this.#take(found);
      if (performance.now() - began < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
      signal?.throwIfAborted();
      this.#report();
    }
    this.#readBatch();
    if (this.#renamed.length > 0) this.#options.onRecords?.(this.#renamed);
    this.#progress.found = true;
  }

  /** Notes a file that could not be opened: {@link Scanning.result} keeps its record unless that is outdated. */
  #skip(one: Unreadable): void {
    this.#unreadable.push(one);
    this.#skipped.push({ path: this.#within(one.path), why: "unreadable", kind: one.reason });
    if (!one.transient) return;
    this.#retry(RETRY_MS);
    this.#unseen.push(this.#within(one.path));
  }

  /** Takes a file: its record is known, or it is read now, or later if it may be incomplete. */
  #take(file: FileStat): void {
    this.#progress.totalFiles++;
    const { onlyStable } = this.#options;
    const found = this.#known.find(file);
    if (found && found !== this.#known.at(file.path)) {
      this.#isSame = false;
      this.#renamed.push(found);
    }
    const known = found?.failed && !onlyStable ? null : found;
    const unstableFor = known?.reliable || !onlyStable ? 0 : stableIn(file.changed, this.#now);
    if (unstableFor > 0) this.#retry(unstableFor);
    if (known?.reliable || unstableFor > 0) {
      if (known) this.#files.set(file.path, known);
      else this.#skipped.push({ path: file.path, why: "growing" });
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
    batch.catch(() => {}); // finishReading() throws the error.
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

  #fail(one: Unreadable): void {
    const path = this.#within(one.path);
    const file = this.#unread.get(path);
    const known = this.#known.at(path);
    const isShared = known?.image && known.version === file?.version;
    if (isShared && (one.transient || one.reason === REASONS.ETIMEDOUT)) {
      this.#unreadable.push(one);
      this.#files.set(path, known);
    } else if (one.reason === REASONS.ECHANGED && this.#options.onlyStable) {
      this.#retryIn = stableIn(this.#now, this.#now); // The file is being written.
      this.#skipped.push({ path, why: "growing" });
    } else {
      this.#unreadable.push(one);
      const skipped = { why: one.reason === REASONS.ECHANGED ? "growing" : "unreadable", kind: one.reason } as const;
      if (one.transient) this.#retry(RETRY_MS);
      if (one.transient || !file) this.#skipped.push({ path, ...skipped });
      else this.#files.set(path, { ...file, reliable: true, image: null, failed: true, skipped });
    }
  }

  async finishReading(): Promise<void> {
    await Promise.all(this.#batches);
    this.#report();
  }

  result(): Scan {
    const lost = this.#unreadable.find(({ path, reason }) => path === this.#root || SHORTAGES.has(reason));
    if (lost) throw new Fault("directory-unusable", lost);
    for (const record of this.#known.within(this.#unseen)) {
      if (!this.#files.has(record.path)) this.#files.set(record.path, record);
    }
    return {
      files: this.#files,
      unreadable: this.#unreadable,
      skipped: this.#skipped.filter(({ path }) => !this.#files.get(path)?.image),
      retryIn: this.#retryIn,
      same: this.#isSame && this.#files.size === this.#known.size,
      ignored: this.#ignored,
    };
  }

  #retry(ms: number): void {
    this.#retryIn = Math.max(this.#retryIn ?? 0, ms);
  }

  #within(path: string): string {
    return pathWithin(this.#root, path);
  }

  #report(): void {
    const { onProgress } = this.#options;
    if (onProgress) notify(() => onProgress({ ...this.#progress }));
  }
}
