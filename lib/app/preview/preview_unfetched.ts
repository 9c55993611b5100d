/**
 * A preview of an image that is not fetched: how much of it has to be here.
 *
 * @module
 */
import type { Graphics } from "./graphics.ts";
import type { Room } from "./picture.ts";
import { type Preview, type PreviewOptions, renderPreview } from "./preview.ts";

/** The beginning of an image, up to so many bytes, from wherever it is. */
export type PeekBytes = (most: number) => Promise<{
  readonly bytes: Uint8Array;
  /** Whether that is all of the image. */
  readonly whole: boolean;
  /** How many bytes all of it has, if that is known. */
  readonly size?: number;
}>;

/** What is taken first, in bytes: small images are whole then, and of JPEGs the metadata with the thumbnail, 64 KiB at most, are there. */
const HEAD_BYTES = 256 << 10;

/** Most that is taken for a preview, in bytes: a few seconds on a home line. Who wants more than that fetches the image. */
const MAX_PEEK_BYTES = 16 << 20;

/**
 * Renders an image that is not fetched: the thumbnail at its beginning, if it has one, else all of it, if that is not
 * much.
 *
 * @throws What `peek` throws, and as {@link renderPreview}.
 */
export async function previewUnfetched(
  peek: PeekBytes,
  graphics: Graphics,
  room: Room,
  options: Omit<PreviewOptions, "part"> = {},
): Promise<Preview> {
  const head = await peek(HEAD_BYTES);
  if (head.whole) return await renderPreview(head.bytes, graphics, room, options);
  const thumbnail = await renderPreview(head.bytes, graphics, room, { ...options, part: true });
  if (!("wrong" in thumbnail)) return thumbnail;
  if (head.size !== undefined && head.size > MAX_PEEK_BYTES) return { wrong: "too-large" };
  const all = await peek(MAX_PEEK_BYTES);
  return all.whole ? await renderPreview(all.bytes, graphics, room, options) : { wrong: "too-large" };
}
