/**
 * Subdirectories of a trusted directory, for names from the network: created if missing, entered without following
 * links, and removed if they stay empty. Another program may replace one by a link at any moment, and Deno cannot open
 * a path relative to an open directory. So each operation is checked afterwards, and undone if it went elsewhere.
 */
import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { numbered } from "./file_name.ts";
import { OutsideError } from "./inside.ts";
import { lookAt, type Temporary } from "./temporary.ts";

/** The most names tried for a directory if something else has its name: a file, a link, another disk. */
const MAX_NAMES = 99;

/** How often a path is checked: a link may be on it for a moment at any time. */
const LOOKS = 5;

/** How long a misplaced file is searched for, and the pause between attempts, in milliseconds. */
const SEARCH_MS = 250;
const PAUSE_MS = 1;

interface FileId {
  readonly dev: number;
  readonly ino: number | null;
}

export class Subdirectory {
  /** The outer directory and each inner one: its path, and its identity. */
  readonly #entered: { readonly path: string; readonly id: FileId | null }[];
  /** Those that this created. */
  readonly #made: string[] = [];

  private constructor(root: string) {
    this.#entered = [{ path: root, id: null }];
  }

  /**
   * Enters the directories of these names, each in the one before, the first one in `root`. If something else has a
   * name, the directory gets another one, such as `lisboa (2)`. Throws system errors, and {@link OutsideError} if a
   * directory is replaced meanwhile.
   */
  static async enter(root: string, names: readonly string[]): Promise<Subdirectory> {
    const entered = new Subdirectory(root);
    try {
      for (const name of names) {
        const { path, info } = entered.#place(name);
        entered.#entered.push({ path, id: info ?? await entered.#make(path) });
      }
      return entered;
    } catch (error) {
      entered.removeEmpty();
      throw error;
    }
  }

  /** The same without creating any: `null` if one is missing. */
  static find(root: string, names: readonly string[]): Subdirectory | null {
    const entered = new Subdirectory(root);
    for (const name of names) {
      const { path, info } = entered.#place(name);
      if (!info) return null;
      entered.#entered.push({ path, id: info });
    }
    return entered;
  }

  /** The path of the innermost directory. */
  get path(): string {
    return this.#entered.at(-1)!.path;
  }

  /** The paths of all, `root` first. */
  get paths(): string[] {
    return this.#entered.map(({ path }) => path);
  }

  /** Where the next directory of this name is, or is to be created. */
  #place(name: string): { path: string; info: Deno.FileInfo | null } {
    const { dev } = Deno.statSync(this.#entered[0].path);
    for (let number = 1; number <= MAX_NAMES; number++) {
      // Accents may be written as one character or several.
      const paths = ["NFC", "NFD"].map((form) => join(this.path, numbered(name, number).normalize(form)));
      const path = paths.find((path) => lookAt(path) !== null) ?? paths[0];
      const info = lookAt(path);
      // Files cannot be linked from one disk to another.
      if (info === null || info.isDirectory && info.dev === dev) return { path, info };
    }
    throw new Error(`there are ${MAX_NAMES} files or links named ${name}`);
  }

  async #make(path: string): Promise<FileId> {
    try {
      Deno.mkdirSync(path);
      this.#made.push(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error; // Otherwise another process created it.
    }
    const info = lookAt(path);
    if (info?.isDirectory && this.#isSeen(() => isSame(lookAt(path), info))) return info;
    // In the first one, no link can have led elsewhere.
    if (this.#made.at(-1) === path && this.#entered.length > 1) await search(() => isEmptyRemoved(path));
    throw new OutsideError();
  }

  /** Whether all are where they were entered, without links. */
  isHere(): boolean {
    return this.#entered.every(({ path, id }) => id === null || isSame(lookAt(path), id));
  }

  /** Whether something in it is visible without following a link, in every one of several checks. */
  #isSeen(look: () => boolean): boolean {
    if (this.#entered.length === 1) return look();
    for (let n = 0; n < LOOKS; n++) if (!this.isHere() || !look() || !this.isHere()) return false;
    return true;
  }

  /** Whether a file in it has this name, without following a link. */
  holds(name: string, file: FileId): boolean {
    return this.#isSeen(() => isSame(lookAt(join(this.path, name)), file));
  }

  /**
   * Checks that a file was given this name in it. If a link led elsewhere at that moment, the name is removed again; if
   * it cannot be found, the file is emptied and is useless.
   *
   * @param isRenamed Whether the file lost its earlier name, which it then gets back.
   * @throws {OutsideError} The file does not have the name.
   */
  async confirm(name: string, { path, file }: Temporary, isRenamed = false): Promise<void> {
    const id = file.statSync();
    if (this.#entered.length === 1 || this.holds(name, id)) return;
    const hasNoOther = (): boolean => !isRenamed && file.statSync().nlink === 1;
    const isUndone = await search(() => hasNoOther() || this.#takeBack(name, id, isRenamed ? path : undefined));
    if (!isUndone && !isRenamed && this.#isIdShared(path)) file.truncateSync(0);
    throw new OutsideError();
  }

  /** Removes the name of a file, wherever it is now, or gives the file its earlier name back; `false` if not found. */
  #takeBack(name: string, file: FileId, earlier?: string): boolean {
    const path = join(this.path, name);
    if (!isSame(lookAt(path), file)) return false;
    if (earlier === undefined) Deno.removeSync(path);
    else Deno.renameSync(path, earlier);
    return true;
  }

  /** Removes a new file of this name, wherever it is now. */
  async remove(name: string, file: FileId): Promise<void> {
    await search(() => this.#takeBack(name, file));
  }

  /** Whether two names of one file have one identity: some network drives show two, so that no check succeeds there. */
  #isIdShared(path: string): boolean {
    const second = `${path}.${crypto.randomUUID()}`;
    Deno.linkSync(path, second);
    try {
      return isSame(lookAt(path), Deno.lstatSync(second));
    } finally {
      Deno.removeSync(second);
    }
  }

  /** Removes the empty ones that it created. */
  removeEmpty(): void {
    this.#made.toReversed().every(isEmptyRemoved);
  }
}

function isSame(one: FileId | null, other: FileId): boolean {
  return one !== null && one.dev === other.dev && one.ino === other.ino;
}

/** Removes an empty directory; returns whether there was one. Links, files and anything with contents stay. */
function isEmptyRemoved(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Repeats an action until it succeeds; `false` if it does not within {@link SEARCH_MS}. */
async function search(work: () => boolean): Promise<boolean> {
  for (const until = performance.now() + SEARCH_MS; performance.now() < until;) {
    try {
      if (work()) return true;
    } catch {
      // It disappeared at that very moment.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return false;
}
