/**
 * Announces that repeat the one before, as most do: only what is different is read.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Image } from "../protocol/image.ts";
import { type Announce, parseImages } from "../protocol/request.ts";

/** Longer datagrams are not remembered: they are rare, and reading them is not what costs. */
export const MAX_REMEMBERED_BYTES = 4_096;

const BLANK = 0x20;
const SEMICOLON = 0x3b;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The beginning of an announce: what stands before its images. */
export interface AnnounceHead {
  /** Which announce it is. */
  readonly type: "REG" | "UPD";
  /** The port that it names. */
  readonly port: number;
  /** Where the images begin, in bytes. */
  readonly images: number;
}

/** Reads the beginning of an announce; `null` for anything else, and for one that is not remembered. */
export function announceHead(bytes: Uint8Array): AnnounceHead | null {
  if (bytes.length > MAX_REMEMBERED_BYTES || bytes[3] !== BLANK) return null;
  const type = bytes[0] === 0x52 && bytes[1] === 0x45 && bytes[2] === 0x47
    ? "REG"
    : bytes[0] === 0x55 && bytes[1] === 0x50 && bytes[2] === 0x44
    ? "UPD"
    : null;
  const password = bytes.indexOf(BLANK, 4);
  const end = bytes.indexOf(BLANK, password + 1);
  if (type === null || password < 0 || end < 0) return null;
  const port = readPort(bytes, password + 1, end);
  return port === null ? null : { type, port, images: end + 1 };
}

/** The port that these bytes write, as `parsePort` reads it. */
function readPort(bytes: Uint8Array, start: number, end: number): number | null {
  if (end === start || end - start > 5 || bytes[start] === 0x30) return null;
  let port = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] < 0x30 || bytes[at] > 0x39) return null;
    port = port * 10 + bytes[at] - 0x30;
  }
  return port <= 65_535 ? port : null;
}

/**
 * Reads an announce by what is different from the last one of the same peer.
 *
 * @param bytes The announce, whose beginning is `head`.
 * @param said The last one, as it came.
 * @param password Its password.
 * @param images What was read from it, in its order.
 * @returns The announce, with the very array `images` when they are the same; `null` when it has to be read whole.
 */
export function parseAgain(
  bytes: Uint8Array,
  head: AnnounceHead,
  said: Uint8Array,
  password: string,
  images: readonly Image[],
): Announce | null {
  // The same password and port: all but the type, which stands in the first four bytes.
  if (!equal(bytes.subarray(4, head.images), said.subarray(4, head.images))) return null;
  const same = imagesAgain(bytes.subarray(head.images), said.subarray(head.images), images);
  return same && { type: head.type, password, port: head.port, images: same };
}

function imagesAgain(now: Uint8Array, before: Uint8Array, images: readonly Image[]): readonly Image[] | null {
  if (equal(now, before)) return images;
  if (count(before) + 1 !== images.length) return null; // Quoted, doubled, or with a separator at the end.
  const common = commonStart(now, before);
  const start = now.subarray(0, common).lastIndexOf(SEMICOLON) + 1;
  const end = commonEntries(now.subarray(start), before.subarray(start));
  const head = count(now.subarray(0, start));
  const tail = end === 0 ? 0 : count(now.subarray(now.length - end)) + 1;
  const middle = now.subarray(start, now.length - end - (end > 0 && now.length - end > start ? 1 : 0));
  const parsed = middle.length === 0 && end > 0 ? [] : readEntries(middle);
  if (!parsed || head + tail > images.length) return null;
  const result = [...images.slice(0, head), ...parsed, ...images.slice(images.length - tail)];
  return new Set(result.map(({ md5 }) => md5)).size === result.length ? result : null;
}

/** The entries in the middle, if all of them are as they should be. */
function readEntries(bytes: Uint8Array): Image[] | null {
  for (const byte of bytes) if (byte < 0x20 || byte === 0x7f) return null;
  try {
    const parsed = parseImages(utf8.decode(bytes));
    return typeof parsed === "string" || parsed.length !== count(bytes) + 1 ? null : parsed;
  } catch {
    return null; // Not UTF-8.
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** How many separators there are. */
function count(bytes: Uint8Array): number {
  let separators = 0;
  for (let at = bytes.indexOf(SEMICOLON); at >= 0; at = bytes.indexOf(SEMICOLON, at + 1)) separators++;
  return separators;
}

/** How many bytes at the beginning are the same. */
function commonStart(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at++;
  return at;
}

/** How many bytes at the end are the same whole entries. */
function commonEntries(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  let whole = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) {
    if (a[a.length - 1 - length] === SEMICOLON) whole = length;
    length++;
  }
  // Entries that reach to the beginning of both, or of one up to a separator of the other, are whole too.
  const begins = (bytes: Uint8Array): boolean =>
    length === bytes.length || bytes[bytes.length - 1 - length] === SEMICOLON;
  return begins(a) && begins(b) ? length : whole;
}
