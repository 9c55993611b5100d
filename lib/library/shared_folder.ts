/**
 * The shared directory: which images it holds, and their bytes as they were listed.
 *
 * @module
 */
import { basename, join } from "node:path";
import { Fault } from "../wire/fault.ts";
import type { Image } from "../wire/image.ts";
import { md5OfFile } from "../hash/md5.ts";
import { HEAD_BYTES, imageType } from "./kind.ts";
import { reasonOf, REASONS } from "../wire/reason.ts";

/** An image of the shared directory, as it was when its MD5 was taken. */
export interface SharedImage extends Image {
  /** Its file. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Tells whether the file is still the one that was hashed. */
  readonly stamp: string;
}

/** How far a scan has come. */
export interface ScanProgress {
  /** Files looked at. */
  readonly files: number;
  /** Files there are. */
  readonly totalFiles: number;
  /** Bytes hashed. */
  readonly bytes: number;
}

/** What a scan could not read: it stops nothing else. */
export interface Unreadable {
  /** The file. */
  readonly path: string;
  /** Why, in a few words ({@link reasonOf}). */
  readonly reason: string;
}

/** The images of one directory. */
export class SharedFolder {
  /** The directory, as it was given. */
  readonly path: string;
  /** How many visible files the last scan found that are no images. */
  others = 0;
  #byMd5 = new Map<string, SharedImage>();
  #byName = new Map<string, SharedImage>();
  #turn: Promise<unknown> = Promise.resolve();

  /** A folder of no images yet; {@link SharedFolder.scan} finds them. */
  constructor(path: string) {
    this.path = path;
  }

  /** The images, sorted by name; one for each MD5. */
  get images(): readonly SharedImage[] {
    return [...this.#byMd5.values()];
  }

  /** The image with this MD5 (lower case), if it is shared. */
  byMd5(md5: string): SharedImage | undefined {
    return this.#byMd5.get(md5);
  }

  /** The image of exactly this name, if it is shared. */
  byName(name: string): SharedImage | undefined {
    return this.#byName.get(name);
  }

  /**
   * Looks through the directory and takes the MD5 of each image that is new or changed since the last scan.
   * Hidden files, links, subdirectories and what is no image are left alone.
   *
   * @returns What could not be read.
   * @throws {Fault} `directory-missing` or `directory-unusable`; the images are then as before.
   */
  scan(progress: (at: ScanProgress) => void = () => {}): Promise<Unreadable[]> {
    return this.#inTurn(() => this.#scan(progress));
  }

  async #scan(progress: (at: ScanProgress) => void): Promise<Unreadable[]> {
    const names = await this.#fileNames();
    const known = new Map([...this.#byMd5.values()].map((image) => [image.path, image]));
    const found = new Map<string, SharedImage>();
    const unreadable: Unreadable[] = [];
    let [bytes, others] = [0, 0];
    for (const [files, name] of names.entries()) {
      const path = join(this.path, name);
      try {
        const image = await inspect(path, known.get(path), (n) => {
          bytes += n;
          progress({ files, totalFiles: names.length, bytes });
        });
        if (!image) others++;
        else if (!found.has(image.md5)) found.set(image.md5, image);
      } catch (error) {
        unreadable.push({ path, reason: reasonOf(error) });
      }
    }
    progress({ files: names.length, totalFiles: names.length, bytes });
    this.others = others;
    this.#replace(found);
    return unreadable;
  }

  /**
   * Shares one more file of the directory, such as a new download.
   *
   * @returns The image, or `null` when the file is no image.
   */
  add(path: string): Promise<SharedImage | null> {
    return this.#inTurn(async () => {
      const image = await inspect(path, undefined, () => {});
      const known = image && this.#byMd5.get(image.md5);
      if (image && !(known && await this.#isThere(known))) {
        this.#replace(new Map([...this.#byMd5, [image.md5, image]]));
      }
      return image;
    });
  }

  async #isThere(image: SharedImage): Promise<boolean> {
    return await Deno.stat(image.path).then((info) => stampOf(info) === image.stamp, () => false);
  }

  /** One look at the directory at a time: a scan must not undo what is added meanwhile. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {}); // The caller hears of it; the next one has its turn.
    return result;
  }

  /**
   * Opens an image for reading, if its file is still the one that was hashed.
   *
   * @throws {Fault} `image-changed` when it is not, or is gone.
   */
  async open(image: SharedImage): Promise<Deno.FsFile> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(image.path);
    } catch (error) {
      throw new Fault("image-changed", { name: image.name }, error);
    }
    if (stampOf(await file.stat()) === image.stamp) return file;
    file.close();
    throw new Fault("image-changed", { name: image.name });
  }

  #replace(images: Map<string, SharedImage>): void {
    const sorted = [...images.values()].sort((a, b) => a.name < b.name ? -1 : 1);
    this.#byMd5 = new Map(sorted.map((image) => [image.md5, image]));
    this.#byName = new Map(sorted.map((image) => [image.name, image]));
  }

  /** The plain, visible files, sorted: the first of several equal files gives the image its name. */
  async #fileNames(): Promise<string[]> {
    try {
      const names: string[] = [];
      for await (const entry of Deno.readDir(this.path)) {
        if (entry.isFile && !entry.name.startsWith(".")) names.push(entry.name);
      }
      return names.sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new Fault("directory-missing", { path: this.path }, error);
      throw new Fault("directory-unusable", { path: this.path, reason: reasonOf(error) }, error);
    }
  }
}

/** Whether an open file is still `image`, from its size, times (the one of the last change too) and place on the disk. */
export function isStill(image: SharedImage, info: Deno.FileInfo): boolean {
  return stampOf(info) === image.stamp;
}

function stampOf(info: Deno.FileInfo): string {
  return [info.size, info.mtime?.getTime(), info.ctime?.getTime(), info.ino, info.dev].join(" ");
}

/** The image in a file, or `null` when it is none; `known` spares the hashing when nothing changed. */
async function inspect(
  path: string,
  known: SharedImage | undefined,
  seen: (bytes: number) => void,
): Promise<SharedImage | null> {
  using file = await Deno.open(path);
  const before = await file.stat();
  if (!before.isFile || before.size === 0) return null;
  if (known && stampOf(before) === known.stamp) return known;
  const head = new Uint8Array(Math.min(HEAD_BYTES, before.size));
  await file.read(head);
  if (await imageType(head) === null) return null;
  await file.seek(0, Deno.SeekMode.Start);
  const md5 = await md5OfFile(file, seen);
  const after = await file.stat();
  if (stampOf(after) !== stampOf(before)) throw new Error(REASONS.ECHANGED);
  return { md5, name: basename(path), path, size: after.size, stamp: stampOf(after) };
}
