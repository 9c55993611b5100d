/** The shared directory: its images, and their bytes as listed. */
import { basename, join } from "node:path";
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { reasonOf } from "../fault/reason.ts";
import { type Collision, findCollisions } from "./collisions.ts";
import type { FileRecord, ImageMetadata, SkippedFile } from "../files/file_record.ts";
import type { FolderOptions, FolderScan, FolderScanOptions, LeftOut } from "./folder_options.ts";
import { type FolderChange, ImageIndex, isStill, type SharedImage } from "./image_index.ts";
import { FolderChoices } from "./folder_choices.ts";
import { checkInside, pathWithin } from "../files/inside.ts";
import { FileReader } from "./file_reader.ts";
import { FolderRoot } from "./folder_root.ts";
import { isTransient } from "../files/transient.ts";
import { PlainFile } from "../files/plain_file.ts";
import { scanDirectory } from "./scan.ts";
import { isLitter } from "../files/litter.ts";

type ImageFile = FileRecord & { readonly image: ImageMetadata };

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => a.path < b.path ? -1 : 1;

/** The images of one directory. */
export class SharedFolder implements Disposable {
  /** The directory, as given. */
  readonly path: string;
  /** What the user shares of it. */
  readonly chosen: FolderChoices;
  readonly #options: FolderOptions;
  /** The directory that was scanned last. */
  #root: FolderRoot;
  /** The record of each file, from which the index is made. Other files are read at the next scan. */
  #files: Map<string, FileRecord> | null = null;
  #ignored: (path: string) => boolean = () => false;
  readonly #index: ImageIndex;
  /** The last scan; the next one begins after it. */
  #turn: Promise<unknown> = Promise.resolve();
  #rescanWaits = false;
  readonly #ending = new AbortController();
  /** Files added during a scan, which may already have passed them. */
  #added: FileRecord[] = [];
  /** Reads files that are added to `#root`. */
  #reader: FileReader | null = null;
  #collisions: readonly Collision[] = [];
  /** Files without a record that the last scan left out. */
  #skipped: readonly SkippedFile[] = [];
  /** All files that are left out, until something changes. */
  #allSkipped: readonly SkippedFile[] | null = null;

  /** A folder without images; {@link SharedFolder.scan} finds them. */
  constructor(path: string, options: FolderOptions = {}) {
    this.path = path;
    this.#root = new FolderRoot(path, null);
    this.#options = options;
    this.chosen = new FolderChoices(path, options, () => {
      this.#allSkipped = null;
      this.#index.rebuild(this.#files?.values() ?? []);
    });
    this.#index = new ImageIndex({ ...options, isShared: (...image) => this.chosen.isShared(...image) });
  }

  /** The images, sorted by name; one for each MD5. */
  get images(): readonly SharedImage[] {
    return this.#index.images;
  }

  /** The total size of all images, in bytes. */
  get bytes(): number {
    return this.#index.bytes;
  }

  /** What the last scan left out, sorted by path, with reasons; for GPS coordinates see {@link SharedFolder.located}. */
  get skipped(): readonly SkippedFile[] {
    const read = (): SkippedFile[] =>
      [...this.#files?.values() ?? []].flatMap(({ path, image, skipped }): SkippedFile[] => {
        if (image === null) return [{ path, ...skipped ?? { why: "other" } }];
        return this.chosen.isChosen(path, image.md5) ? [] : [{ path, why: "unshared" }];
      });
    return this.#allSkipped ??= [...this.#skipped, ...read()].sort(byPath);
  }

  /** The paths of the images that contain coordinates, or may do so, sorted. */
  get located(): readonly string[] {
    return this.files.filter(({ image }) => image.located).map(({ path }) => path);
  }

  /** The paths of those images that may contain coordinates, since their metadata cannot be read to the end. */
  get uncertain(): readonly string[] {
    return this.files.filter(({ image }) => image.uncertain).map(({ path }) => path);
  }

  /**
   * All images of the directory, sorted by path, including those that are not shared, and several with the same bytes.
   *
   * @ignore For the programs.
   */
  get files(): readonly ImageFile[] {
    return [...this.#files?.values() ?? []].filter((it): it is ImageFile => it.image !== null).sort(byPath);
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

  /** The image with this MD5 (lower case), shared or not, as its file was last read. */
  here(md5: string): SharedImage | undefined {
    return this.#index.here(md5);
  }

  /** The shared image of exactly this name, the first of several. */
  byName(name: string): SharedImage | undefined {
    return this.#index.byName(name);
  }

  /** The image with this MD5, shared or not, if its file is unchanged since it was read. */
  async find(md5: string): Promise<SharedImage | undefined> {
    const image = this.here(md5);
    return image && await this.#root.isUnchanged(image) ? image : undefined;
  }

  /**
   * The changes of the images since the last call, which the caller reports; `null` if there are none.
   *
   * @ignore For peers.
   */
  takeChange(): FolderChange | null {
    return this.#index.takeChange();
  }

  /**
   * Finds the files of the directory, and reads those that are new or changed since the last scan. Hidden files, links,
   * files excluded by `.idp2piignore` and files that are not images are skipped.
   *
   * @throws {Fault} `directory-missing`, `directory-unusable`, `ignore-unusable`; the reason of the signal. The images
   * are then as before.
   * @ignore Peers scan theirs: see `Peer.update`.
   */
  scan(options: FolderScanOptions = {}): Promise<FolderScan> {
    const result = this.#turn.then(() => this.#scan(options));
    this.#turn = result.catch(() => {}); // The caller handles it.
    return result;
  }

  async #scan(options: FolderScanOptions): Promise<FolderScan> {
    const { recursive = true, cache, only } = this.#options;
    const root = await FolderRoot.find(this.path);
    await this.chosen.read(root.path); // If it cannot be read, the rest is useless.
    // If another directory is now at the path, only the cache may know its files.
    const known = root.equals(this.#root) ? this.#files : null;
    const before = known ?? cache?.load(root.path) ?? new Map<string, FileRecord>();
    this.#added = [];
    const onRecords = (records: readonly FileRecord[]): void => cache?.put(root.path, records);
    const scan = await scanDirectory(root.path, { ...options, recursive, only, known: before, onRecords });
    const { files, ignored, unreadable, retryIn } = scan;
    const takeAdded = (): void => {
      for (const record of this.#added) if (!files.has(record.path)) files.set(record.path, record);
    };
    takeAdded();
    // Once, and only if nothing can be missing by mistake: an unmounted disk leaves an empty directory.
    if (this.#files === null && recursive && !only && unreadable.length === 0 && files.size > 0) {
      cache?.forget(root.path, before.keys().filter((path) => !files.has(path)));
    }
    const isChanged = known === null || !scan.same;
    if (isChanged) {
      const { collisions, compared } = await findCollisions(root.path, files, options.signal);
      this.#collisions = collisions;
      if (compared.length > 0) cache?.put(root.path, compared);
    }
    const takeChoices = await this.chosen.read(root.path);
    takeAdded(); // Files added since then.
    if (root.path !== this.#root.path) this.#closeReader();
    this.#allSkipped = null;
    [this.#root, this.#files, this.#ignored, this.#skipped] = [root, files, ignored, scan.skipped];
    if (takeChoices() || isChanged) this.#index.rebuild(files.values());
    return { unreadable, retryIn };
  }

  /** The only files that are shared, if they were named one by one. */
  get only(): readonly string[] | undefined {
    return this.#options.only;
  }

  /** A file has changed since it was read, and must be read again. */
  #stale(): void {
    const { onStale } = this.#options;
    if (onStale) notify(onStale);
    else this.#rescan();
  }

  /** Scans again, unless a scan is already waiting. */
  #rescan(): void {
    if (this.#rescanWaits) return;
    this.#rescanWaits = true;
    this.#turn = this.#turn.then(() => {
      this.#rescanWaits = false;
      return this.#scan({ signal: this.#ending.signal });
    }).catch(() => {}); // The next scan reports that the directory is gone.
  }

  /**
   * Shares another file of the directory, such as a new download.
   *
   * @param path The file.
   * @param md5 Its MD5, if known: then only the beginning is read.
   * @returns The image, or why the file is not shared.
   * @throws {Fault} `image-changed` if the file was changed or removed at once.
   * @ignore Peers add what they fetch.
   */
  async add(path: string, md5?: string): Promise<SharedImage | LeftOut> {
    const within = pathWithin(this.path, path);
    if (within.split("/").some(isLitter) || this.#ignored(within)) return "ignored";
    this.#reader ??= new FileReader(this.#root.path);
    const { records: [record], unreadable: [unread] } = await this.#reader.read([within], { md5 }).catch((error) => {
      throw new Fault("image-changed", { name: basename(path) }, error);
    });
    if (unread && !unread.transient) {
      throw new Fault("image-changed", { name: basename(path) }, new Error(unread.reason));
    }
    if (unread) {
      this.#stale(); // The next scan finds it.
      return "unreadable";
    }
    this.#added.push(record);
    this.#allSkipped = null;
    this.#forget(within, record.image?.md5);
    (this.#files ??= new Map()).set(within, record);
    this.#options.cache?.put(this.#root.path, [record]);
    const { image } = record;
    if (image === null) return record.skipped?.why === "incomplete" ? "incomplete" : "no-image";
    const other = this.#index.byMd5(image.md5);
    if (other && await this.#root.isUnchanged(other)) return other;
    this.#index.add(record);
    const shared = this.#index.byMd5(image.md5);
    if (shared) return shared;
    return !this.chosen.isChosen(within, image.md5) ? "unshared" : image.uncertain ? "uncertain" : "located";
  }

  /**
   * Opens an image for reading, if its file is still the one that was hashed.
   *
   * @throws {Fault} `image-changed` if the file was changed or is gone: it is no longer shared until it was read again.
   * `image-unreadable` if that is unknown now: it stays shared.
   * @ignore Peers serve from it.
   */
  async open(image: SharedImage): Promise<PlainFile> {
    const whole = join(this.#root.path, image.path);
    let file: PlainFile | null = null;
    let cause: unknown;
    try {
      file = await PlainFile.open(whole);
      if (isStill(image, checkInside(file, this.#root.path, image.path))) return file;
    } catch (error) {
      cause = error;
    }
    file?.close();
    if (cause !== undefined && !this.#root.isProof(cause, whole)) {
      if (!isTransient(cause)) this.#stale(); // A scan shows whether the directory is gone, and when it is back.
      throw new Fault("image-unreadable", { name: image.name, reason: reasonOf(cause) }, cause);
    }
    this.#forget(image.path);
    this.#stale();
    throw new Fault("image-changed", { name: image.name }, cause);
  }

  /** Forgets what a file contained, unless it is this image; another with the same bytes may be shared. */
  #forget(path: string, unless?: string): void {
    const image = this.#files?.get(path)?.image;
    if (!image || image.md5 === unless) return;
    this.#files?.delete(path);
    const shared = this.#index.byMd5(image.md5);
    if (shared?.path === path) this.#index.remove(shared, this.#files?.values() ?? []);
  }

  /** @ignore For peers: resolves when nothing is running any more, after it was disposed of. */
  async ended(): Promise<void> {
    await Promise.all([this.#turn, this.chosen.ended()]);
  }

  /** Ends all scans and reads. */
  [Symbol.dispose](): void {
    this.#ending.abort();
    this.#closeReader();
  }

  #closeReader(): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = null;
  }
}
