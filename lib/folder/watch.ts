/**
 * Keeps what is known of a directory true while it changes: the system tells of changes, and now and then all of it is
 * looked at, since no system tells of all.
 *
 * @module
 */
import { basename } from "node:path";
import { statfs } from "node:fs/promises";
import { Fault } from "../fault/fault.ts";
import { MAX_TIMER_MS } from "../protocol/limits.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf } from "../fault/reason.ts";
import type { FolderChange } from "./image_index.ts";
import type { SharedFolder } from "./shared_folder.ts";
import { IGNORE_FILE, isLitter } from "./skip.ts";

/** What a watch tells. */
export type FolderEvent =
  /** The images are others than before. */
  | { readonly kind: "changed"; readonly change: FolderChange }
  /** The directory cannot be looked at any more; it is tried again by itself. */
  | { readonly kind: "lost"; readonly fault: Fault }
  /** It can again. */
  | { readonly kind: "found" };

/** When a watch looks, in milliseconds. */
export interface WatchWaits {
  /** After the last of several changes that follow one another: a burst is looked at once. */
  readonly calm: number;
  /** At most after the first of them. */
  readonly most: number;
  /** Between looks where the system tells of changes: it may miss some, in directories that have just been made. */
  readonly watched: number;
  /** Between looks where the system tells of none. */
  readonly unwatched: number;
}

/** Within ten seconds others know of a change: a look, three for a new file to be quiet, and one to tell the tracker. */
export const WATCH_WAITS: WatchWaits = { calm: 1_000, most: 4_000, watched: 60_000, unwatched: 4_000 };

/** A look may take a fifth of all time, on slow disks with many files that change all the time; but some seconds are rest enough. */
const REST = 4;
const MAX_REST_MS = 4_000;

/** File systems of other machines, which tell of no change that is made there (statfs(2)): NFS, SMB, CIFS, 9P, FUSE, AFS. */
const REMOTE = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f]);

/** Watches the directory of one folder. */
export class FolderWatch {
  readonly #folder: SharedFolder;
  readonly #tell: (event: FolderEvent) => void;
  readonly #ending: AbortSignal;
  readonly #waits: WatchWaits;
  #looking = Promise.resolve();
  #listening = Promise.resolve();
  #watcher: Deno.FsWatcher | null = null;
  /** Which directory it hears of. */
  #place: string | null = null;
  /** When the first and the last change came that were not looked at, on the clock of `performance.now()`. */
  #first = Infinity;
  #last = -Infinity;
  #wake: () => void = () => {};
  #lost = false;

  /** A watch that {@link FolderWatch.start} begins. */
  constructor(
    folder: SharedFolder,
    tell: (event: FolderEvent) => void,
    ending: AbortSignal,
    waits: WatchWaits = WATCH_WAITS,
  ) {
    [this.#folder, this.#tell, this.#ending, this.#waits] = [folder, tell, ending, waits];
  }

  /** Watches until `ending` is aborted; the folder was scanned already. */
  start(): void {
    this.#ending.addEventListener("abort", () => this.#deafen(), { once: true });
    this.#listening = this.#listen();
    this.#looking = this.#run();
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    await this.#looking;
    await this.#listening;
  }

  /** Has the folder scanned soon: something changed. */
  look(): void {
    this.#last = performance.now();
    this.#first = Math.min(this.#first, this.#last);
    this.#wake();
  }

  /** Hears of changes as long as the system tells of them. */
  async #listen(): Promise<void> {
    if (this.#ending.aborted || await isRemote(this.#folder.path)) return;
    try {
      this.#place = await placeOf(this.#folder.path);
      this.#watcher = Deno.watchFs(this.#folder.path);
      if (this.#ending.aborted) this.#deafen();
      this.look(); // What came between the last look and now, nobody told.
      for await (const event of this.#watcher ?? []) {
        if (event.kind !== "access" && (event.flag === "rescan" || event.paths.some(isNews))) this.look();
      }
    } catch {
      // There are limits on how much is watched, and file systems that cannot be: it is looked at more often then.
    } finally {
      this.#deafen();
      this.#wake();
    }
  }

  #deafen(): void {
    const watcher = this.#watcher;
    this.#watcher = null;
    watcher?.close();
  }

  /** Hears of the directory that is there now, perhaps in the place of another. */
  async #listenAgain(): Promise<void> {
    this.#deafen();
    await this.#listening;
    this.#listening = this.#listen();
  }

  /** Looks at all when something changed, and now and then. */
  async #run(): Promise<void> {
    let growing: number | null = null;
    for (let took = 0; await this.#due(growing, Math.min(took * REST, MAX_REST_MS));) {
      this.#first = Infinity;
      const began = performance.now();
      growing = await this.#scan();
      took = performance.now() - began;
    }
  }

  /** Waits for the next look; gives whether there is one. */
  async #due(growing: number | null, rest: number): Promise<boolean> {
    const ended = performance.now();
    const { calm, most, watched, unwatched } = this.#waits;
    for (;;) {
      if (this.#ending.aborted) return false;
      const regular = this.#watcher ? watched : unwatched;
      const soon = Math.min(this.#last + calm, this.#first + most);
      const due = Math.min(
        ended + regular,
        growing === null ? Infinity : ended + growing,
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

  async #scan(): Promise<number | null> {
    try {
      const scan = await this.#folder.scan({ quiet: true, signal: this.#ending });
      if (this.#lost) {
        this.#lost = false;
        notify(() => this.#tell({ kind: "found" }));
        await this.#listenAgain();
      }
      const change = this.#folder.takeChange();
      if (change) notify(() => this.#tell({ kind: "changed", change }));
      if (this.#watcher && this.#place !== await placeOf(this.#folder.path)) await this.#listenAgain();
      return scan.growing;
    } catch (error) {
      if (this.#ending.aborted) return null;
      const { path } = this.#folder;
      const unusable = (): Fault => new Fault("directory-unusable", { path, reason: reasonOf(error) }, error);
      const fault = error instanceof Fault ? error : unusable();
      if (!this.#lost) notify(() => this.#tell({ kind: "lost", fault }));
      this.#lost = true;
      this.#deafen(); // The system tells nothing of a directory that comes in the place of one that is gone.
      return null;
    }
  }
}

/** Which directory is at a path, or where its link leads; `null` for none. */
async function placeOf(path: string): Promise<string | null> {
  return await Deno.stat(path).then(({ dev, ino }) => `${dev} ${ino}`, () => null);
}

/** Whether a change of this file may matter: our own temporary files change all the time. */
function isNews(path: string): boolean {
  const name = basename(path);
  return name === IGNORE_FILE || !isLitter(name);
}

/** Whether a directory is on another machine, as far as this system tells; on Windows it may have a drive's letter. */
async function isRemote(path: string): Promise<boolean> {
  if (Deno.build.os === "windows") return (await Deno.realPath(path).catch(() => path)).startsWith("\\\\");
  if (Deno.build.os !== "linux") return false;
  return await statfs(path).then(({ type }) => REMOTE.has(Number(type) >>> 0), () => false);
}
