/**
 * What one peer asks another (PROTOCOL.md, "Peer to peer"):
 *
 *     GET <md5>                       36 bytes, usually with no newline and no half-close after them
 *     RNG <md5> <offset> <length>\n   a part of an image; among our own programs
 *     INF <md5>\n                     what an image is; among our own programs
 *     THM <md5> <pixels>\n            a small picture of an image; among our own programs
 */
import { MAX_IMAGE_BYTES, MAX_PEER_REQUEST_BYTES, MAX_THUMBNAIL_PIXELS, MIN_THUMBNAIL_PIXELS } from "./limits.ts";
import { parseMd5 } from "./image.ts";
import { decodeName } from "./name.ts";

/** The request in the bytes read so far. */
export type PeerRequest =
  /** Incomplete: read on. */
  | { readonly type: "more" }
  /** The image with this MD5. */
  | { readonly type: "md5"; readonly md5: string }
  /** The image with exactly this name, requested by an older client. */
  | { readonly type: "name"; readonly name: string }
  /** `length` bytes of an image from `offset` on. The request took `taken` bytes; another may follow. */
  | {
    readonly type: "range";
    readonly md5: string;
    readonly offset: number;
    readonly length: number;
    readonly taken: number;
  }
  /** The properties of an image. The request took `taken` bytes; another may follow. */
  | { readonly type: "info"; readonly md5: string; readonly taken: number }
  /** A thumbnail whose longer side has about this many pixels. The request took `taken` bytes; another may follow. */
  | { readonly type: "thumbnail"; readonly md5: string; readonly pixels: number; readonly taken: number }
  /** Not a request: it gets no answer. */
  | { readonly type: "invalid" };

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The request for an image that every peer understands: lower case, no newline. */
export function formatGet(md5: string): string {
  return `GET ${md5}`;
}

/** The request for `length` bytes of an image from `offset` on; fewer are sent if the image ends before. */
export function formatRange(md5: string, offset: number, length: number): string {
  return `RNG ${md5} ${offset} ${length}\n`;
}

/** The request for the properties of an image. */
export function formatInfo(md5: string): string {
  return `INF ${md5}\n`;
}

/** The request for a thumbnail of an image. */
export function formatThumbnailRequest(md5: string, pixels: number): string {
  return `THM ${md5} ${pixels}\n`;
}

/**
 * Parses the bytes received from a peer so far. Accepts additional blanks, upper case, quotes around the MD5 and any
 * white space after it; a request is complete after the 32nd digit.
 *
 * @param bytes All bytes received so far.
 * @param ended Whether the peer has ended its half of the connection.
 */
export function parsePeerRequest(bytes: Uint8Array, ended = false): PeerRequest {
  if (bytes.length > MAX_PEER_REQUEST_BYTES) return { type: "invalid" };
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { type: "invalid" };
  }
  const unfinished: PeerRequest = { type: ended ? "invalid" : "more" };
  if ("GET ".startsWith(text.toUpperCase())) return unfinished;
  if (/^(R|RN|RNG|I|IN|INF|T|TH|THM|(RNG|INF|THM) .*)$/.test(text)) return unfinished;
  if (/^(RNG|INF|THM) /.test(text)) return parseLine(text);
  const get = /^GET[ \t]+(["']?)([0-9a-f]{32})(?![^\s"'\0])/i.exec(text);
  if (get) return { type: "md5", md5: parseMd5(get[2])! };
  const [, line, newline] = /^GET[ \t]+([^\r\n\0]*)([\r\n\0])?/i.exec(text) ?? [];
  if (line === undefined) return { type: "invalid" };
  if (/^["']?[0-9a-f]{0,31}$/i.test(line) && !newline && !ended) return unfinished;
  const name = line.trim().replace(/^(["'])(.*)\1$/, "$2");
  return name === "" ? { type: "invalid" } : { type: "name", name: decodeName(name) };
}

/** The requests that only our programs send, in exactly one form. */
function parseLine(text: string): PeerRequest {
  const taken = text.indexOf("\n") + 1;
  const line = text.slice(0, taken).replace(/\r?\n$/, "");
  const info = /^INF ([0-9a-f]{32})$/.exec(line);
  if (info) return { type: "info", md5: info[1], taken };
  const thumbnail = /^THM ([0-9a-f]{32}) ([1-9]\d{1,3})$/.exec(line);
  if (thumbnail) {
    const pixels = Number(thumbnail[2]);
    const isInRange = pixels >= MIN_THUMBNAIL_PIXELS && pixels <= MAX_THUMBNAIL_PIXELS;
    return isInRange ? { type: "thumbnail", md5: thumbnail[1], pixels, taken } : { type: "invalid" };
  }
  const [, md5, offset, length] = /^RNG ([0-9a-f]{32}) (0|[1-9]\d{0,9}) ([1-9]\d{0,9})$/.exec(line) ?? [];
  if (md5 === undefined || Math.max(Number(offset), Number(length)) > MAX_IMAGE_BYTES) return { type: "invalid" };
  return { type: "range", md5, offset: Number(offset), length: Number(length), taken };
}
