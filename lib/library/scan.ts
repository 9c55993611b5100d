/**
 * A look through a whole directory: what is known already is taken over, the rest is read.
 *
 * @module
 */
import { join } from "node:path";
import { setImmediate } from "node:timers";
import { Fault } from "../wire/fault.ts";
import { reasonOf, REASONS } from "../wire/reason.ts";
import { type FileFacts, quietIn, type Sighting, type Unreadable, withoutName } from "./facts.ts";
import { type FromScanWorker, ScanWorkers } from "./scan_workers.ts";
import { IGNORE_FILE } from "./skip.ts";
import { walk } from "./walk.ts";

/** How far a scan has come. */
export interface ScanProgress {
  /** Files done with. */
  readonly files: number;
  /** Files found so far; all of them once `found` is true. */
  readonly totalFiles: number;
  /** Bytes read. */
  readonly bytes: number;
  /** Bytes of the files that are to be read. */
  readonly totalBytes: number;
  /** Whether all files are found. */
  readonly found: boolean;
}

/** How a directory is scanned. */
export interface ScanOptions {
  /** Whether directories within it are scanned too. */
  readonly recursive: boolean;
  /** What was known before, by path. */
  readonly known: ReadonlyMap<string, FileFacts>;
  /** Leaves out what may still be growing: what changed just now. */
  readonly quiet?: boolean;
  /** Gives it up. */
  readonly signal?: AbortSignal;
  /** Told how it goes on. */
  readonly onProgress?: (at: ScanProgress) => void;
  /** Given what was read, as it comes. */
  readonly onFacts?: (facts: readonly FileFacts[]) => void;
}

/** What a scan found. */
export interface Scan {
  /** Every file, by its path. */
  readonly files: Map<string, FileFacts>;
  /** What could not be read. */
  readonly unreadable: Unreadable[];
  /** When what was left out for growing may be whole, in milliseconds from now; `null` when nothing was. */
  readonly growing: number | null;
}

/** An order to a worker has so many files or bytes at most: enough to cost little, and all workers end together. */
const ORDER_FILES = 64;
const ORDER_BYTES = 16 << 20;

/** So long the walk goes on before others have their turn, in milliseconds: nobody notices it. */
const SLICE_MS = 10;

/** A longer list of what is not shared is a mistake, in bytes. */
const MAX_IGNORE_BYTES = 1 << 20;

/**
 * Looks through the directory `root` (a real path).
 *
 * @throws {Fault} `directory-unusable`, `ignore-unusable`; the reason of the signal.
 */
export async function scanDirectory(root: string, options: ScanOptions): Promise<Scan> {
  const scanning = new Scanning(root, options);
  return await scanning.run(await ignoredText(root));
}

/** What the user leaves out. If it cannot be read nothing may be shared: it may be private. */
async function ignoredText(root: string): Promise<string> {
  const path = join(root, IGNORE_FILE);
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_IGNORE_BYTES) throw new Fault("ignore-unusable", { path, reason: REASONS.EFBIG });
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    if (error instanceof Fault) throw error;
    throw new Fault("ignore-unusable", { path, reason: reasonOf(error) }, error);
  }
}

/** One scan under way. */
class Scanning {
  readonly #root: string;
  readonly #options: ScanOptions;
  readonly #now = Date.now();
  readonly #files = new Map<string, FileFacts>();
  readonly #unreadable: Unreadable[] = [];
  /** What was known by what a rename leaves as it is, made when the first new path is met. */
  #renamed: Map<string, FileFacts> | null = null;
  #growing: number | null = null;
  /** Files for the next order. */
  #order = { paths: [] as string[], bytes: 0 };
  #progress = { files: 0, totalFiles: 0, bytes: 0, totalBytes: 0, found: false };
  readonly #workers = new ScanWorkers((message) => this.#take(message));

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#options = options;
  }

  async run(ignored: string): Promise<Scan> {
    using workers = this.#workers;
    const { recursive, signal } = this.#options;
    let began = performance.now();
    for (const seen of walk(this.#root, { recursive, ignored })) {
      if ("reason" in seen) this.#unreadable.push(seen);
      else this.#see(seen);
      if (performance.now() - began < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
      signal?.throwIfAborted();
      this.#tell();
    }
    this.#send();
    this.#progress.found = true;
    await workers.done(signal);
    this.#tell();
    const lost = this.#unreadable.find(({ path }) => path === this.#root);
    if (lost) throw new Fault("directory-unusable", lost);
    return { files: this.#files, unreadable: this.#unreadable, growing: this.#growing };
  }

  #take(message: FromScanWorker): void {
    this.#progress.bytes += message.bytes;
    if (message.kind === "done") {
      for (const facts of message.facts) this.#files.set(facts.path, facts);
      this.#unreadable.push(...message.unreadable.filter((it) => !this.#isGrowing(it)));
      this.#progress.files += message.facts.length + message.unreadable.length;
      this.#options.onFacts?.(message.facts);
    }
    this.#tell();
  }

  /** A file that changes while it is read is looked at again, where somebody does that. */
  #isGrowing({ reason }: Unreadable): boolean {
    if (!this.#options.quiet || reason !== REASONS.ECHANGED) return false;
    this.#growing = quietIn(this.#now, this.#now);
    return true;
  }

  #see(file: Sighting): void {
    this.#progress.totalFiles++;
    const known = this.#find(file);
    const wait = known?.settled || !this.#options.quiet ? 0 : quietIn(file.changed, this.#now);
    if (wait > 0) this.#growing = Math.max(this.#growing ?? 0, wait);
    if (known?.settled || wait > 0) {
      if (known) this.#files.set(file.path, known);
      return void this.#progress.files++;
    }
    this.#progress.totalBytes += file.size;
    this.#order.paths.push(file.path);
    this.#order.bytes += file.size;
    if (this.#order.paths.length >= ORDER_FILES || this.#order.bytes >= ORDER_BYTES) this.#send();
  }

  /** What is known of a file that seems the same, under this name or the one that it had. */
  #find({ path, stamp }: Sighting): FileFacts | null {
    const here = this.#options.known.get(path);
    if (here?.stamp === stamp) return here;
    const key = withoutName(stamp);
    if (key === null) return null;
    this.#renamed ??= new Map(this.#options.known.values().map((facts) => [withoutName(facts.stamp) ?? "", facts]));
    const before = this.#renamed.get(key);
    return before && before.path !== path ? { ...before, path, stamp } : null;
  }

  #send(): void {
    const { paths } = this.#order;
    this.#order = { paths: [], bytes: 0 };
    if (paths.length > 0) this.#workers.order({ root: this.#root, paths });
  }

  #tell(): void {
    this.#options.onProgress?.({ ...this.#progress });
  }
}
