/**
 * A download on the disk: a stream into a temporary file, verified, and only then given its name.
 *
 * @module
 */
import { join } from "node:path";
import { newMd5 } from "../hash/md5.ts";
import { Fault } from "../wire/fault.ts";
import type { Image } from "../wire/image.ts";
import { codeOf, reasonOf } from "../wire/reason.ts";
import { writeAll } from "./io.ts";
import { localName, numbered } from "./local_name.ts";
import { TEMPORARY_PREFIX } from "./shared_folder.ts";

/** The first bytes of what came, kept to recognize a sentence in place of an image. */
const HEAD_BYTES = 256;

/** More files of one name than this are a mistake somewhere. */
const MAX_SAME_NAME = 9_999;

/** What a stream turned out to be. */
export type Received =
  /** The image, now a file of the directory. */
  | { readonly kind: "saved"; readonly path: string; readonly bytes: number }
  /** Something else, of which nothing is left. */
  | { readonly kind: "other"; readonly bytes: number; readonly md5: string; readonly head: Uint8Array };

/**
 * Writes `source` into a temporary file of `directory` and, if its MD5 is the image's, gives it the image's name, made
 * safe, with a number if there is a file of that name. Whatever happens else, nothing is left behind.
 *
 * @throws {Fault} `disk-full` or `not-written`; and whatever `source` throws.
 */
export async function receive(directory: string, image: Image, source: AsyncIterable<Uint8Array>): Promise<Received> {
  const temporary = join(directory, `${TEMPORARY_PREFIX}${image.md5}-${crypto.randomUUID()}.part`);
  const file = await onDisk(directory, () => Deno.open(temporary, { write: true, createNew: true, mode: 0o644 }));
  try {
    let bytes = 0;
    const hash = newMd5();
    const head = new Uint8Array(HEAD_BYTES);
    try {
      for await (const chunk of source) {
        if (bytes < HEAD_BYTES) head.set(chunk.subarray(0, HEAD_BYTES - bytes), bytes);
        bytes += chunk.length;
        hash.update(chunk);
        await onDisk(directory, () => writeAll(file, chunk));
      }
    } finally {
      file.close();
    }
    const md5 = hash.digest("hex");
    if (md5 !== image.md5) return { kind: "other", bytes, md5, head: head.subarray(0, Math.min(bytes, HEAD_BYTES)) };
    const path = await onDisk(directory, () => publish(temporary, directory, localName(image.name)));
    return { kind: "saved", path, bytes };
  } finally {
    await Deno.remove(temporary).catch(() => {}); // Already renamed, or the directory is gone.
  }
}

/** Gives the file its name, or the next free number of it, and never replaces another file. */
async function publish(temporary: string, directory: string, name: string): Promise<string> {
  for (let number = 1; number <= MAX_SAME_NAME; number++) {
    const path = join(directory, numbered(name, number));
    try {
      await linkOrRename(temporary, path);
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  throw new Error(`there are ${MAX_SAME_NAME} files named ${name}`);
}

/**
 * A second link fails when the name is taken, where a rename would replace the file. File systems without links (FAT)
 * get an empty file that reserves the name, and then the rename.
 */
async function linkOrRename(from: string, to: string): Promise<void> {
  try {
    await Deno.link(from, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    (await Deno.open(to, { write: true, createNew: true })).close();
    try {
      await Deno.rename(from, to);
    } catch (failure) {
      await Deno.remove(to);
      throw failure;
    }
  }
}

async function onDisk<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT") {
      throw new Fault("disk-full", { path: directory }, error);
    }
    throw new Fault("not-written", { path: directory, reason: reasonOf(error) }, error);
  }
}
