/** A preview of an image that was not fetched: reads only as much of it as necessary. */
import type { Graphics } from "./graphics.ts";
import type { Room } from "./picture.ts";
import type { Preview, Previewer, PreviewOptions } from "./preview.ts";

/** Fetches the first bytes of an image, at most `most`. */
export type PeekBytes = (most: number) => Promise<{
  readonly bytes: Uint8Array;
  /** Whether these are the whole image. */
  readonly whole: boolean;
  /** The size of the whole image in bytes, if known. */
  readonly size?: number;
}>;

/** How much is fetched first, in bytes: a whole small image, or a JPEG's metadata and thumbnail, at most 64 KiB. */
const HEAD_BYTES = 256 << 10;

/** The most that is fetched for a preview, in bytes: a few seconds on a home line. */
const MAX_PEEK_BYTES = 16 << 20;

/**
 * Renders an image that was not fetched: the thumbnail at its beginning, if any, else the whole image, if it is not too
 * large.
 *
 * @throws The errors of `peek` and of {@link Previewer.render}.
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
