/**
 * The only way to open a file whose name others may have chosen or changed: it follows no link, a FIFO or a device does
 * not block it, and it refuses anything but a regular file.
 */
import { closeSync, constants, fstatSync, open, openSync, read, readSync, type Stats } from "node:fs";
import type { FileTimes } from "./file_record.ts";

/** Windows has neither flag, nor FIFOs or devices in directories; its links are found by `lstat`. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface PlainStat extends FileTimes {
  readonly isFile: boolean;
  readonly dev: number;
  readonly nlink: number | null;
}

/** The error for anything but a regular file: a FIFO, a socket, a device or a directory. */
export class NotPlainError extends Error {
  /** In the style of system error codes. */
  readonly code: "ENOTPLAIN" | "EISDIR";

  constructor(isDirectory: boolean) {
    super(isDirectory ? "is a directory" : "not a regular file");
    this.code = isDirectory ? "EISDIR" : "ENOTPLAIN";
  }
}

export class PlainFile implements Disposable {
  #fd: number | null;
  /** Reads in progress: the descriptor is closed after the last one. */
  #reads = 0;
  #closing = false;
  /** Its properties when it was opened. */
  readonly opened: PlainStat;
  /** The position of the next read, after a seek; passing it with each read takes longer. */
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

  /** @throws System errors, `ELOOP` for a link; {@link NotPlainError}. */
  static openSync(path: string): PlainFile {
    refuseLink(path);
    return new PlainFile(openSync(path, FLAGS));
  }

  /** The same without blocking the thread: on a network drive it may take long. */
  static async open(path: string): Promise<PlainFile> {
    refuseLink(path);
    return new PlainFile(
      await new Promise((resolve, reject) => open(path, FLAGS, (error, fd) => error ? reject(error) : resolve(fd!))),
    );
  }

  statSync(): PlainStat {
    return statOf(fstatSync(this.#open()));
  }

  /** The next bytes, read synchronously; `null` at the end. */
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

  /** Sets the position of the next read. */
  seekSync(offset: number, _whence: Deno.SeekMode.Start): number {
    return this.#at = offset;
  }

  /** The same as {@link PlainFile.seekSync}. */
  seek(offset: number, whence: Deno.SeekMode.Start): Promise<number> {
    return Promise.resolve(this.seekSync(offset, whence));
  }

  /** All bytes, read synchronously; throws `EFBIG` for more than `most`, even if the file grows while it is read. */
  readAllSync(most: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.min(this.opened.size, most) + 1); // One more, to see whether there are more.
    let filled = 0;
    while (filled < bytes.length) {
      const n = this.readSync(bytes.subarray(filled));
      if (n === null) return bytes.slice(0, filled);
      filled += n;
    }
    throw tooMuch(filled, most);
  }

  /** The same without blocking the thread. */
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

  /** Closes the file after the last read in progress. */
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

/** Windows or Deno's permissions may follow a link although the flags forbid it: the open file shows that later. */
function refuseLink(path: string): void {
  if (Deno.lstatSync(path).isSymlink) throw Object.assign(new Error("is a link"), { code: "ELOOP" });
}

function statOf(stats: Stats): PlainStat {
  // If a file system has no creation times, this is 1970, and `null` in `Deno.lstat`.
  const birthtime = stats.birthtime.getTime() === 0 ? null : stats.birthtime;
  const { ino, size, mtime, ctime, dev, nlink } = stats;
  return { isFile: stats.isFile(), ino, size, mtime, ctime, birthtime, dev, nlink };
}

/** The error for too many bytes: the file is too large, or it grew. */
function tooMuch(came: number, most: number): Error {
  return Object.assign(new Error("too large"), { code: came > most ? "EFBIG" : "ECHANGED" });
}
