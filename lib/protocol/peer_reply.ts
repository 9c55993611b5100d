/**
 * What our peers answer to `RNG`, `INF` and `THM`: one header line, followed by the bytes for `RNG` and `THM`
 * (PROTOCOL.md, "Peer to peer").
 *
 *     OK <size> <offset> <length> <modified>\n                     and `length` bytes of the image from `offset` on
 *     OK <size> <type> <width> <height> <modified> <taken>\n       what the image is
 *     OK <size> <type>\n                                           and `size` bytes: a thumbnail of the image
 *     ERR <reason>\n
 *
 * Times are seconds since 1970, UTC. A width, a height or a time of 0 is not known.
 */
import { MAX_IMAGE_BYTES, MAX_THUMBNAIL_BYTES } from "./limits.ts";

/** Why nothing is sent; the connection stays open for the next request. */
export const PEER_REFUSALS = [
  /** The image is not shared here, or no longer. */
  "NOT_SHARED",
  /** The image ends before the offset. */
  "OUT_OF_RANGE",
  /** The image cannot be decoded, or this peer makes no thumbnails: it will not have one later either. */
  "NO_THUMBNAIL",
  /** Others wait for thumbnails: it may be asked again later. */
  "BUSY",
] as const;

/** One of {@link PEER_REFUSALS}. */
export type PeerRefusal = typeof PEER_REFUSALS[number];

/** The properties of an image, as a peer states them: shown to people as a hint. */
export interface ImageInfo {
  /** Bytes. */
  readonly size: number;
  /** Its MIME type, such as `image/jpeg`. */
  readonly mime: string;
  /** Pixels; 0 if unknown. */
  readonly width: number;
  /** Pixels; 0 if unknown. */
  readonly height: number;
  /** When its file was last modified, in seconds since 1970; 0 if unknown. */
  readonly modified: number;
  /** When the picture was taken, else when its file was last modified, in seconds since 1970; 0 if unknown. */
  readonly taken: number;
}

/** The types of thumbnails: JPEG, or WebP for pictures that are partly transparent. */
export const THUMBNAIL_TYPES = ["image/jpeg", "image/webp"] as const;

/** One of {@link THUMBNAIL_TYPES}. */
export type ThumbnailType = typeof THUMBNAIL_TYPES[number];

/** A header line that was read. */
export type PeerReply =
  | {
    readonly type: "range";
    readonly size: number;
    readonly offset: number;
    readonly length: number;
    /** As in {@link ImageInfo}. */
    readonly modified: number;
  }
  | ImageInfo & { readonly type: "info" }
  | {
    readonly type: "thumbnail";
    /** Bytes of the thumbnail. */
    readonly size: number;
    readonly mime: ThumbnailType;
  }
  | { readonly type: "refused"; readonly reason: PeerRefusal };

/** The longest header line, with its newline, in bytes: our longest has 87. */
export const MAX_PEER_REPLY_BYTES = 128;

/** The last second of the year 9999, the longest year that dates can have. */
export const MAX_TIME = 253_402_300_799;

/** A time as sent; 0 for anything but a time in range. */
export function timeOnWire(seconds: number): number {
  return seconds > 0 && seconds <= MAX_TIME ? Math.floor(seconds) : 0;
}

/** The header line of a reply, with its newline. */
export function formatPeerReply(reply: PeerReply): string {
  switch (reply.type) {
    case "range":
      return `OK ${reply.size} ${reply.offset} ${reply.length} ${reply.modified}\n`;
    case "info":
      return `OK ${reply.size} ${reply.mime} ${reply.width} ${reply.height} ${reply.modified} ${reply.taken}\n`;
    case "thumbnail":
      return `OK ${reply.size} ${reply.mime}\n`;
    case "refused":
      return `ERR ${reply.reason}\n`;
  }
}

/** The reply in a line without its newline; `null` for anything else, such as the first bytes of an image. */
export function parsePeerReply(line: string): PeerReply | null {
  const reason = PEER_REFUSALS.find((reason) => line === `ERR ${reason}`);
  if (reason) return { type: "refused", reason };
  const range = /^OK (\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,12})$/.exec(line);
  if (range) {
    const [size, offset, length, modified] = range.slice(1).map(Number);
    if (offset + length > size || size > MAX_IMAGE_BYTES || modified > MAX_TIME) return null;
    return { type: "range", size, offset, length, modified };
  }
  const thumbnail = /^OK ([1-9]\d{0,6}) (\S{1,30})$/.exec(line);
  if (thumbnail) {
    const [size, mime] = [Number(thumbnail[1]), THUMBNAIL_TYPES.find((type) => type === thumbnail[2])];
    return mime && size <= MAX_THUMBNAIL_BYTES ? { type: "thumbnail", size, mime } : null;
  }
  const info = /^OK (\d{1,10}) (image\/[a-z-]{1,20}) (\d{1,9}) (\d{1,9}) (\d{1,12}) (\d{1,12})$/.exec(line);
  if (!info) return null;
  const [size, width, height, modified, taken] = info.slice(1).filter((_, i) => i !== 1).map(Number);
  if (size > MAX_IMAGE_BYTES || Math.max(modified, taken) > MAX_TIME) return null;
  return { type: "info", size, mime: info[2], width, height, modified, taken };
}
