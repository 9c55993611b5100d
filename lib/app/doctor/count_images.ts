/**
 * Counting the images of a directory by their first bytes, as far as that is quick.
 *
 * @module
 */
import { join } from "node:path";
import { setImmediate } from "node:timers";
import type { Unreadable } from "../../files/file_record.ts";
import { imageTypeOf } from "../../folder/inspect.ts";
import { PlainFile } from "../../files/plain_file.ts";
import { walk } from "../../folder/walk.ts";
import { reasonOf } from "../../fault/reason.ts";
import { patiently } from "./timeouts.ts";

/** With so many images nobody asks whether there are any. */
const MAX_IMAGES = 1_000;

/** So long it is looked, in milliseconds: a large directory without images takes a person's patience. */
const MAX_LOOK_MS = 3_000;

/** So long it goes on before others have their turn, in milliseconds. */
const SLICE_MS = 10;

/** What was counted. */
export interface ImageCount {
  /** Images. */
  readonly images: number;
  /** Files that were looked at. */
  readonly files: number;
  /** Whether all were looked at. */
  readonly whole: boolean;
  /** Files and directories that cannot be read. */
  readonly unreadable: number;
  /** The first of those. */
  readonly first: Unreadable | null;
}

/**
 * Counts the images of a directory.
 *
 * @param patience How long one file may take, in milliseconds.
 * @throws The reason of the signal.
 */
export async function countImages(
  root: string,
  recursive: boolean,
  ignored: (path: string) => boolean,
  patience: number,
  signal: AbortSignal,
): Promise<ImageCount> {
  const until = performance.now() + MAX_LOOK_MS;
  let slice = performance.now();
  let [images, files, unreadable] = [0, 0, 0];
  let first: Unreadable | null = null;
  for (const seen of walk(root, { recursive, ignored })) {
    signal.throwIfAborted();
    const now = performance.now();
    if (now > until || images >= MAX_IMAGES) return { images, files, whole: false, unreadable, first };
    if (now - slice > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      slice = now;
    }
    const result = "reason" in seen ? seen : await look(join(root, seen.path), patience, signal);
    if (typeof result === "boolean") [files, images] = [files + 1, images + (result ? 1 : 0)];
    else [unreadable, first] = [unreadable + 1, first ?? result];
  }
  return { images, files, whole: true, unreadable, first };
}

/** Whether a file is an image, or why that cannot be told. */
async function look(path: string, patience: number, signal: AbortSignal): Promise<boolean | Unreadable> {
  const read = async (): Promise<boolean> => {
    using file = await PlainFile.open(path);
    return await imageTypeOf(file) !== null;
  };
  try {
    return await patiently(read(), patience, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { path, reason: reasonOf(error) };
  }
}
