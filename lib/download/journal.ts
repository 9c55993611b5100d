/**
 * The journal of downloads: what was chosen and is not finished, remembered however the program ends.
 *
 * Each run appends to a hidden file of its own in the directory, beside the parts that it will resume, and holds a lock
 * on it: a file without a lock was left by a run that has ended. So two clients of one directory never write to the same
 * file. A line is `{"want": <MD5>, "name": <name>}` or `{"done": <MD5>}`; an incomplete last line is one that was being
 * written when the program was killed.
 */
import { join } from "node:path";
import { createLocked, openLeft, release, TEMPORARY_PREFIX } from "../files/temporary.ts";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf } from "../fault/reason.ts";
import { type Image, parseMd5 } from "../protocol/image.ts";

const NAME = /^\.idp2pi-[0-9a-f-]{36}\.queue$/;

/** How long a change waits for others before it is written, in milliseconds: what a kill may lose. */
const WRITE_MS = 500;

/** Most characters of lines that are remembered, some hundred thousand images. Further ones are downloaded all the same. */
const MAX_WANTED = 32 << 20;

/** A larger file is written anew, with what is still wanted only; twice that is not read. In bytes. */
const MAX_BYTES = 128 << 20;

/** Most files that are read: each run that was killed leaves one. */
const MAX_LEFT_FILES = 100;

export class DownloadJournal implements Disposable {
  readonly #directory: string;
  readonly #onFault: (fault: Fault) => void;
  /** The line of each image, by MD5. */
  readonly #wanted = new Map<string, string>();
  /** The characters of these lines. */
  #size = 0;
  #changes: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #open: { readonly path: string; readonly file: Deno.FsFile; bytes: number } | null = null;
  #isUnwritten = false;

  /** @param onFault Called with `queue-unwritten`, once, and `queue-damaged`. */
  constructor(directory: string, onFault: (fault: Fault) => void = () => {}) {
    [this.#directory, this.#onFault] = [directory, onFault];
  }

  /** Remembers images that were chosen. */
  add(images: Iterable<Image>): void {
    for (const { md5, name } of images) {
      const line = `${JSON.stringify({ want: md5, name })}\n`;
      if (this.#wanted.has(md5) || this.#size + line.length > MAX_WANTED) continue;
      this.#wanted.set(md5, line);
      this.#size += line.length;
      this.#note(line);
    }
  }

  /** Forgets images that are here now, or no longer wanted. */
  remove(md5s: Iterable<string>): void {
    for (const md5 of md5s) {
      this.#size -= this.#wanted.get(md5)?.length ?? 0;
      if (this.#wanted.delete(md5)) this.#note(`${JSON.stringify({ done: md5 })}\n`);
    }
  }

  /**
   * Takes over what runs that have ended left and what is not here meanwhile, and returns it. A damaged file is renamed;
   * what can be read of it counts.
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
        // Somebody else's, or the disk fails: nothing of it is lost.
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

  /** Writes what has changed. */
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
      this.#close(false); // It may end in the middle of a line: the next time all is written anew.
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

  /** Closes the file, and removes it unless something in it is needed. */
  #close(isNeedless: boolean): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    if (isNeedless) discard(open);
    else release(open.file);
  }

  /** Writes what has changed, and closes the file, which stays while it names something. */
  [Symbol.dispose](): void {
    if (this.#timer !== undefined) this.flush();
    this.#close(this.#wanted.size === 0);
  }
}

/** What runs that have ended left in a directory. */
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

/** The files of runs that have ended, locked. */
function leftFiles(directory: string): { readonly path: string; readonly file: Deno.FsFile }[] {
  let names: string[] = [];
  try {
    names = [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch {
    // It has gone: others say so.
  }
  return names.filter((name) => NAME.test(name)).slice(0, MAX_LEFT_FILES).flatMap((name) => {
    const path = join(directory, name);
    try {
      const file = openLeft(path);
      return file ? [{ path, file }] : [];
    } catch {
      return []; // Not ours to read.
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

/** What a line says; `null` when it is none of ours. */
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
    // The directory has gone.
  }
  release(file);
}
