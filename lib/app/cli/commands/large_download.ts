/** Large downloads, which a person must confirm. */
import { freeBytes } from "../../../download/save/disk_room.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { bytesText } from "../../words/sentence.ts";
import type { InfoOf } from "../screen/list/list_entries.ts";

/** The most bytes that are downloaded without a question: minutes on a fast line, hours on a slow one. */
const LARGE_BYTES = 1e9;

/** How long to wait for sizes before a download begins, in milliseconds: later ones are not counted. */
export const SIZES_MS = 3_000;

export interface DownloadSize {
  /** How many images; the size of some may be unknown. */
  readonly images: number;
  /** The sum of the known sizes. */
  readonly bytes: number;
  /** Free bytes on the disk; `Infinity` if the system does not report them. */
  readonly free: number;
}

export async function downloadSize(
  images: readonly ListedImage[],
  infoOf: InfoOf,
  directory: string,
): Promise<DownloadSize> {
  const bytes = images.reduce((sum, image) => sum + (infoOf(image)?.size ?? 0), 0);
  return { images: images.length, bytes, free: await freeBytes(directory) };
}

/** The question about a download; `null` if it is small. */
export function largeQuestion({ images, bytes, free }: DownloadSize, words: Words): string | null {
  if (bytes <= Math.min(free, LARGE_BYTES)) return null;
  return words.client.large(images, bytesText(bytes, words), bytes > free ? bytesText(free, words) : null);
}

/** Whether a person typed yes. */
export function isYes(typed: string | null, { client }: Words): boolean {
  return client.yes.includes(typed?.trim().toLowerCase() ?? "");
}
