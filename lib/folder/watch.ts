/**
 * Keeps what is known about a directory current: scans it when the system reports a change, and at intervals, since no
 * system reports all changes.
 */
import { basename, dirname, join } from "node:path";
import { statfs } from "node:fs/promises";
import { Fault } from "../fault/fault.ts";
import { MAX_TIMER_MS } from "../protocol/limits.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf } from "../fault/reason.ts";
import { directoryId } from "../files/inside.ts";
import { CHOICES_FILE } from "./choices_file.ts";
import type { SharedFolder } from "./shared_folder.ts";
import { isLitter } from "../files/litter.ts";
import { IGNORE_FILE } from "./skip.ts";

/** An event of a watch. */
export type FolderEvent =
  /** This many images are new, are gone, or have a new name. */
  | {
    readonly kind: "changed";
    readonly change: { readonly came: number; readonly went: number; readonly renamed: number };
  }
  /** An image is incomplete: it is shared once it is complete. */
  | { readonly kind: "incomplete"; readonly path: string }
  /** The directory cannot be scanned; retrying automatically. */
  | { readonly kind: "lost"; readonly fault: Fault }
  /** The directory can be scanned again. */
  | { readonly kind: "found" };

/**
 * When a watch scans, in milliseconds. Others learn of a change within ten seconds: a scan, three seconds until a new
 * file counts as complete, and one second for the announce.
 */
export const WATCH_INTERVALS = {
  /** After the last of several changes in a row: a burst causes one scan. */
  debounce: 1_000,
  /** At most this long after the first of them. */
  maxDebounce: 4_000,
  /** Between scans if the system reports changes: it may miss some, in new directories. */
  watched: 60_000,
  /** Between scans if the system reports none. */
  unwatched: 4_000,
};

export type WatchIntervals = Readonly<typeof WATCH_INTERVALS>;

/** After a scan, the watch pauses four times as long as it took, for slow disks, but only for some seconds. */
const REST = 4;
const MAX_REST_MS = 4_000;

/** File systems on other machines, which report no changes made there (statfs(2)): NFS, SMB, CIFS, 9P, FUSE, AFS. */
const REMOTE = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f]);

export class FolderWatch {
  readonly #folder: SharedFolder;
  readonly #onEvent: (event: FolderEvent) => void;
  readonly #ending: AbortSignal;
  readonly #intervals: WatchIntervals;
  #scanning = Promise.resolve();
  #listening = Promise.resolve();
  #watcher: Deno.FsWatcher | null = null;
  /** The directory that the watcher watches. */
  #watchedId: string | null = null;
  /** When the first and the last change occurred that no scan has seen, by `performance.now()`. */
  #first = Infinity;
  #last = -Infinity;
  #wake: () => void = () => {};
  #isLost = false;
  /** Paths of incomplete images. */
  #incomplete: ReadonlySet<string> = new Set();

  /** Watches until `ending` is aborted, from {@link FolderWatch.start} on. */
  constructor(
    folder: SharedFolder,
    onEvent: (event: FolderEvent) => void,
    ending: AbortSignal,
    intervals: WatchIntervals = WATCH_INTERVALS,
  ) {
    [this.#folder, this.#onEvent, this.#ending, this.#intervals] = [folder, onEvent, ending, intervals];
  }

  /** Starts to watch; the folder was scanned before. */
  start(): void {
    this.#ending.addEventListener("abort", () => this.#unwatch(), { once: true });
    this.#takeIncomplete();
    this.#listening = this.#listen();
    this.#scanning = this.#run();
  }

  async ended(): Promise<void> {
    await this.#scanning;
    await this.#listening;
  }

  /** Scans the folder soon, after a change. */
  scanSoon(): void {
    this.#last = performance.now();
    this.#first = Math.min(this.#first, this.#last);
    this.#wake();
  }

  async #listen(): Promise<void> {
    const { path, only } = this.#folder;
    const directories = only ? [...new Set(only.map((it) => dirname(join(path, it))))] : [path];
    if (this.#ending.aborted || (await Promise.all(directories.map(isRemote))).includes(true)) return;
    try {
      this.#watchedId = directoryId(this.#folder.path);
      this.#watcher = Deno.watchFs([...directories], { recursive: !only });
      if (this.#ending.aborted) this.#unwatch();
      this.scanSoon(); // Changes between the last scan and now were not reported.
      for await (const event of this.#watcher ?? []) {
        if (event.kind !== "access" && (event.flag === "rescan" || event.paths.some(mayMatter))) this.scanSoon();
      }
    } catch {
      // Systems limit how many directories are watched, and some file systems cannot be: scans are then more frequent.
    } finally {
      this.#unwatch();
      this.#wake();
    }
  }

  #unwatch(): void {
    const watcher = this.#watcher;
    this.#watcher = null;
    watcher?.close();
  }

  /** Watches the directory that is now at the path, which may be another one. */
  async #listenAgain(): Promise<void> {
    this.#unwatch();
    await this.#listening;
    this.#listening = this.#listen();
  }

  async #run(): Promise<void> {
    let retryIn: number | null = null;
    for (let took = 0; await this.#due(retryIn, Math.min(took * REST, MAX_REST_MS));) {
      this.#first = Infinity;
      const began = performance.now();
      retryIn = await this.#scan();
      took = performance.now() - began;
    }
  }

  /** Waits for the next scan; `false` if there is none. */
  async #due(retryIn: number | null, rest: number): Promise<boolean> {
    const ended = performance.now();
    const { debounce, maxDebounce, watched, unwatched } = this.#intervals;
    for (;;) {
      if (this.#ending.aborted) return false;
      const regular = this.#watcher ? watched : unwatched;
      const soon = Math.min(this.#last + debounce, this.#first + maxDebounce);
      const due = Math.min(
        ended + regular,
        retryIn === null ? Infinity : ended + retryIn,
        this.#first < Infinity ? soon : Infinity,
      );
      const wait = Math.max(due, ended + rest) - performance.now();
      if (wait <= 0) return true;
      await this.#sleep(wait);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), Math.min(ms, MAX_TIMER_MS));
      this.#wake = () => {
        clearTimeout(timer);
        this.#ending.removeEventListener("abort", this.#wake);
        this.#wake = () => {};
        resolve();
      };
      this.#ending.addEventListener("abort", this.#wake);
    });
  }

  /** Images newly found to be incomplete: an image that keeps growing counts once. */
  #takeIncomplete(): string[] {
    const before = this.#incomplete;
    const { skipped } = this.#folder;
    const now = skipped.filter(({ path, why }) => why === "incomplete" || (why === "growing" && before.has(path)));
    this.#incomplete = new Set(now.map(({ path }) => path));
    return now.map(({ path }) => path).filter((path) => !before.has(path));
  }

  async #scan(): Promise<number | null> {
    try {
      const scan = await this.#folder.scan({ onlyStable: true, signal: this.#ending });
      if (this.#isLost) {
        this.#isLost = false;
        notify(() => this.#onEvent({ kind: "found" }));
        await this.#listenAgain();
      }
      const change = this.#folder.takeChange();
      if (change) notify(() => this.#onEvent({ kind: "changed", change }));
      for (const path of this.#takeIncomplete()) notify(() => this.#onEvent({ kind: "incomplete", path }));
      if (this.#watcher && this.#watchedId !== directoryId(this.#folder.path)) await this.#listenAgain();
      return scan.retryIn;
    } catch (error) {
      if (this.#ending.aborted) return null;
      const { path } = this.#folder;
      const unusable = (): Fault => new Fault("directory-unusable", { path, reason: reasonOf(error) }, error);
      const fault = error instanceof Fault ? error : unusable();
      if (!this.#isLost) notify(() => this.#onEvent({ kind: "lost", fault }));
      this.#isLost = true;
      this.#unwatch(); // The system reports nothing about a directory that replaced a removed one.
      return null;
    }
  }
}

/** Whether a change of this file may matter: our own temporary files change all the time. */
function mayMatter(path: string): boolean {
  const name = basename(path);
  return name === IGNORE_FILE || name === CHOICES_FILE || !isLitter(name);
}

/** Whether a directory is on another machine, as far as this system shows; on Windows it may have a drive letter. */
async function isRemote(path: string): Promise<boolean> {
  if (Deno.build.os === "windows") return (await Deno.realPath(path).catch(() => path)).startsWith("\\\\");
  if (Deno.build.os !== "linux") return false;
  return await statfs(path).then(({ type }) => REMOTE.has(Number(type) >>> 0), () => false);
}
