/** Counts the images of a directory by their first bytes, for a few seconds at most. */
import { join } from "node:path";
import { setImmediate } from "node:timers";
import type { Unreadable } from "../../files/file_record.ts";
import { imageTypeOf } from "../../folder/inspect.ts";
import { PlainFile } from "../../files/plain_file.ts";
import { walk } from "../../folder/walk.ts";
import { reasonOf } from "../../fault/reason.ts";
import { type Examination, withTimeout } from "./examination.ts";

/** Enough to show that there are images. */
const MAX_IMAGES = 1_000;

/** Time limit in milliseconds, for large directories without images: a person is watching. */
const MAX_LOOK_MS = 3_000;

/** How long it runs before it yields to the event loop, in milliseconds. */
const SLICE_MS = 10;

export interface ImageCount {
  readonly images: number;
  /** How many files were read. */
  readonly files: number;
  /** Whether all files were read. */
  readonly whole: boolean;
  /** How many files and directories cannot be read. */
  readonly unreadable: number;
  /** The first of those. */
  readonly first: Unreadable | null;
}

/** Counts the images of a directory that are not ignored. */
export async function countImages(
  root: string,
  recursive: boolean,
  ignored: (path: string) => boolean,
  { timeouts, signal }: Examination,
): Promise<ImageCount> {
  const deadline = performance.now() + MAX_LOOK_MS;
  let slice = performance.now();
  let [images, files, unreadable] = [0, 0, 0];
  let first: Unreadable | null = null;
  for (const seen of walk(root, { recursive, ignored })) {
    signal.throwIfAborted();
    const now = performance.now();
    if (now > deadline || images >= MAX_IMAGES) return { images, files, whole: false, unreadable, first };
    if (now - slice > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      slice = now;
    }
    const result = "reason" in seen ? seen : await look(join(root, seen.path), timeouts.disk, signal);
    if (typeof result === "boolean") [files, images] = [files + 1, images + (result ? 1 : 0)];
    else [unreadable, first] = [unreadable + 1, first ?? result];
  }
  return { images, files, whole: true, unreadable, first };
}

/** Whether a file is an image, or why it cannot be read. */
async function look(path: string, timeout: number, signal: AbortSignal): Promise<boolean | Unreadable> {
  const read = async (): Promise<boolean> => {
    using file = await PlainFile.open(path);
    return await imageTypeOf(file) !== null;
  };
  try {
    return await withTimeout(read(), timeout, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { path, reason: reasonOf(error) };
  }
}
