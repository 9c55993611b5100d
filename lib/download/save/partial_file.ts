/**
 * A download on the disk: bytes in a temporary file, which is verified and only then gets its name. An interrupted
 * download is resumed at the byte where it stopped, also by another process.
 */
import { Fault } from "../../fault/fault.ts";
import type { Image } from "../../protocol/image.ts";
import { syncFile } from "../../files/durable.ts";
import { BLOCK_BYTES } from "../../net/block_pool.ts";
import { WRITE_BYTES } from "../../net/io.ts";
import { HEAD_BYTES, type WrongBytes } from "../fetch_faults.ts";
import { isFull, onDisk, publish } from "./publish.ts";
import { type DiskRoom, roomOf } from "./disk_room.ts";
import type { Saved } from "./save_small.ts";
import { SAVE_HERE, type SaveService, type StreamMd5 } from "./save_service.ts";
import { createLocked, makeTemporary, openLeft, release, resumablePath } from "../../files/temporary.ts";

/** How many blocks are filled, hashed and written at a time. */
const BLOCKS = 4;

/** After this many bytes the disk begins to sync, while more arrive: at the end there is little left to wait for. */
const SYNC_BYTES = 32 << 20;

/** The result: the image, now a file of the directory, or something else, of which nothing is kept. */
export type Received =
  | { readonly kind: "saved"; readonly path: string; readonly bytes: number }
  | WrongBytes & { readonly kind: "other" };

export interface PartialOptions {
  /** Resumes what an earlier attempt left, and can itself be resumed. */
  readonly resume?: boolean;
  readonly service?: SaveService;
  /** Whether the file gets the time of its peer's file; default: `true`. */
  readonly keepTime?: boolean;
}

/** The temporary file of one image, created when a second block arrives. */
export class PartialFile {
  readonly #directory: string;
  readonly #image: Image;
  readonly #resume: boolean;
  readonly #service: SaveService;
  readonly #keepTime: boolean;
  readonly #room: DiskRoom;
  #md5: StreamMd5 | null = null;
  #file: Deno.FsFile | null = null;
  #path = "";
  #blocks: { memory: Uint8Array; free: Promise<unknown> }[] = [];
  #at = 0;
  /** The first block, kept in memory until there is a second one: most images have only one. */
  #first: Uint8Array | null = null;
  #writing: Promise<void> = Promise.resolve();
  #head = new Uint8Array(HEAD_BYTES);
  /** Whether it was removed to make room for others. */
  gaveWay = false;
  /** Bytes written since the last sync began. */
  #unsynced = 0;
  #syncing: Promise<void> | null = null;
  #modified = 0;
  held = 0;
  /** How many bytes an earlier attempt left. */
  resumedFrom = 0;

  private constructor(directory: string, image: Image, options: PartialOptions) {
    const { resume = false, service = SAVE_HERE, keepTime = true } = options;
    this.#keepTime = keepTime;
    this.#directory = directory;
    this.#image = image;
    this.#resume = resume;
    this.#service = service;
    this.#room = roomOf(directory);
  }

  /** Starts a download, or resumes that of an earlier attempt if no other process has it. */
  static async open(directory: string, image: Image, options: PartialOptions = {}): Promise<PartialFile> {
    const partial = new PartialFile(directory, image, options);
    if (options.resume) await onDisk(directory, () => partial.#takeUp());
    return partial;
  }

  /** Opens the file of an earlier attempt, if any, and computes its MD5. If it cannot be read, starts again. */
  async #takeUp(): Promise<void> {
    const path = resumablePath(this.#directory, this.#image.md5);
    const file = openLeft(path);
    if (!file) return;
    this.#hold(file, path);
    try {
      const { size } = await file.stat();
      const block = this.#service.memory.take(BLOCK_BYTES);
      while (this.held < size) {
        const n = await file.read(block);
        if (n === null) break;
        await this.#stream().update(block.subarray(0, n));
        this.held += n;
      }
      this.#service.memory.give(block);
      this.resumedFrom = this.held;
    } catch {
      this.#close();
      this.held = 0;
    }
  }

  #stream(): StreamMd5 {
    return this.#md5 ??= this.#service.open();
  }

  /** The file, created when it is first needed: most images are complete in memory before. */
  #opened(): Deno.FsFile {
    if (this.#file) return this.#file;
    const stable = resumablePath(this.#directory, this.#image.md5);
    const resumable = this.#resume ? createLocked(stable) : null;
    const { file, path } = resumable
      ? { file: resumable, path: stable }
      : makeTemporary(this.#directory, this.#image.md5);
    return this.#hold(file, path);
  }

  #hold(file: Deno.FsFile, path: string): Deno.FsFile {
    this.#room.enter(this);
    [this.#file, this.#path] = [file, path];
    return file;
  }

  /**
   * Announces the size of the image.
   *
   * @param modified When its file was last modified at the peer, in seconds since 1970; 0 if unknown.
   * @throws {Fault} `no-room` if the disk cannot hold it.
   */
  async expect(bytes: number, modified = 0): Promise<void> {
    if (this.#keepTime) this.#modified = modified;
    const more = bytes - this.held;
    if (more > BLOCK_BYTES && !await this.#room.mayHold(more, this)) throw this.#noRoom(undefined, bytes);
  }

  /** Lends memory for the next bytes, after waiting for the disk if necessary; throws as {@link PartialFile.finish}. */
  async block(): Promise<Uint8Array> {
    let block = this.#blocks[this.#at];
    if (!block) {
      this.#blocks.push(block = { memory: this.#service.memory.take(BLOCK_BYTES), free: Promise.resolve() });
    }
    this.#at = (this.#at + 1) % BLOCKS;
    await onDisk(this.#directory, () => block.free);
    return block.memory;
  }

  /**
   * Receives a body, whose chunks are the first bytes of blocks lent by {@link PartialFile.block}, which waits for the
   * disk. A `WritableStream` would take 0.1 ms more processor time for each image.
   *
   * @throws The error of the body, after all bytes before it were taken.
   */
  async receive(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader();
    for (let it = await reader.read(); !it.done; it = await reader.read()) this.#take(it.value);
  }

  #take(bytes: Uint8Array): void {
    if (this.held < HEAD_BYTES) this.#head.set(bytes.subarray(0, HEAD_BYTES - this.held), this.held);
    this.held += bytes.length;
    if (this.held === bytes.length) this.#first = bytes;
    else {
      this.#flushFirst();
      this.#flush(bytes);
    }
  }

  #flushFirst(): void {
    if (this.#first) this.#flush(this.#first);
    this.#first = null;
  }

  #flush(bytes: Uint8Array): void {
    this.#writing = this.#writing.then(() => this.#write(bytes));
    const free = Promise.all([this.#stream().update(bytes), this.#writing]);
    free.catch(() => {}); // The error is thrown when the block is needed next.
    this.#blocks.find(({ memory }) => memory.buffer === bytes.buffer)!.free = free;
  }

  /** Writes a block. Without room, the largest of the downloads is removed, which may be this one. */
  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      if (this.gaveWay) throw this.#noRoom();
      const n = await this.#room.use(this, () => this.#opened().write(bytes.subarray(done, done + WRITE_BYTES)))
        .catch((error) => {
          throw isFull(error) ? this.#noRoom(error) : error;
        });
      if (this.gaveWay) this.giveWay(); // Bytes added by this write.
      done += n;
      this.#unsynced += n;
    }
    if (this.#unsynced < SYNC_BYTES || this.#syncing) return;
    this.#unsynced = 0;
    this.#syncing = syncFile(this.#opened()).then(() => void (this.#syncing = null));
    this.#syncing.catch(() => {}); // The error stays, and is reported at the end.
  }

  #noRoom(cause?: unknown, bytes = this.held): Fault {
    return new Fault("no-room", { path: this.#directory, name: this.#image.name, bytes }, cause);
  }

  get size(): number {
    return this.#file?.statSync().size ?? 0;
  }

  /** Empties the file at once, even during a write; the next write fails. */
  giveWay(): void {
    this.gaveWay = true;
    this.#file?.truncateSync(0);
  }

  async #settle(): Promise<void> {
    this.#flushFirst();
    await onDisk(this.#directory, () => Promise.all(this.#blocks.map(({ free }) => free)));
  }

  /**
   * Ends the download: if the MD5 is the image's, the file gets the image's name, made safe, with a number if that name
   * is taken; else it is emptied for another attempt.
   *
   * @throws {Fault} `disk-full`, `not-written`.
   */
  async finish(): Promise<Received> {
    const { md5, path } = this.#first || this.held === 0 ? await this.#saveSmall() : await this.#save();
    if (path !== undefined) {
      this.#blocks.forEach(({ memory }) => this.#service.memory.give(memory));
      this.#blocks = [];
      return { kind: "saved", path, bytes: this.held };
    }
    const bytes = this.held;
    const head = this.#head.subarray(0, Math.min(bytes, HEAD_BYTES));
    await this.empty();
    return { kind: "other", bytes, md5, head };
  }

  async #saveSmall(): Promise<Saved> {
    const bytes = this.#first ?? this.#service.memory.take(0);
    const { md5, name } = this.#image;
    const image = { md5, name, directory: this.#directory, modified: this.#modified };
    const save = (): Promise<Saved> => this.#room.use(null, () => this.#service.save(image, bytes));
    const saved = await onDisk(this.#directory, save);
    if (saved.path !== undefined) await this.discard(); // An earlier attempt may have left an empty file.
    return saved;
  }

  /** Writes the rest, and syncs the file before it gets its name. */
  async #save(): Promise<Saved> {
    await this.#settle();
    const md5 = await this.#stream().digest();
    if (md5 !== this.#image.md5) return { md5 };
    if (this.gaveWay) throw this.#noRoom();
    this.#room.leave(this);
    const path = await onDisk(this.#directory, async () => {
      const temporary = { path: this.#path, file: this.#file!, modified: this.#modified };
      await this.#syncing;
      return await publish(temporary, this.#directory, this.#image.name, (work) => this.#room.use(null, work));
    });
    this.#close();
    return { md5, path };
  }

  /** Discards all bytes; throws as {@link PartialFile.finish}. */
  async empty(): Promise<void> {
    this.#first = null;
    await this.#settle();
    this.#md5?.drop();
    this.#md5 = null;
    this.#head = new Uint8Array(HEAD_BYTES);
    this.held = this.resumedFrom = 0;
    await onDisk(this.#directory, async () => {
      await this.#file?.truncate(0);
      await this.#file?.seek(0, Deno.SeekMode.Start);
    });
  }

  /** Keeps the bytes for a later attempt, if any; after a disk failure nothing is kept. */
  async keep(): Promise<void> {
    if (this.held > 0) await this.#settle().then(() => this.#syncing).catch(() => this.held = 0);
    const findable = !this.gaveWay && this.#path === resumablePath(this.#directory, this.#image.md5);
    if (this.held === 0 || !findable) return await this.discard();
    this.#close();
  }

  async discard(): Promise<void> {
    // They need the file; and the last write may begin a sync.
    await Promise.allSettled([...this.#blocks.map(({ free }) => free), this.#writing]);
    await this.#syncing?.catch(() => {});
    if (this.#file) await Deno.remove(this.#path).catch(() => {}); // The directory is gone.
    this.#close();
  }

  /** Closes the file, after which `keep` and `discard` do nothing. */
  #close(): void {
    this.#room.leave(this);
    this.#md5?.drop();
    if (this.#file) release(this.#file);
    [this.#md5, this.#file, this.#first] = [null, null, null];
  }
}
