/**
 * A look through a whole directory: what is known already is taken over, the rest is read.
 *
 * @module
 */
import { join, relative, sep } from "node:path";
import { setImmediate } from "node:timers";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf, REASONS } from "../fault/reason.ts";
import { type FileFacts, quietIn, type Sighting, type Unreadable, withoutName } from "../files/facts.ts";
import { FileReader } from "./file_reader.ts";
import { directoryId } from "../files/inside.ts";
import { PlainFile } from "../files/plain_file.ts";
import { IGNORE_FILE, ignoreRules } from "./skip.ts";
import { AwayError, walk } from "./walk.ts";

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
  /** Whether every file is what was known. */
  readonly same: boolean;
  /** Whether a path within the directory is one that the user leaves out. */
  readonly ignored: (path: string) => boolean;
}

/** An order to a worker has so many files or bytes at most: enough to cost little, and all workers end together. */
const ORDER_FILES = 64;
const ORDER_BYTES = 16 << 20;

/** So long the walk goes on before others have their turn, in milliseconds: nobody notices it. */
const SLICE_MS = 10;

/** What could not be read for a reason that may pass is tried again after so many milliseconds. */
const AGAIN_MS = 10_000;

/** A longer list of what is not shared is a mistake, in bytes. */
const MAX_IGNORE_BYTES = 1 << 20;

/**
 * Looks through the directory `root` (a real path).
 *
 * @throws {Fault} `directory-missing`, `directory-unusable`, also when this machine lacks descriptors or memory; `ignore-unusable`; the reason
 * of the signal.
 */
export async function scanDirectory(root: string, options: ScanOptions): Promise<Scan> {
  const place = directoryId(root);
  try {
    const scan = await new Scanning(root, options).run(await readIgnoreFile(root));
    if (directoryId(root) === place) return scan;
  } catch (error) {
    if (!(error instanceof AwayError)) throw error;
  }
  throw new Fault("directory-missing", { path: root });
}

/**
 * What the user leaves out: the text of the {@link IGNORE_FILE}, `null` where there is none.
 *
 * @throws {Fault} `ignore-unusable`: if it cannot be read nothing may be shared, for it may be private.
 */
export async function readIgnoreFile(root: string): Promise<string | null> {
  const path = join(root, IGNORE_FILE);
  try {
    if (await Deno.lstat(path).catch(orNothing) === null) return null;
    using file = await PlainFile.open(path);
    // What editors of Windows write in UTF-16 must not be taken for rules that match nothing.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.readAll(MAX_IGNORE_BYTES));
    if (text.includes("\0")) throw new TypeError();
    return text;
  } catch (error) {
    const reason = error instanceof TypeError ? REASONS.EILSEQ : reasonOf(error);
    throw new Fault("ignore-unusable", { path, reason }, error);
  }
}

function orNothing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

/** Why nothing can be read just now, whatever it is. */
const SHORTAGES: ReadonlySet<string> = new Set([REASONS.EMFILE, REASONS.ENOMEM]);

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
  /** Files and directories that could not be looked at for a reason that may pass. */
  readonly #unseen: string[] = [];
  #same = true;
  readonly #reading = new Map<string, Sighting>();
  /** Files for the next order. */
  #order = { paths: [] as string[], bytes: 0 };
  #progress = { files: 0, totalFiles: 0, bytes: 0, totalBytes: 0, found: false };
  readonly #reader: FileReader;
  #reads: Promise<void>[] = [];

  constructor(root: string, options: ScanOptions) {
    this.#root = root;
    this.#options = options;
    this.#reader = new FileReader(root);
  }

  async run(rules: string | null): Promise<Scan> {
    const ignored = ignoreRules(rules ?? "");
    using _ = this.#reader;
    const { recursive, signal } = this.#options;
    let began = performance.now();
    for (const seen of walk(this.#root, { recursive, ignored, hasRules: rules !== null })) {
      if ("reason" in seen) this.#miss(seen);
      else this.#see(seen);
      if (performance.now() - began < SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      began = performance.now();
      signal?.throwIfAborted();
      this.#tell();
    }
    this.#send();
    this.#progress.found = true;
    await endOrAbort(Promise.all(this.#reads), signal);
    this.#tell();
    // With no descriptor left nothing can be read: that is no reason to share less than before.
    const lost = this.#unreadable.find(({ path, reason }) => path === this.#root || SHORTAGES.has(reason));
    if (lost) throw new Fault("directory-unusable", lost);
    this.#keepUnseen();
    const same = this.#same && this.#files.size === this.#options.known.size;
    return { files: this.#files, unreadable: this.#unreadable, growing: this.#growing, same, ignored };
  }

  async #read(paths: readonly string[]): Promise<void> {
    const onRead = (bytes: number): void => {
      this.#progress.bytes += bytes;
      this.#tell();
    };
    const { bytes, facts, unreadable } = await this.#reader.read(paths, { onRead });
    for (const one of facts) this.#files.set(one.path, one);
    for (const one of unreadable) this.#fail(one);
    this.#progress.files += facts.length + unreadable.length;
    this.#options.onFacts?.(facts);
    onRead(bytes);
  }

  #within(path: string): string {
    return relative(this.#root, path).replaceAll(sep, "/");
  }

  /** What could not be looked at: what is known of it stays, unless it is sure that it has gone or is another. */
  #miss(one: Unreadable): void {
    this.#unreadable.push(one);
    if (!one.passing) return;
    this.#growing = Math.max(this.#growing ?? 0, AGAIN_MS);
    this.#unseen.push(this.#within(one.path));
  }

  #keepUnseen(): void {
    if (this.#unseen.length === 0) return;
    for (const [path, facts] of this.#options.known) {
      const isUnseen = this.#unseen.some((it) => path === it || path.startsWith(`${it}/`));
      if (isUnseen && !this.#files.has(path)) this.#files.set(path, facts);
    }
  }

  /** A file that changes while it is read is looked at again, where somebody does that; another is left alone. */
  #fail(one: Unreadable): void {
    const path = this.#within(one.path);
    const file = this.#reading.get(path);
    const known = this.#options.known.get(path);
    if ((one.passing || one.reason === REASONS.ETIMEDOUT) && known?.stamp === file?.stamp && known?.image) {
      this.#unreadable.push(one);
      this.#files.set(path, known);
      return;
    }
    if (one.passing) this.#growing = Math.max(this.#growing ?? 0, AGAIN_MS); // Nothing is known of it: it is read then.
    if (one.reason === REASONS.ECHANGED && this.#options.quiet) {
      this.#growing = quietIn(this.#now, this.#now);
      return;
    }
    this.#unreadable.push(one);
    if (file && !one.passing) this.#files.set(path, { ...file, settled: true, image: null, failed: true });
  }

  #see(file: Sighting): void {
    this.#progress.totalFiles++;
    const found = this.#find(file);
    const known = found?.failed && !this.#options.quiet ? null : found;
    const wait = known?.settled || !this.#options.quiet ? 0 : quietIn(file.changed, this.#now);
    if (wait > 0) this.#growing = Math.max(this.#growing ?? 0, wait);
    if (known?.settled || wait > 0) {
      if (known) this.#files.set(file.path, known);
      return void this.#progress.files++;
    }
    this.#same = false;
    this.#reading.set(file.path, file);
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
    if (!before || before.path === path) return null;
    const renamed = { ...before, path, stamp };
    this.#same = false;
    this.#options.onFacts?.([renamed]);
    return renamed;
  }

  #send(): void {
    const { paths } = this.#order;
    this.#order = { paths: [], bytes: 0 };
    if (paths.length === 0) return;
    const read = this.#read(paths);
    read.catch(() => {}); // Whoever waits for the end of all handles it.
    this.#reads.push(read);
  }

  #tell(): void {
    const { onProgress } = this.#options;
    if (onProgress) notify(() => onProgress({ ...this.#progress }));
  }
}

/** Waits for `work`, but no longer than until the signal is aborted; throws its reason then. */
async function endOrAbort(work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
