/** A preview of an image that is not fetched: how much of it is needed. */
import type { Graphics } from "./graphics.ts";
import type { Room } from "./picture.ts";
import type { Preview, Previewer, PreviewOptions } from "./preview.ts";

/** Fetches the beginning of an image, at most `most` bytes. */
export type PeekBytes = (most: number) => Promise<{
  readonly bytes: Uint8Array;
  /** Whether these are all of the image. */
  readonly whole: boolean;
  /** How many bytes all of it has, if that is known. */
  readonly size?: number;
}>;

/** What is fetched first, in bytes: all of a small image, and of a JPEG the metadata with the thumbnail, 64 KiB at most. */
const HEAD_BYTES = 256 << 10;

/** Most that is fetched for a preview, in bytes: a few seconds on a home line. */
const MAX_PEEK_BYTES = 16 << 20;

/**
 * Renders an image that is not fetched: the thumbnail at its beginning, if it has one, else all of it, if that is not
 * much.
 *
 * @throws What `peek` throws, and as {@link Previewer.render}.
 */
export async function previewUnfetched(
  previewer: Previewer,
  peek: PeekBytes,
  graphics: Graphics,
  room: Room,
  { signal }: Omit<PreviewOptions, "part"> = {},
): Promise<Preview> {
  const head = await peek(HEAD_BYTES);
  if (head.whole) return await previewer.render(head.bytes, graphics, room, { signal });
  const thumbnail = await previewer.render(head.bytes, graphics, room, { part: true, signal });
  if (!("wrong" in thumbnail)) return thumbnail;
  if (head.size !== undefined && head.size > MAX_PEEK_BYTES) return { wrong: "too-large" };
  const all = await peek(MAX_PEEK_BYTES);
  return all.whole ? await previewer.render(all.bytes, graphics, room, { signal }) : { wrong: "too-large" };
}
