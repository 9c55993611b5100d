/** Saves an image that is complete in memory, as most are when they have arrived. */
import { md5Of } from "../../hash/md5.ts";
import type { Image } from "../../protocol/image.ts";
import { WRITE_BYTES } from "../../net/io.ts";
import { publish } from "./publish.ts";
import { makeTemporary, release } from "../../files/temporary.ts";

/** An image and the directory to save it in; its name is not yet safe as a path. */
export interface SmallImage extends Image {
  readonly directory: string;
  /** When its file was last modified, in seconds since 1970; 0 if unknown. */
  readonly modified: number;
}

/** The MD5 of the bytes, and the path of the new file if it is the right one. */
export interface Saved {
  readonly md5: string;
  readonly path?: string;
}

/** Checks the bytes, writes them to a temporary file and publishes it; throws system errors. */
export async function saveSmall(image: SmallImage, bytes: Uint8Array): Promise<Saved> {
  const { directory, name, modified } = image;
  const md5 = md5Of(bytes);
  if (md5 !== image.md5) return { md5 };
  const temporary = makeTemporary(directory, md5);
  const { file } = temporary;
  try {
    for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done, done + WRITE_BYTES));
    return { md5, path: await publish({ ...temporary, modified }, directory, name) };
  } catch (error) {
    await Deno.remove(temporary.path).catch(() => {}); // The image already has its name.
    throw error;
  } finally {
    release(file);
  }
}
