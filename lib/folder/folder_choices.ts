/** What the user shares of one directory, as its file says and as it is changed meanwhile. */
import type { ImageMetadata } from "../files/file_record.ts";
import { type Choices, isChosen, isSameChoice, NO_CHOICES } from "./choices.ts";
import { changeChoices, readChoices } from "./choices_file.ts";
import type { FolderOptions } from "./folder_options.ts";
import { FolderRoot } from "./folder_root.ts";

type Change = (choices: Choices) => Choices;

interface NextChange {
  readonly changes: Change[];
  readonly made: Promise<void>;
}

/** The choices of one directory. */
export class FolderChoices {
  readonly #path: string;
  readonly #hasFile: boolean;
  readonly #onChange: () => void;
  #current = NO_CHOICES;
  /** The option of the folder, until the user chooses. */
  #skipsLocated: boolean;
  /** The change that is under way, and those that follow it. */
  #changing = Promise.resolve();
  #next: NextChange | null = null;

  /**
   * No choices; a scan reads them. Files that are named one by one are shared whatever was chosen for their directory.
   *
   * @ignore A folder makes its own.
   */
  constructor(path: string, { only, skipLocated = false }: FolderOptions, onChange: () => void) {
    [this.#path, this.#hasFile, this.#skipsLocated, this.#onChange] = [path, !only, skipLocated, onChange];
  }

  /** The choices. */
  get current(): Choices {
    return this.#current;
  }

  /** Whether images with GPS coordinates are not shared. */
  get skipsLocated(): boolean {
    return this.#skipsLocated || !this.#current.located;
  }

  /** Whether the user chose to share an image, whether or not it has GPS coordinates. */
  isChosen(path: string, md5: string): boolean {
    return isChosen(this.#current, path, md5);
  }

  /** Whether an image is shared. */
  isShared(path: string, { md5, located }: ImageMetadata): boolean {
    return this.isChosen(path, md5) && !(located && this.skipsLocated);
  }

  /**
   * Reads the file, in the directory with this real path.
   *
   * @returns Takes the choices, unless they were changed meanwhile, and returns whether they are others than before.
   * @throws {Fault} `ignore-unusable`.
   * @ignore For the scan.
   */
  async read(root: string): Promise<() => boolean> {
    const before = this.#current;
    const read = this.#hasFile ? await readChoices(root) : NO_CHOICES;
    return () => {
      if (this.#current === before) this.#current = read;
      return !isSameChoice(this.#current, before);
    };
  }

  /**
   * Changes the choices in the file too. Changes that come while others are written are written together.
   *
   * @throws {Fault} `directory-missing`, `directory-unusable`, `ignore-unusable`, `not-written`; then nothing has
   * changed.
   * @ignore Peers announce it.
   */
  async change(change: (choices: Choices) => Choices): Promise<void> {
    const next = this.#next ??= this.#startNext();
    next.changes.push(change);
    await next.made;
  }

  /** @ignore For the folder: resolves when all changes have been written. */
  async ended(): Promise<void> {
    await this.#changing;
  }

  #startNext(): NextChange {
    const changes: Change[] = [];
    const made = this.#changing.then(async () => {
      this.#next = null;
      const { path } = await FolderRoot.find(this.#path);
      const now = await changeChoices(path, (before) => changes.reduce((choices, change) => change(choices), before));
      const isSame = isSameChoice(now, this.#current);
      this.#current = now;
      if (!isSame) this.#onChange();
    });
    this.#changing = made.catch(() => {}); // Those who wait handle it.
    return { changes, made };
  }

  /**
   * Shares images with GPS coordinates or not, which takes precedence over the option of the folder.
   *
   * @throws {Fault} As {@link FolderChoices.change}.
   * @ignore Peers announce it.
   */
  async shareLocated(located: boolean): Promise<void> {
    await this.change((choices) => ({ ...choices, located }));
    this.#skipsLocated = false;
    this.#onChange();
  }
}
