/** Reads a file: whether it is an image, and its properties. */
import { join } from "node:path";
import { ImageBytes } from "../formats/bytes.ts";
import { formatOf, hasLocation, isWhole, pixelsOf } from "../formats/formats.ts";
import { contentOf, imageType } from "../formats/recognize.ts";
import { takenAt } from "../formats/taken.ts";
import { newMd5 } from "../hash/md5.ts";
import { MAX_IMAGE_BYTES } from "../protocol/limits.ts";
import { whileBusy } from "../worker/busy.ts";
import { changedAt, type FileRecord, type ImageMetadata, isReliable, versionOf } from "../files/file_record.ts";
import { checkInside } from "../files/inside.ts";
import { PlainFile } from "../files/plain_file.ts";

/** How many bytes are read at a time: larger reads gain nothing (64 KiB would halve the rate). */
const BLOCK_BYTES = 1 << 20;

export interface InspectOptions {
  /** Its MD5, if known: then only the beginning is read. */
  readonly md5?: string;
  /** Called with the number of bytes read since the last call. */
  readonly onRead?: (bytes: number) => void;
}

/** Reads files one at a time into the same memory. */
export class Inspector {
  #memory = new Uint8Array(0);

  /**
   * Inspects a file of the directory. It is read synchronously: large files are for a worker.
   *
   * @param root The directory's real path.
   * @param path The file's within it.
   * @throws System errors, including `EOUTSIDE` and `ECHANGED`.
   */
  async inspect(root: string, path: string, { md5, onRead = () => {} }: InspectOptions = {}): Promise<FileRecord> {
    const whole = join(root, path);
    using file = PlainFile.openSync(whole);
    const before = checkInside(file, root, path);
    const { size } = before;
    const version = versionOf(before);
    const record = { path, size, version, reliable: md5 !== undefined || isReliable(changedAt(before), Date.now()) };
    if (size === 0) return { ...record, image: null, skipped: { why: "empty" } };
    if (size > MAX_IMAGE_BYTES) throw Object.assign(new Error("it is too large"), { code: "EFBIG" });
    const head = this.#read(file, Math.min(size, BLOCK_BYTES));
    const bytes = ImageBytes.from(size, head, (at, into) => readAt(file, at, into));
    const mime = await contentOf(bytes);
    if (typeof mime !== "string") return { ...record, image: null, skipped: mime };
    if (!whileBusy(() => isWhole(bytes, mime))) {
      return { ...record, image: null, skipped: { why: "incomplete", kind: formatOf(mime)!.name } };
    }
    const { width, height } = whileBusy(() => pixelsOf(bytes, mime));
    const location = whileBusy(() => hasLocation(bytes, mime));
    const taken = whileBusy(() => takenAt(bytes, mime));
    file.seekSync(head.length, Deno.SeekMode.Start);
    const located = location !== "no";
    const about = { mime, width, height, taken, located, ...location === "unknown" && { uncertain: true } };
    const image: ImageMetadata = { md5: md5 ?? this.#md5Of(file, head, onRead), ...about };
    // The version contains the inode, so the file at the path is the open one; this is ten times as fast as fstat.
    if (versionOf(Deno.lstatSync(whole)) !== version) {
      throw Object.assign(new Error("it changed"), { code: "ECHANGED" });
    }
    return { ...record, image };
  }

  /** The MD5 of a file whose first bytes, `head`, were read. */
  #md5Of(file: PlainFile, head: Uint8Array, onRead: (bytes: number) => void): string {
    const md5 = newMd5();
    for (let piece = head; piece.length > 0; piece = this.#read(file, BLOCK_BYTES)) {
      md5.update(piece);
      onRead(piece.length);
    }
    return md5.digest("hex");
  }

  #read(file: PlainFile, length: number): Uint8Array {
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    return this.#memory.subarray(0, fill(file, this.#memory.subarray(0, length)));
  }
}

/** The MIME type of an open file that is a whole image, else `null`. Reads only what that needs. */
export async function imageTypeOf(file: PlainFile): Promise<string | null> {
  const { size } = file.opened;
  const bytes = ImageBytes.from(size, new Uint8Array(0), (at, into) => readAt(file, at, into));
  const mime = await imageType(bytes);
  return mime !== null && isWhole(bytes, mime) ? mime : null;
}

/** Reads from a position in a file, as {@link ImageBytes.from} requires. */
function readAt(file: PlainFile, at: number, into: Uint8Array): number {
  file.seekSync(at, Deno.SeekMode.Start);
  return fill(file, into);
}

/** Reads until `into` is full or the file ends; returns how many bytes were read. */
function fill(file: PlainFile, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.length) {
    const n = file.readSync(into.subarray(filled));
    if (n === null) break;
    filled += n;
  }
  return filled;
}
