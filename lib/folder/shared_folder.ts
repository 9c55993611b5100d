/**
 * The shared directory: which images it holds, and their bytes as they were listed.
 *
 * @module
 */
import { basename, dirname, join, relative, sep } from "node:path";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { codeOf, reasonOf, reasonOfPath, REASONS } from "../fault/reason.ts";
import { type Collision, findCollisions } from "./collisions.ts";
import { type FileFacts, stampOf } from "../files/facts.ts";
import type { FolderOptions, FolderScan, FolderScanOptions, LeftOut } from "./folder_options.ts";
import { type FolderChange, ImageIndex, type SharedImage } from "./image_index.ts";
import { checkInside, directoryId } from "../files/inside.ts";
import { FileReader } from "./file_reader.ts";
import { isFact } from "../files/passing.ts";
import { PlainFile, type PlainStat } from "../files/plain_file.ts";
import { scanDirectory } from "./scan.ts";
import { isLitter } from "./skip.ts";

export type { FolderOptions, FolderScan, FolderScanOptions, LeftOut };

/** What was read is put into the cache so often, in milliseconds: an interrupted scan loses no more. */
const CACHE_EVERY_MS = 1_000;

/** The images of one directory. */
export class SharedFolder implements Disposable {
  /** The directory, as it was given. */
  readonly path: string;
  readonly #options: FolderOptions;
  /** The directory's real path, as far as it is known. */
  #root: string;
  /** Which directory was looked through last. */
  #place: string | null = null;
  /**
   * What is known of each file: the truth from which the index follows. What is not in it is read at the next look, so
   * that nothing can be missing in the index for good.
   */
  #files: Map<string, FileFacts> | null = null;
  #ignored: (path: string) => boolean = () => false;
  readonly #index: ImageIndex;
  #turn: Promise<unknown> = Promise.resolve();
  #rescanning = false;
  readonly #ending = new AbortController();
  /** What was added while a scan is under way, which may have passed it already. */
  #added: FileFacts[] = [];
  /** Reads files that are added, in `#root`. */
  #reader: FileReader | null = null;
  #collisions: readonly Collision[] = [];

  /** A folder of no images yet; {@link SharedFolder.scan} finds them. */
  constructor(path: string, options: FolderOptions = {}) {
    this.path = this.#root = path;
    this.#options = options;
    this.#index = new ImageIndex(options.skipLocated ?? false);
  }

  /** The images, sorted by name; one for each MD5. */
  get images(): readonly SharedImage[] {
    return this.#index.images;
  }

  /** Bytes of all images together. */
  get bytes(): number {
    return this.#index.bytes;
  }

  /** How many files the last scan found that are no images. */
  get others(): number {
    return this.#files?.values().filter(({ image, failed }) => image === null && !failed).toArray().length ?? 0;
  }

  /** Paths of the images that say where they were taken, sorted. */
  get located(): readonly string[] {
    return [...this.#files?.values() ?? []].filter(({ image }) => image?.located).map(({ path }) => path).sort();
  }

  /** Paths of those images among them of which it is not known, since their metadata cannot be read to their end. */
  get uncertain(): readonly string[] {
    return [...this.#files?.values() ?? []].filter(({ image }) => image?.uncertain).map(({ path }) => path).sort();
  }

  /**
   * Files of one MD5 and different bytes that the last scan found: one of each pair is shared.
   *
   * @ignore For the programs.
   */
  get collisions(): readonly Collision[] {
    return this.#collisions;
  }

  /** The image with this MD5 (lower case), if it is shared. */
  byMd5(md5: string): SharedImage | undefined {
    return this.#index.byMd5(md5);
  }

  /** The image of exactly this name, if it is shared; the first of several. */
  byName(name: string): SharedImage | undefined {
    return this.#index.byName(name);
  }

  /** The image with this MD5, if it is here, shared or not, and its file still is as it was when it was read. */
  async find(md5: string): Promise<SharedImage | undefined> {
    const image = this.#index.here(md5);
    return image && await this.#isThere(image) ? image : undefined;
  }

  /**
   * How the images are others than at the last call, which whoever calls tells; `null` when they are the same.
   *
   * @ignore For peers.
   */
  takeChange(): FolderChange | null {
    return this.#index.takeChange();
  }

  /** Whether the file is as it was read, as far as can be told: what cannot be looked at just now is as it was. */
  async #isThere({ path, stamp }: SharedImage): Promise<boolean> {
    const whole = join(this.#root, path);
    return await Deno.lstat(whole).then((info) => stampOf(info) === stamp, (error) => !this.#proves(error, whole));
  }

  /** Whether an error proves that a file has gone or is another: not while the directory around it is away. */
  #proves(error: unknown, path: string): boolean {
    if (!isFact(error)) return false;
    if (codeOf(error) !== "ENOENT") return true;
    return this.#isHere() && directoryId(dirname(path)) !== null;
  }

  /** Whether the directory is the one that was looked through. */
  #isHere(): boolean {
    const place = directoryId(this.#root);
    return place !== null && (this.#place === null || place === this.#place);
  }

  /**
   * Looks through the directory and reads each file that is new or changed since the last scan. Hidden files, links,
   * what is named in `.idp2piignore` and what is no image are left alone.
   *
   * @throws {Fault} `directory-missing`, `directory-unusable`, `ignore-unusable`; the reason of the signal. The images
   * are then as before.
   * @ignore Peers scan theirs: see `Peer.update`.
   */
  scan(options: FolderScanOptions = {}): Promise<FolderScan> {
    const result = this.#turn.then(() => this.#scan(options));
    this.#turn = result.catch(() => {}); // The caller hears of it; the next one has its turn.
    return result;
  }

  async #scan(options: FolderScanOptions): Promise<FolderScan> {
    const root = await this.#realPath();
    const { recursive = true, cache } = this.#options;
    const place = directoryId(root);
    // Of another directory in its place nothing is known but what the cache has.
    const same = root === this.#root && place === this.#place ? this.#files : null;
    const first = same === null;
    const known = same ?? cache?.load(root) ?? new Map<string, FileFacts>();
    this.#added = [];
    let fresh: FileFacts[] = [];
    let kept = performance.now();
    const keep = (): void => {
      cache?.put(root, fresh);
      [fresh, kept] = [[], performance.now()];
    };
    const onFacts = (facts: readonly FileFacts[]): void => {
      for (const one of facts) fresh.push(one);
      if (performance.now() - kept > CACHE_EVERY_MS) keep();
    };
    try {
      const { files, ignored, unreadable, growing, same: unchanged } = await scanDirectory(root, {
        ...options,
        recursive,
        known,
        onFacts,
      });
      for (const facts of this.#added) if (!files.has(facts.path)) files.set(facts.path, facts);
      // Once, and not what may only be away: a directory that cannot be read, or was not looked at, or a whole disk,
      // which leaves the empty directory that it was mounted on.
      if (this.#files === null && recursive && unreadable.length === 0 && files.size > 0) {
        cache?.forget(root, known.keys().filter((path) => !files.has(path)));
      }
      if (first || !unchanged) {
        const { collisions, compared } = await findCollisions(root, files, options.signal);
        this.#collisions = collisions;
        for (const facts of compared) fresh.push(facts);
      }
      if (root !== this.#root) this.#closeReader();
      [this.#root, this.#place, this.#files, this.#ignored] = [root, place, files, ignored];
      if (first || !unchanged) this.#index.rebuild(files.values());
      return { unreadable, growing };
    } finally {
      keep();
    }
  }

  async #realPath(): Promise<string> {
    try {
      const root = await Deno.realPath(this.path);
      if ((await Deno.stat(root)).isDirectory) return root;
    } catch (error) {
      const reason = reasonOfPath(this.path, error);
      if (reason === REASONS.ENOENT) throw new Fault("directory-missing", { path: this.path }, error);
      throw new Fault("directory-unusable", { path: this.path, reason }, error);
    }
    throw new Fault("directory-unusable", { path: this.path, reason: REASONS.ENOTDIR });
  }

  /** A file turned out to be another than was listed: it must be read again. */
  #stale(): void {
    const { onStale } = this.#options;
    if (onStale) notify(onStale);
    else this.#rescan();
  }

  /** Scans once more; of several who want it while it waits, the first is enough. */
  #rescan(): void {
    if (this.#rescanning) return;
    this.#rescanning = true;
    this.#turn = this.#turn.then(() => {
      this.#rescanning = false;
      return this.#scan({ signal: this.#ending.signal });
    }).catch(() => {}); // Who asks next hears of a directory that is gone.
  }

  /**
   * Shares one more file of the directory, such as a new download.
   *
   * @param path The file.
   * @param md5 Its MD5, if it is known: then the rest of it is not read.
   * @returns The image, or why the file is not shared.
   * @throws {Fault} `image-changed` when the file was changed or taken away at once.
   * @ignore Peers add what they fetch.
   */
  async add(path: string, md5?: string): Promise<SharedImage | LeftOut> {
    const within = relative(this.path, path).replaceAll(sep, "/");
    if (isLitter(basename(path)) || this.#ignored(within)) return "ignored";
    this.#reader ??= new FileReader(this.#root);
    const { facts: [facts], unreadable: [unread] } = await this.#reader.read([within], { md5 }).catch((error) => {
      throw new Fault("image-changed", { name: basename(path) }, error);
    });
    if (unread && !unread.passing) {
      throw new Fault("image-changed", { name: basename(path) }, new Error(unread.reason));
    }
    if (unread) {
      this.#stale(); // The next scan finds it.
      return "unreadable";
    }
    this.#added.push(facts);
    this.#forget(within, facts.image?.md5);
    (this.#files ??= new Map()).set(within, facts);
    this.#options.cache?.put(this.#root, [facts]);
    const { image } = facts;
    if (image === null) return "no-image";
    const other = this.#index.byMd5(image.md5);
    if (other && await this.#isThere(other)) return other;
    this.#index.add(facts);
    return this.#index.byMd5(image.md5) ?? (image.uncertain ? "uncertain" : "located");
  }

  /**
   * Opens an image for reading, if its file is still the one that was hashed.
   *
   * @throws {Fault} `image-changed` when it is not, or is gone: it is not shared any more then, until it was read again.
   * `image-unreadable` when that cannot be told just now: it stays shared.
   * @ignore Peers serve from it.
   */
  async open(image: SharedImage): Promise<PlainFile> {
    const whole = join(this.#root, image.path);
    let file: PlainFile | null = null;
    let cause: unknown;
    try {
      file = await PlainFile.open(whole);
      if (isStill(image, checkInside(file, this.#root, image.path))) return file;
    } catch (error) {
      cause = error;
    }
    file?.close();
    if (cause !== undefined && !this.#proves(cause, whole)) {
      if (isFact(cause)) this.#stale(); // A look tells whether the directory is away, and when it is back.
      throw new Fault("image-unreadable", { name: image.name, reason: reasonOf(cause) }, cause);
    }
    this.#forget(image.path);
    this.#stale();
    throw new Fault("image-changed", { name: image.name }, cause);
  }

  /** Nothing is known of a file any more, unless it is this image; others with the same bytes may be shared. */
  #forget(path: string, unless?: string): void {
    const image = this.#files?.get(path)?.image;
    if (!image || image.md5 === unless) return;
    this.#files?.delete(path);
    const shared = this.#index.byMd5(image.md5);
    if (shared?.path === path) this.#index.remove(shared, this.#files?.values() ?? []);
  }

  /** Ends what it does by itself. */
  [Symbol.dispose](): void {
    this.#ending.abort();
    this.#closeReader();
  }

  #closeReader(): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }
}

/** Whether an open file is still `image`. */
export function isStill(image: SharedImage, info: PlainStat): boolean {
  return stampOf(info) === image.stamp;
}
