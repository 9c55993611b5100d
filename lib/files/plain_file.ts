/**
 * The one way to open a file whose name others may have chosen or changed: a link is not followed, a FIFO or a device
 * does not block, and anything but a regular file is refused.
 */
import { closeSync, constants, fstatSync, open, openSync, read, readSync, type Stats } from "node:fs";
import type { FileTimes } from "./file_record.ts";

/** Windows has neither flag, and neither FIFOs nor devices in directories; links there are found by `lstat`. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface PlainStat extends FileTimes {
  readonly isFile: boolean;
  readonly dev: number;
  readonly nlink: number | null;
}

/** The error for anything but a regular file: a FIFO, a socket, a device or a directory. */
export class NotPlainError extends Error {
  /** In the style of the system's own codes. */
  readonly code: "ENOTPLAIN" | "EISDIR";

  constructor(isDirectory: boolean) {
    super(isDirectory ? "is a directory" : "not a regular file");
    this.code = isDirectory ? "EISDIR" : "ENOTPLAIN";
  }
}

export class PlainFile implements Disposable {
  #fd: number | null;
  /** Reads under way: the descriptor is closed when the last one has ended. */
  #reads = 0;
  #closing = false;
  /** What it was when it was opened. */
  readonly opened: PlainStat;
  /** Where the next read begins, after a seek; giving it with each read takes longer. */
  #at: number | null = null;

  private constructor(fd: number) {
    this.#fd = fd;
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) throw new NotPlainError(stats.isDirectory());
      this.opened = statOf(stats);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** @throws The system's errors, `ELOOP` for a link; {@link NotPlainError}. */
  static openSync(path: string): PlainFile {
    refuseLink(path);
    return new PlainFile(openSync(path, FLAGS));
  }

  /** The same without keeping the thread: on a network drive it may take long. */
  static async open(path: string): Promise<PlainFile> {
    refuseLink(path);
    return new PlainFile(
      await new Promise((resolve, reject) => open(path, FLAGS, (error, fd) => error ? reject(error) : resolve(fd!))),
    );
  }

  statSync(): PlainStat {
    return statOf(fstatSync(this.#open()));
  }

  /** The next bytes, at once; `null` at the end. */
  readSync(into: Uint8Array): number | null {
    if (into.length === 0) return 0;
    const n = readSync(this.#open(), into, 0, into.length, this.#at);
    if (this.#at !== null) this.#at += n;
    return n === 0 ? null : n;
  }

  /** The next bytes; `null` at the end. */
  async read(into: Uint8Array): Promise<number | null> {
    if (into.length === 0) return 0;
    const fd = this.#open();
    this.#reads++;
    try {
      const n = await new Promise<number>((resolve, reject) =>
        read(fd, into, 0, into.length, this.#at, (error, n) => error ? reject(error) : resolve(n ?? 0))
      );
      if (this.#at !== null) this.#at += n;
      return n === 0 ? null : n;
    } finally {
      this.#reads--;
      this.#closeIfDone();
    }
  }

  /** The next read begins there. */
  seekSync(offset: number, _whence: Deno.SeekMode.Start): number {
    return this.#at = offset;
  }

  /** The same. */
  seek(offset: number, whence: Deno.SeekMode.Start): Promise<number> {
    return Promise.resolve(this.seekSync(offset, whence));
  }

  /** All bytes, at once; throws `EFBIG` for more than `most`, also when they come while it is read. */
  readAllSync(most: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.min(this.opened.size, most) + 1); // One more, to see that there is none.
    let filled = 0;
    while (filled < bytes.length) {
      const n = this.readSync(bytes.subarray(filled));
      if (n === null) return bytes.slice(0, filled);
      filled += n;
    }
    throw tooMuch(filled, most);
  }

  /** The same without keeping the thread. */
  async readAll(most: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.min(this.opened.size, most) + 1);
    let filled = 0;
    for (let n = await this.read(bytes); n !== null; n = await this.read(bytes.subarray(filled))) {
      filled += n;
      if (filled === bytes.length) throw tooMuch(filled, most);
    }
    return bytes.slice(0, filled);
  }

  #open(): number {
    if (this.#fd === null || this.#closing) throw Object.assign(new Error("it is closed"), { code: "EBADF" });
    return this.#fd;
  }

  /** Closes it, once no read is under way any more. */
  close(): void {
    this.#closing = true;
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#closing || this.#reads > 0 || this.#fd === null) return;
    const fd = this.#fd;
    this.#fd = null;
    closeSync(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Where Windows or Deno's permissions follow the link although the flags forbid it, what is open shows that later. */
function refuseLink(path: string): void {
  if (Deno.lstatSync(path).isSymlink) throw Object.assign(new Error("is a link"), { code: "ELOOP" });
}

function statOf(stats: Stats): PlainStat {
  // Where a file system does not say when a file was made, this says 1970 and `Deno.lstat` null.
  const birthtime = stats.birthtime.getTime() === 0 ? null : stats.birthtime;
  const { ino, size, mtime, ctime, dev, nlink } = stats;
  return { isFile: stats.isFile(), ino, size, mtime, ctime, birthtime, dev, nlink };
}

/** Why more bytes came than there were: it is too large, or it grew. */
function tooMuch(came: number, most: number): Error {
  return Object.assign(new Error("too large"), { code: came > most ? "EFBIG" : "ECHANGED" });
}
