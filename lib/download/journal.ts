/**
 * The journal of downloads: the chosen images that are not finished, recorded however the program ends.
 *
 * Each run appends to its own hidden file in the directory, next to the parts that it can resume, and holds a lock on
 * it: a file without a lock is from a run that has ended. So two clients of a directory never write to the same file. A
 * line is `{"want": <MD5>, "name": <name>}` or `{"done": <MD5>}`; an incomplete last line was being written when the
 * program was killed.
 */
import { join } from "node:path";
import { createLocked, openLeft, release, TEMPORARY_PREFIX } from "../files/temporary.ts";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf } from "../fault/reason.ts";
import { type Image, parseMd5 } from "../protocol/image.ts";

const NAME = /^\.idp2pi-[0-9a-f-]{36}\.queue$/;

/** How long changes are collected before they are written, in milliseconds: a kill may lose this much. */
const WRITE_MS = 500;

/** The most characters of recorded lines, some hundred thousand images. More images are downloaded but not recorded. */
const MAX_WANTED = 32 << 20;

/** A longer file is rewritten with only the unfinished images, and one of twice that length is not read, in bytes. */
const MAX_BYTES = 128 << 20;

/** The most files that are read: each killed run leaves one. */
const MAX_LEFT_FILES = 100;

export class DownloadJournal implements Disposable {
  readonly #directory: string;
  readonly #onFault: (fault: Fault) => void;
  /** The line of each image, by MD5. */
  readonly #wanted = new Map<string, string>();
  /** The number of characters in these lines. */
  #size = 0;
  #changes: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open: { readonly path: string; readonly file: Deno.FsFile; bytes: number } | null = null;
  #isUnwritten = false;

  /** @param onFault Called with `queue-unwritten`, once, and `queue-damaged`. */
  constructor(directory: string, onFault: (fault: Fault) => void = () => {}) {
    [this.#directory, this.#onFault] = [directory, onFault];
  }

  /** Records chosen images. */
  add(images: Iterable<Image>): void {
    for (const { md5, name } of images) {
      const line = `${JSON.stringify({ want: md5, name })}\n`;
      if (this.#wanted.has(md5) || this.#size + line.length > MAX_WANTED) continue;
      this.#wanted.set(md5, line);
      this.#size += line.length;
      this.#note(line);
    }
  }

  /** Removes images that exist here now, or are no longer wanted. */
  remove(md5s: Iterable<string>): void {
    for (const md5 of md5s) {
      this.#size -= this.#wanted.get(md5)?.length ?? 0;
      if (this.#wanted.delete(md5)) this.#note(`${JSON.stringify({ done: md5 })}\n`);
    }
  }

  /**
   * Takes over and returns the images that ended runs left and that do not exist here yet. A damaged file is renamed,
   * and its readable lines count.
   */
  takeLeft(isHere: (md5: string) => boolean = () => false): Image[] {
    const all = new Map<string, Image>();
    for (const { path, file } of leftFiles(this.#directory)) {
      try {
        const { images: left, isDamaged } = read(file);
        const images = left.filter(({ md5 }) => !isHere(md5));
        images.forEach((image) => all.set(image.md5, image));
        this.add(images);
        this.flush();
        if (this.#isUnwritten) continue; // It stays for another time.
        const backup = `${path}.damaged`;
        if (!isDamaged) Deno.removeSync(path);
        else {
          Deno.renameSync(path, backup);
          notify(() => this.#onFault(new Fault("queue-damaged", { path, backup })));
        }
      } catch {
        // It is another user's, or the disk fails: nothing of it is lost.
      } finally {
        release(file);
      }
    }
    return [...all.values()];
  }

  #note(line: string): void {
    this.#changes.push(line);
    this.#timer ??= setTimeout(() => this.flush(), WRITE_MS);
  }

  /** Writes the changes. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = this.#changes.splice(0);
    try {
      if (this.#wanted.size === 0) this.#close(true);
      else if (!this.#open || this.#open.bytes > MAX_BYTES) this.#writeAnew();
      else this.#append(changes);
      this.#isUnwritten = false;
    } catch (error) {
      this.#close(false); // It may end within a line: next time everything is rewritten.
      if (this.#isUnwritten) return;
      this.#isUnwritten = true;
      const fault = new Fault("queue-unwritten", { path: this.#directory, reason: reasonOf(error) }, error);
      notify(() => this.#onFault(fault));
    }
  }

  #writeAnew(): void {
    const before = this.#open;
    const path = join(this.#directory, `${TEMPORARY_PREFIX}${crypto.randomUUID()}.queue`);
    const file = createLocked(path);
    if (!file) throw new Deno.errors.AlreadyExists();
    this.#open = { path, file, bytes: 0 };
    this.#append([...this.#wanted.values()]);
    if (before) discard(before);
  }

  #append(lines: readonly string[]): void {
    const { file } = this.#open!;
    const bytes = new TextEncoder().encode(lines.join(""));
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
    this.#open!.bytes += bytes.length;
  }

  /** Closes the file, and removes it unless it is needed. */
  #close(isNeedless: boolean): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    if (isNeedless) discard(open);
    else release(open.file);
  }

  /** Writes the changes and closes the file, which stays if it names an image. */
  [Symbol.dispose](): void {
    if (this.#timer !== undefined) this.flush();
    this.#close(this.#wanted.size === 0);
  }
}

/** The images that ended runs left in a directory. */
export function leftDownloads(directory: string): Image[] {
  const all = leftFiles(directory).flatMap(({ file }) => {
    try {
      return read(file).images;
    } catch {
      return [];
    } finally {
      release(file);
    }
  });
  return [...new Map(all.map((image) => [image.md5, image])).values()];
}

/** The files of ended runs, locked. */
function leftFiles(directory: string): { readonly path: string; readonly file: Deno.FsFile }[] {
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(directory)) if (NAME.test(name)) names.push(name);
  } catch {
    // Others report that it is gone.
  }
  return names.slice(0, MAX_LEFT_FILES).flatMap((name) => {
    const path = join(directory, name);
    try {
      const file = openLeft(path);
      return file ? [{ path, file }] : [];
    } catch {
      return []; // It is not ours to read.
    }
  });
}

function read(file: Deno.FsFile): { readonly images: Image[]; readonly isDamaged: boolean } {
  const { size } = file.statSync();
  if (size > 2 * MAX_BYTES) return { images: [], isDamaged: true };
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size;) {
    const n = file.readSync(bytes.subarray(done));
    if (n === null) break;
    done += n;
  }
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  const wanted = new Map<string, Image>();
  let isDamaged = false;
  for (const line of lines) {
    const change = parseLine(line);
    if (!change) isDamaged = true;
    else if (change.name === undefined) wanted.delete(change.md5);
    else wanted.set(change.md5, { md5: change.md5, name: change.name });
  }
  return { images: [...wanted.values()], isDamaged };
}

/** The content of a line; `null` if this program did not write it. */
function parseLine(line: string): { readonly md5: string; readonly name?: string } | null {
  try {
    const { want, done, name } = JSON.parse(line);
    if (typeof done === "string") return parseMd5(done) === done ? { md5: done } : null;
    return typeof want === "string" && parseMd5(want) === want && typeof name === "string" ? { md5: want, name } : null;
  } catch {
    return null;
  }
}

function discard({ path, file }: { readonly path: string; readonly file: Deno.FsFile }): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The directory is gone.
  }
  release(file);
}
