/** Maps files to images: one for each MD5, found by MD5 and by name, and the changes since the last report. */
import { basename } from "node:path";
import type { Image } from "../protocol/image.ts";
import { announcedName } from "../protocol/image_path.ts";
import { type FileRecord, type ImageMetadata, modifiedAt, versionOf } from "../files/file_record.ts";
import type { PlainStat } from "../files/plain_file.ts";
import type { FolderOptions } from "./folder_options.ts";
import { type ImageInfo, timeOnWire } from "../protocol/peer_reply.ts";

/** A shared image as it was when its MD5 was computed. */
export interface SharedImage extends Image, ImageMetadata {
  /** Its file's path within the directory, its parts separated by `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Differs after each change of the file. */
  readonly version: string;
}

/** The part of an image that other peers see. */
export function infoOf({ size, mime, width, height, version, taken }: SharedImage): ImageInfo {
  const modified = timeOnWire(modifiedAt(version));
  return { size, mime, width, height, modified, taken: timeOnWire(taken) || modified };
}

/** How the images changed. */
export interface FolderChange {
  /** How many images are new. */
  readonly came: number;
  /** How many images are gone. */
  readonly went: number;
  /** How many images have a new name. */
  readonly renamed: number;
}

export interface ImageIndexOptions extends Pick<FolderOptions, "flat"> {
  /** Whether the user shares an image; without it, all are shared. */
  readonly isShared?: (path: string, image: ImageMetadata) => boolean;
}

export class ImageIndex {
  readonly #options: ImageIndexOptions;
  #byMd5 = new Map<string, SharedImage>();
  /** Images that exist but are not shared. */
  #leftOut = new Map<string, SharedImage>();
  #sorted: readonly SharedImage[] | null = null;
  #bytes: number | null = null;
  #byName: Map<string, SharedImage> | null = null;
  /** The last reported images, names by MD5, and whether they may have changed since. */
  #reported: ReadonlyMap<string, string> = new Map();
  #isOutdated = false;

  constructor(options: ImageIndexOptions = {}) {
    this.#options = options;
  }

  /** Sorted by name. */
  get images(): readonly SharedImage[] {
    return this.#sorted ??= [...this.#byMd5.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  }

  get bytes(): number {
    return this.#bytes ??= this.#byMd5.values().reduce((sum, { size }) => sum + size, 0);
  }

  byMd5(md5: string): SharedImage | undefined {
    return this.#byMd5.get(md5);
  }

  /** The image with this MD5, shared or left out. */
  here(md5: string): SharedImage | undefined {
    return this.#byMd5.get(md5) ?? this.#leftOut.get(md5);
  }

  /** The shared image of this name, the first of several; letters with accents match as one character or as several. */
  byName(name: string): SharedImage | undefined {
    if (!this.#byName) {
      const images = this.images.toReversed();
      this.#byName = new Map(images.map((image) => [image.name.normalize("NFC"), image]));
      for (const image of images) this.#byName.set(image.name, image); // An exact match has priority.
    }
    return this.#byName.get(name) ?? this.#byName.get(name.normalize("NFC"));
  }

  /** Replaces all files; of several with the same bytes, the first by path names the image. */
  rebuild(files: Iterable<FileRecord>): void {
    [this.#byMd5, this.#leftOut] = [new Map(), new Map()];
    for (const file of [...files].sort((a, b) => a.path < b.path ? -1 : 1)) this.#enter(file);
    this.#invalidate();
  }

  /** Adds a file, which replaces a file with the same bytes. */
  add(file: FileRecord): void {
    if (file.image) this.#byMd5.delete(file.image.md5);
    this.#enter(file);
    this.#invalidate();
  }

  /** Removes an image; another of these files with the same bytes replaces it. */
  remove({ md5, path }: SharedImage, files: Iterable<FileRecord>): void {
    if (this.#byMd5.get(md5)?.path !== path) return;
    this.#byMd5.delete(md5);
    for (const file of files) if (file.image?.md5 === md5 && file.path !== path) this.#enter(file);
    this.#invalidate();
  }

  #enter({ path, size, version, image }: FileRecord): void {
    if (image === null) return;
    const { flat, isShared = () => true } = this.#options;
    const to = isShared(path, image) ? this.#byMd5 : this.#leftOut;
    const name = flat ? basename(path) : announcedName(path);
    if (!to.has(image.md5)) to.set(image.md5, { ...image, name, path, size, version });
  }

  #invalidate(): void {
    this.#sorted = this.#bytes = this.#byName = null;
    this.#isOutdated = true;
  }

  /** The changes since the last call, which the caller reports; `null` if there are none. */
  takeChange(): FolderChange | null {
    if (!this.#isOutdated) return null;
    const before = this.#reported;
    const now = new Map(this.#byMd5.values().map(({ md5, name }) => [md5, name]));
    [this.#reported, this.#isOutdated] = [now, false];
    let [came, renamed] = [0, 0];
    for (const [md5, name] of now) {
      if (!before.has(md5)) came++;
      else if (before.get(md5) !== name) renamed++;
    }
    const went = before.size + came - now.size;
    return came + went + renamed > 0 ? { came, went, renamed } : null;
  }
}

/** Whether the open file is still the one that was read. */
export function isStill(image: SharedImage, info: PlainStat): boolean {
  return versionOf(info) === image.version;
}
