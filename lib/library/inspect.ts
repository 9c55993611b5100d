/**
 * Reading one file: is it an image, which, and what does it tell.
 *
 * @module
 */
import { join } from "node:path";
import { newMd5 } from "../hash/md5.ts";
import { MAX_IMAGE_BYTES } from "../wire/limits.ts";
import { changedAt, type FileFacts, isSettled, stampOf } from "./facts.ts";
import { checkInside } from "./inside.ts";
import { HEAD_BYTES, imageType } from "./kind.ts";
import { dimensionsOf, isLocated, isReadable } from "./metadata.ts";

/** Bytes read at a time: larger reads gain nothing more (64 KiB would halve the rate). */
const BLOCK_BYTES = 1 << 20;

/** JPEGs keep their metadata at the beginning; of others, so many bytes are looked through, which takes seconds at worst. */
const MAX_METADATA_BYTES = 16 << 20;

/** How a file is read. */
export interface InspectOptions {
  /** Its MD5, if it is known: then only the beginning is read. */
  readonly md5?: string;
  /** Called with the bytes of each piece, for progress. */
  readonly seen?: (bytes: number) => void;
}

/** Reads files one after the other, into memory that it uses again. */
export class Inspector {
  #memory = new Uint8Array(0);

  /**
   * What a file of the directory is. Reads at once, without waiting: large files are for a worker.
   *
   * @param root The directory's real path.
   * @param path The file's within it.
   * @throws The system's errors, `EOUTSIDE` and `ECHANGED` among them.
   */
  async inspect(root: string, path: string, { md5, seen = () => {} }: InspectOptions = {}): Promise<FileFacts> {
    using file = Deno.openSync(join(root, path));
    const before = checkInside(file, root, path);
    const { size } = before;
    const stamp = stampOf(before);
    const facts = { path, size, stamp, settled: md5 !== undefined || isSettled(changedAt(before), Date.now()) };
    if (!before.isFile || size === 0) return { ...facts, image: null };
    if (size > MAX_IMAGE_BYTES) throw Object.assign(new Error("it is too large"), { code: "EFBIG" });
    const first = this.#read(file, Math.min(size, BLOCK_BYTES));
    const mime = await imageType(first.subarray(0, HEAD_BYTES));
    if (mime === null) return { ...facts, image: null };
    const head = mime === "image/jpeg" || size <= BLOCK_BYTES
      ? first
      : this.#read(file, Math.min(size, MAX_METADATA_BYTES), first);
    // Of what cannot be looked into nobody knows whether it says where it was taken.
    const about = isReadable(head, mime)
      ? { ...await dimensionsOf(head), located: await isLocated(head, mime) }
      : { width: 0, height: 0, located: true };
    const image = { md5: md5 ?? this.#md5Of(file, head, seen), mime, ...about };
    if (stampOf(file.statSync()) !== stamp) throw Object.assign(new Error("it changed"), { code: "ECHANGED" });
    return { ...facts, image };
  }

  /** The MD5 of a file of which `head` is read already. */
  #md5Of(file: Deno.FsFile, head: Uint8Array, seen: (bytes: number) => void): string {
    const md5 = newMd5();
    for (let piece = head; piece.length > 0; piece = this.#read(file, BLOCK_BYTES)) {
      md5.update(piece);
      seen(piece.length);
    }
    return md5.digest("hex");
  }

  /** The next bytes of a file, behind what is in the memory already; fewer at its end. */
  #read(file: Deno.FsFile, length: number, before: Uint8Array = new Uint8Array(0)): Uint8Array {
    if (this.#memory.length < length) {
      const larger = new Uint8Array(length);
      larger.set(before);
      this.#memory = larger;
    }
    let filled = before.length;
    while (filled < length) {
      const n = file.readSync(this.#memory.subarray(filled, length));
      if (n === null) break;
      filled += n;
    }
    return this.#memory.subarray(0, filled);
  }
}
