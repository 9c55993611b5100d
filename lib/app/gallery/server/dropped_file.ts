/** A file that was dropped on the page becomes an image of the directory: written, verified, and only then named. */
import type { Peer } from "../../../peer/peer.ts";
import { onDisk, publish } from "../../../download/save/publish.ts";
import type { LeftOut } from "../../../folder/folder_options.ts";
import { pathWithin } from "../../../files/inside.ts";
import { makeTemporary, release } from "../../../files/temporary.ts";
import { ImageBytes } from "../../../formats/bytes.ts";
import { isWhole } from "../../../formats/formats.ts";
import { imageType } from "../../../formats/recognize.ts";
import { newMd5 } from "../../../hash/md5.ts";
import { writeAll } from "../../../net/io.ts";

/** A file in the directory. */
export interface Dropped {
  readonly md5: string;
  /** Its path in the directory. */
  readonly name: string;
  /** Why it is not shared. */
  readonly leftOut?: LeftOut;
}

/**
 * Saves `size` bytes under a name, or the next free number of it; `null` if they are no whole image.
 *
 * @throws {Fault} `disk-full`, `not-written`, `image-changed`; the stream's error.
 */
export async function saveDropped(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  { folder, networks }: Pick<Peer, "folder" | "networks">,
): Promise<Dropped | null> {
  const md5 = newMd5();
  const temporary = await onDisk(
    folder.path,
    () => makeTemporary(folder.path, crypto.randomUUID().replaceAll("-", "")),
  );
  const { file } = temporary;
  try {
    for await (const chunk of bytes) {
      md5.update(chunk);
      await onDisk(folder.path, () => writeAll(file, chunk));
    }
    if (!await isImage(file)) return null;
    const digest = md5.digest("hex");
    const here = await folder.find(digest);
    if (here) return { md5: digest, name: here.path, ...folder.byMd5(digest) ? {} : { leftOut: "unshared" } };
    const path = await onDisk(folder.path, () => publish(temporary, folder.path, name));
    release(file);
    const added = await folder.add(path, digest);
    folder.takeChange();
    void networks.changed(); // If the tracker misses it, the next renewal has it.
    return { md5: digest, name: pathWithin(folder.path, path), ...typeof added === "string" ? { leftOut: added } : {} };
  } finally {
    release(file);
    await Deno.remove(temporary.path).catch(() => {}); // It has its name.
  }
}

/** Whether a file, which is read through this handle since it is locked, is a whole image. */
async function isImage(file: Deno.FsFile): Promise<boolean> {
  const { size } = file.statSync();
  const bytes = ImageBytes.from(size, new Uint8Array(0), (at, into) => {
    file.seekSync(at, Deno.SeekMode.Start);
    let filled = 0;
    for (let n: number | null = 0; n !== null && filled < into.length;) {
      n = file.readSync(into.subarray(filled));
      filled += n ?? 0;
    }
    return filled;
  });
  const mime = await imageType(bytes);
  return mime !== null && isWhole(bytes, mime);
}
