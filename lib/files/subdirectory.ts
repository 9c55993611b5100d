/**
 * Directories within one that is trusted, for names from the network: made when they are missing, entered over no link,
 * removed when they stay empty. Another program may put a link in the place of one at any moment, and Deno opens nothing
 * relative to an open directory: so what was done in one is looked at afterwards, and taken back where it went elsewhere.
 */
import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { numbered } from "./file_name.ts";
import { OutsideError } from "./inside.ts";
import { lookAt } from "./temporary.ts";

/** Most names that are tried for a directory of which something else has the name: a file, a link, another disk. */
const MAX_NAMES = 99;

/** How often the way to something is looked at: a link may be on it for a moment at any time. */
const LOOKS = 5;

/** How long what went elsewhere is looked for, and how long between two looks, in milliseconds. */
const SEARCH_MS = 1_000;
const PAUSE_MS = 1;

interface FileId {
  readonly dev: number;
  readonly ino: number | null;
}

export class Subdirectory {
  /** The directory around all of them, and each of them: the path, and which directory it is. */
  readonly #entered: { readonly path: string; readonly id: FileId | null }[];
  /** Those among them that it made. */
  readonly #made: string[] = [];

  private constructor(root: string) {
    this.#entered = [{ path: root, id: null }];
  }

  /**
   * Enters the directories of these names, each in the one before, the first one in `root`. Where something else has the
   * name it is another one, such as `lisboa (2)`. Throws the system's errors, and {@link OutsideError} when one is
   * replaced meanwhile.
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

  /** The same without making any: `null` if one is missing. */
  static find(root: string, names: readonly string[]): Subdirectory | null {
    const entered = new Subdirectory(root);
    for (const name of names) {
      const { path, info } = entered.#place(name);
      if (!info) return null;
      entered.#entered.push({ path, id: info });
    }
    return entered;
  }

  /** The path of the innermost one. */
  get path(): string {
    return this.#entered.at(-1)!.path;
  }

  /** The paths of all, `root` first. */
  get paths(): string[] {
    return this.#entered.map(({ path }) => path);
  }

  /** Where the next one of this name is, or where it is to be made. */
  #place(name: string): { path: string; info: Deno.FileInfo | null } {
    const { dev } = Deno.statSync(this.#entered[0].path);
    for (let number = 1; number <= MAX_NAMES; number++) {
      // Letters with accents may be one character or several.
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
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error; // Else another process made it.
    }
    const info = lookAt(path);
    if (info?.isDirectory && this.#isSeen(() => isSame(lookAt(path), info))) return info;
    // In the first one no link can have led elsewhere.
    if (this.#made.at(-1) === path && this.#entered.length > 1) await search(() => isEmptyRemoved(path));
    throw new OutsideError();
  }

  /** Whether all are where they were entered, over no link. */
  isHere(): boolean {
    return this.#entered.every(({ path, id }) => id === null || isSame(lookAt(path), id));
  }

  /** Whether something is seen in it over no link, however often it is looked at. */
  #isSeen(look: () => boolean): boolean {
    if (this.#entered.length === 1) return look();
    for (let n = 0; n < LOOKS; n++) if (!this.isHere() || !look() || !this.isHere()) return false;
    return true;
  }

  /** Whether a file has this name in it, over no link. */
  holds(name: string, file: FileId): boolean {
    return this.#isSeen(() => isSame(lookAt(join(this.path, name)), file));
  }

  /**
   * Checks that a file was given this name in it. If a link led elsewhere at that moment, it loses the name again; where
   * that cannot be found the file is emptied, and is of no use any more.
   *
   * @param renamedFrom The name that it had before, if that is not another name of it still.
   * @throws {OutsideError} The file does not have the name.
   */
  async confirm(name: string, file: Deno.FsFile, renamedFrom?: string): Promise<void> {
    const id = file.statSync();
    if (this.#entered.length === 1 || this.holds(name, id)) return;
    const hasNoOther = (): boolean => renamedFrom === undefined && file.statSync().nlink === 1;
    if (!await this.takeBack(name, id, renamedFrom, hasNoOther)) file.truncateSync(0);
    throw new OutsideError();
  }

  /**
   * Removes a name that a file got in it, wherever that is now; or gives the file the name that it had before.
   *
   * @param isDone Whether there is nothing to be taken back any more.
   * @returns Whether that was possible.
   */
  async takeBack(name: string, file: FileId, renamedFrom?: string, isDone = () => false): Promise<boolean> {
    const path = join(this.path, name);
    return await search(() => {
      if (isDone()) return true;
      if (!isSame(lookAt(path), file)) return false;
      if (renamedFrom === undefined) Deno.removeSync(path);
      else Deno.renameSync(path, renamedFrom);
      return true;
    });
  }

  /** Removes those that it made and that are empty. */
  removeEmpty(): void {
    this.#made.toReversed().every(isEmptyRemoved);
  }
}

function isSame(one: FileId | null, other: FileId): boolean {
  return one !== null && one.dev === other.dev && one.ino === other.ino;
}

/** Whether there was an empty directory, which is removed: a link, a file, and what is not empty stay. */
function isEmptyRemoved(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Does something again and again until it succeeds; `false` when it does not for a second. */
async function search(work: () => boolean): Promise<boolean> {
  for (const until = performance.now() + SEARCH_MS; performance.now() < until;) {
    try {
      if (work()) return true;
    } catch {
      // It went away at that very moment.
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return false;
}
