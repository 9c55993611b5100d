/** The worker of {@link ThumbnailMaker}. */
/// <reference lib="deno.worker" />
import "../preview/quiet.ts";
import { MAX_THUMBNAIL_PIXELS } from "../../protocol/limits.ts";
import { THUMBNAIL_TYPES } from "../../protocol/peer_reply.ts";
import type { ThumbnailSource } from "../../download/ask_thumbnail.ts";
import { serve } from "../../worker/serve_requests.ts";
import { decode, type DecodeOptions, type Wrong } from "../preview/decode.ts";
import { loadMagick } from "../preview/magick.ts";
import { encodeThumbnail, type Thumbnail } from "./encode_thumbnail.ts";
import type { ThumbnailRequest } from "./thumbnail_maker.ts";

/** A peer that sends anything but a small JPEG or WebP as a thumbnail wants to harm. */
const HOW: Readonly<Record<ThumbnailSource, DecodeOptions>> = {
  whole: { embedded: true },
  head: { part: true },
  thumbnail: { only: { types: THUMBNAIL_TYPES, side: MAX_THUMBNAIL_PIXELS } },
};

await loadMagick();
serve<ThumbnailRequest, Thumbnail | Wrong, null>(async ({ bytes, source, pixels }, report) => {
  const picture = await decode(bytes, { width: pixels, height: pixels, aspect: 1 }, HOW[source]);
  if ("wrong" in picture) return picture;
  report(null); // Encoding may take as long again.
  return await encodeThumbnail(picture);
});
