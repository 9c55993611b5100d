/**
 * What our peers answer to `RNG` and `INF`: one header line, followed by the bytes for `RNG` (PROTOCOL.md,
 * "Peer to peer").
 *
 *     OK <size> <offset> <length>\n           and `length` bytes of the image from `offset` on
 *     OK <size> <type> <width> <height>\n     what the image is; a width and height of 0 are not known
 *     ERR <reason>\n
 */
import { MAX_IMAGE_BYTES } from "./limits.ts";

/** Why nothing is sent; the connection stays open for the next request. */
export const PEER_REFUSALS = [
  /** The image is not shared here, or no longer. */
  "NOT_SHARED",
  /** The image ends before the offset. */
  "OUT_OF_RANGE",
] as const;

/** One of {@link PEER_REFUSALS}. */
export type PeerRefusal = typeof PEER_REFUSALS[number];

/** The properties of an image. */
export interface ImageInfo {
  /** Bytes. */
  readonly size: number;
  /** Its MIME type, such as `image/jpeg`. */
  readonly mime: string;
  /** Pixels; 0 if unknown. */
  readonly width: number;
  /** Pixels; 0 if unknown. */
  readonly height: number;
}

/** A header line that was read. */
export type PeerReply =
  | { readonly type: "range"; readonly size: number; readonly offset: number; readonly length: number }
  | ImageInfo & { readonly type: "info" }
  | { readonly type: "refused"; readonly reason: PeerRefusal };

/** The longest header line, with its newline, in bytes: twice the length of our longest. */
export const MAX_PEER_REPLY_BYTES = 128;

/** The header line of a reply, with its newline. */
export function formatPeerReply(reply: PeerReply): string {
  switch (reply.type) {
    case "range":
      return `OK ${reply.size} ${reply.offset} ${reply.length}\n`;
    case "info":
      return `OK ${reply.size} ${reply.mime} ${reply.width} ${reply.height}\n`;
    case "refused":
      return `ERR ${reply.reason}\n`;
  }
}

/** The reply in a line without its newline; `null` for anything else, such as the first bytes of an image. */
export function parsePeerReply(line: string): PeerReply | null {
  const reason = PEER_REFUSALS.find((reason) => line === `ERR ${reason}`);
  if (reason) return { type: "refused", reason };
  const [, size, ...rest] = /^OK (\d{1,10}) (?:(\d{1,10}) (\d{1,10})|(image\/[a-z-]{1,20}) (\d{1,9}) (\d{1,9}))$/
    .exec(line) ?? [];
  if (size === undefined || Number(size) > MAX_IMAGE_BYTES) return null;
  const [offset, length, mime, width, height] = rest;
  if (mime !== undefined) {
    return { type: "info", size: Number(size), mime, width: Number(width), height: Number(height) };
  }
  if (Number(offset) + Number(length) > Number(size)) return null;
  return { type: "range", size: Number(size), offset: Number(offset), length: Number(length) };
}
