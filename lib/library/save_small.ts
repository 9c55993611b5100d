/**
 * Saving an image that is in memory as a whole, as most are when they have come.
 *
 * @module
 */
import { join } from "node:path";
import { md5Of } from "../hash/md5.ts";
import { WRITE_BYTES } from "./io.ts";
import { publish } from "./publish.ts";
import { TEMPORARY_PREFIX } from "./temporary.ts";

/** Which image is saved where. */
export interface SmallImage {
  /** The directory. */
  readonly directory: string;
  /** The MD5 that it should have. */
  readonly md5: string;
  /** Its name, not yet safe as a path. */
  readonly name: string;
}

/** What became of it: its path, if its MD5 is the right one. */
export interface Saved {
  /** The MD5 of its bytes. */
  readonly md5: string;
  /** The new file. */
  readonly path?: string;
}

/** Checks the bytes, writes them to a temporary file and gives it its name, at once; throws the system's errors. */
export function saveSmall({ directory, md5: expected, name }: SmallImage, bytes: Uint8Array): Saved {
  const md5 = md5Of(bytes);
  if (md5 !== expected) return { md5 };
  const temporary = join(directory, `${TEMPORARY_PREFIX}${md5}-${crypto.randomUUID()}.part`);
  const file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o644 });
  try {
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done, done + WRITE_BYTES));
    file.close();
    return { md5, path: publish(temporary, directory, name) };
  } catch (error) {
    try {
      file.close();
    } catch {
      // It is closed already.
    }
    Deno.removeSync(temporary);
    throw error;
  }
}
