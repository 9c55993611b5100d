/** Saving an image that is in memory as a whole, as most are when they have come. */
import { md5Of } from "../../hash/md5.ts";
import { syncDirectory, syncFile } from "../../files/durable.ts";
import { WRITE_BYTES } from "../../net/io.ts";
import { publish } from "./publish.ts";
import { makeTemporary, release } from "../../files/temporary.ts";

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

/**
 * Checks the bytes, writes them to a temporary file and gives it its name. They are on the disk before the name is, and
 * the name before this resolves; throws the system's errors.
 */
export async function saveSmall({ directory, md5: expected, name }: SmallImage, bytes: Uint8Array): Promise<Saved> {
  const md5 = md5Of(bytes);
  if (md5 !== expected) return { md5 };
  const temporary = makeTemporary(directory, md5);
  const { file } = temporary;
  try {
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done, done + WRITE_BYTES));
    await syncFile(file);
    const path = await publish(temporary, directory, name);
    await syncDirectory(directory);
    return { md5, path };
  } catch (error) {
    await Deno.remove(temporary.path).catch(() => {}); // It has its name already.
    throw error;
  } finally {
    release(file);
  }
}
