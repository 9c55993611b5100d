/**
 * A download on the disk: bytes into a temporary file, verified, and only then given its name. What was interrupted
 * goes on at the byte where it stopped, also by another process.
 *
 * @module
 */
import { join } from "node:path";
import type { Image } from "../wire/image.ts";
import { writeAll } from "./io.ts";
import { onDisk, publish } from "./publish.ts";
import type { Saved } from "./save_small.ts";
import { SAVE_HERE, type SaveService, type StreamMd5 } from "./save_service.ts";
import { isPublished, TEMPORARY_PREFIX } from "./temporary.ts";

/** Bytes received and hashed at a time: larger blocks gain nothing more, smaller ones are more work. */
const BLOCK_BYTES = 1 << 20;

/** Blocks that are filled, hashed and written at the same time. */
const BLOCKS = 4;

/** Smallest block, in bytes, for images that are small. */
const MIN_BLOCK_BYTES = 4_096;

/** What came on a slow line is written at least so often, in milliseconds: a process that is killed loses no more. */
const FLUSH_MS = 500;

/** The first bytes of what came, kept to recognize a sentence in place of an image. */
const HEAD_BYTES = 256;

/** What a file turned out to be. */
export type Received =
  /** The image, now a file of the directory. */
  | { readonly kind: "saved"; readonly path: string; readonly bytes: number }
  /** Something else, of which nothing is left. */
  | { readonly kind: "other"; readonly bytes: number; readonly md5: string; readonly head: Uint8Array };

/** How a file is opened. */
export interface PartialOptions {
  /** Goes on with what an earlier attempt left, and leaves what comes to a later one. */
  readonly resume?: boolean;
  /** Where MD5s are taken and small images saved. */
  readonly service?: SaveService;
}

/** The temporary file of one image; there is none before a block is full. */
export class PartialFile {
  readonly #directory: string;
  readonly #image: Image;
  readonly #resume: boolean;
  readonly #service: SaveService;
  #md5: StreamMd5 | null = null;
  #file: Deno.FsFile | null = null;
  #path = "";
  #blockBytes = BLOCK_BYTES;
  #blocks: { memory: Uint8Array; free: Promise<unknown> }[] = [];
  #at = 0;
  #filled = 0;
  #flushed = performance.now();
  #writing: Promise<void> = Promise.resolve();
  #head = new Uint8Array(HEAD_BYTES);
  /** How many bytes are there. */
  held = 0;
  /** How many of them an earlier attempt left. */
  left = 0;

  private constructor(directory: string, image: Image, { resume = false, service = SAVE_HERE }: PartialOptions) {
    this.#directory = directory;
    this.#image = image;
    this.#resume = resume;
    this.#service = service;
  }

  /**
   * Begins a download, or goes on with the one that an earlier attempt left, if no other process has it.
   *
   * @throws {Fault} `disk-full`, `not-written`.
   */
  static async open(directory: string, image: Image, options: PartialOptions = {}): Promise<PartialFile> {
    const partial = new PartialFile(directory, image, options);
    if (options.resume) await onDisk(directory, () => partial.#takeUp());
    return partial;
  }

  /** Opens what an earlier attempt left, if there is something, and takes its MD5. */
  async #takeUp(): Promise<void> {
    const path = this.#usualPath();
    const file = await openLeft(path);
    if (!file) return;
    [this.#file, this.#path] = [file, path];
    try {
      const { size } = await file.stat();
      const block = this.#service.memory(Math.min(size, BLOCK_BYTES));
      while (this.held < size) {
        const n = await file.read(block);
        if (n === null) break;
        await this.#stream().update(block.subarray(0, n));
        this.held += n;
      }
      this.left = this.held;
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** Where the next attempt looks. */
  #usualPath(): string {
    return usualPath(this.#directory, this.#image);
  }

  #stream(): StreamMd5 {
    return this.#md5 ??= this.#service.open();
  }

  /** The file, made when it is first needed: most images are in memory as a whole before. */
  async #opened(): Promise<Deno.FsFile> {
    if (this.#file) return this.#file;
    const paths = this.#resume ? [this.#usualPath()] : [];
    for (const path of [...paths, this.#usualPath().replace(/\.part$/, `-${crypto.randomUUID()}.part`)]) {
      try {
        const file = await Deno.open(path, { write: true, createNew: true, mode: 0o644 });
        [this.#file, this.#path] = [file, path];
        if (this.#resume) await file.tryLock(true).catch(() => false); // Not every file system has locks.
        return file;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
    throw new Error("no temporary file could be made");
  }

  /** Says how large the image will be, so that a small one takes little memory. */
  expect(bytes: number): void {
    if (this.#blocks.length > 0) return;
    this.#blockBytes = Math.max(MIN_BLOCK_BYTES, Math.min(BLOCK_BYTES, bytes - this.held));
  }

  /**
   * Where the next bytes go: any number of them, told to {@link PartialFile.took}.
   *
   * @throws {Fault} `disk-full`, `not-written`.
   */
  async space(): Promise<Uint8Array> {
    const now = performance.now();
    const due = this.#filled > 0 && now - this.#flushed > FLUSH_MS;
    if (due || this.#filled === this.#blockBytes) this.#flush(now);
    let block = this.#blocks[this.#at];
    if (!block) {
      this.#blocks.push(block = { memory: this.#service.memory(this.#blockBytes), free: Promise.resolve() });
    }
    if (this.#filled === 0) await onDisk(this.#directory, () => block.free);
    return block.memory.subarray(this.#filled);
  }

  /** So many bytes were put where {@link PartialFile.space} said. */
  took(bytes: number): void {
    if (this.held < HEAD_BYTES) {
      const came = this.#blocks[this.#at].memory.subarray(this.#filled, this.#filled + bytes);
      this.#head.set(came.subarray(0, HEAD_BYTES - this.held), this.held);
    }
    this.#filled += bytes;
    this.held += bytes;
  }

  /** Has the block hashed and written, and turns to the next. */
  #flush(now: number): void {
    this.#flushed = now;
    if (this.#filled === 0) return;
    const block = this.#blocks[this.#at];
    const bytes = block.memory.subarray(0, this.#filled);
    this.#writing = this.#writing.then(async () => await writeAll(await this.#opened(), bytes));
    block.free = Promise.all([this.#stream().update(bytes), this.#writing]);
    block.free.catch(() => {}); // Whoever needs the block next hears of it.
    this.#at = (this.#at + 1) % BLOCKS;
    this.#filled = 0;
  }

  /** Has all that came written. */
  async #settle(): Promise<void> {
    this.#flush(performance.now());
    await onDisk(this.#directory, () => Promise.all(this.#blocks.map(({ free }) => free)));
  }

  /**
   * Ends the stream: if the MD5 is the image's, the file gets the image's name, made safe, with a number if there is a
   * file of that name; else it is empty again, for another attempt.
   *
   * @throws {Fault} `disk-full`, `not-written`.
   */
  async finish(): Promise<Received> {
    const { md5, path } = this.held === this.#filled ? await this.#saveSmall() : await this.#save();
    if (path !== undefined) return { kind: "saved", path, bytes: this.held };
    const bytes = this.held;
    const head = this.#head.subarray(0, Math.min(bytes, HEAD_BYTES));
    await this.empty();
    return { kind: "other", bytes, md5, head };
  }

  /** All is in the first block. */
  async #saveSmall(): Promise<Saved> {
    const bytes = this.#blocks[this.#at]?.memory.subarray(0, this.#filled) ?? this.#service.memory(0);
    const image = { ...this.#image, directory: this.#directory };
    const saved = await onDisk(this.#directory, () => this.#service.save(image, bytes));
    if (saved.path !== undefined) await this.discard(); // An earlier attempt may have left an empty file.
    return saved;
  }

  async #save(): Promise<Saved> {
    await this.#settle();
    const md5 = await this.#stream().digest();
    if (md5 !== this.#image.md5) return { md5 };
    const path = await onDisk(this.#directory, () => publish(this.#path, this.#directory, this.#image.name));
    this.#close();
    return { md5, path };
  }

  /**
   * Throws away what came.
   *
   * @throws {Fault} `disk-full`, `not-written`.
   */
  async empty(): Promise<void> {
    this.#filled = 0;
    await this.#settle();
    this.#md5?.drop();
    this.#md5 = null;
    this.#head = new Uint8Array(HEAD_BYTES);
    this.held = this.left = 0;
    await onDisk(this.#directory, async () => {
      await this.#file?.truncate(0);
      await this.#file?.seek(0, Deno.SeekMode.Start);
    });
  }

  /** Leaves what came to a later attempt, if there is anything; a fault of the disk leaves nothing. */
  async keep(): Promise<void> {
    if (this.held > 0) await this.#settle().catch(() => this.held = 0);
    const findable = this.#resume && this.#path === this.#usualPath();
    if (this.held === 0 || !findable) return await this.discard();
    this.#close();
  }

  /** Leaves nothing. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#blocks.map(({ free }) => free)); // A block under way must not be closed away.
    if (this.#file) await Deno.remove(this.#path).catch(() => {}); // The directory is gone.
    this.#close();
  }

  /** Closes the file and forgets the stream: nothing is there any more for `keep` and `discard`. */
  #close(): void {
    this.#md5?.drop();
    this.#file?.close();
    [this.#md5, this.#file, this.#filled] = [null, null, 0];
  }
}

/** Where an attempt that can be gone on with leaves what came. */
function usualPath(directory: string, { md5 }: Image): string {
  return join(directory, `${TEMPORARY_PREFIX}${md5}.part`);
}

/** Takes away what an earlier attempt left of an image, unless somebody goes on with it just now. */
export async function discardLeft(directory: string, image: Image): Promise<void> {
  const path = usualPath(directory, image);
  const file = await openLeft(path).catch(() => null);
  if (file) await Deno.remove(path).catch(() => {}); // The sweep takes it.
  file?.close();
}

/**
 * What an earlier attempt left; `null` when there is nothing, somebody else has it, it is no plain file, or an image too:
 * that must not be written to.
 */
async function openLeft(path: string): Promise<Deno.FsFile | null> {
  const there = await Deno.lstat(path).catch(() => null);
  if (!there?.isFile || isPublished(there)) return null;
  const file = await Deno.open(path, { read: true, write: true });
  try {
    // Whoever had the lock before may have given the file its name and removed this one.
    if (await file.tryLock(true) && await isAt(path, await file.stat())) return file;
  } catch {
    // A file system without locks: a new file is always right.
  }
  file.close();
  return null;
}

async function isAt(path: string, { dev, ino }: Deno.FileInfo): Promise<boolean> {
  const at = await Deno.lstat(path).catch(() => null);
  return at !== null && at.isFile && !isPublished(at) && at.dev === dev && at.ino === ino;
}
