/**
 * Shortens an announce to what a tracker takes in one datagram, and keeps characters off the places where a tracker's
 * buffer may cut.
 */
import type { Image } from "../protocol/image.ts";
import { decodeName, encodeName, encodeNameAscii } from "../protocol/name.ts";
import { type Announce, formatRequest } from "../protocol/request.ts";

/**
 * The sizes, in bytes, to which a datagram is cut down when a tracker takes less than was sent: known trackers read
 * into buffers of 4,096, 2,048 or 1,024 bytes, some of them less a byte for the end of a string.
 */
const SMALLER_REQUESTS = [4_000, 2_000, 1_000];

/** Buffers of known trackers, in bytes, with and without a byte for the end of a string. */
const BUFFERS = [1_023, 1_024, 2_047, 2_048, 4_095, 4_096];

/**
 * Three known trackers decode the content of a buffer of 1,024, 2,048 or 4,096 bytes as UTF-8, and crash if it ends
 * within a character. No character lies across these places, or across those where buffers of other trackers may end.
 */
const BOUNDARIES = [...BUFFERS, 511, 512, 8_191, 8_192, 16_383, 16_384, 32_767, 32_768];

/** An announce cut down to a size. */
export interface Fitted {
  readonly request: string;
  /** The images that fit, from the first. */
  readonly images: readonly Image[];
  /** The next smaller size to try, in bytes, if there is one. */
  readonly smaller?: number;
  /** The name of the last image as sent; empty without images. */
  readonly lastName: string;
}

/** Keeps as many of the images as fit into a request of `room` bytes. */
export function fitAnnounce(announce: Announce, room: number): Fitted {
  const head = formatRequest({ ...announce, images: [] });
  const entries: string[] = [];
  let [length, lastName] = [byteLength(head), ""];
  for (const { md5, name } of announce.images) {
    const start = length + (entries.length > 0 ? 1 : 0);
    let wire = encodeName(name);
    if (cutsCharacter(`${md5},${wire}`, start)) wire = encodeNameAscii(name);
    const end = start + byteLength(md5) + 1 + byteLength(wire);
    if (end > room) break;
    entries.push(`${md5},${wire}`);
    [length, lastName] = [end, wire];
  }
  const images = announce.images.slice(0, entries.length);
  const smaller = SMALLER_REQUESTS.find((bytes) => bytes < length);
  return { request: head + entries.join(";"), images, smaller, lastName };
}

/**
 * The size to try after a tracker took only the first `accepted` images: the largest that does not hold one more, so
 * that one further attempt is enough.
 */
export function smallerAfter(fitted: Fitted, announce: Announce, accepted: number): number {
  const oneMore = { ...announce, images: announce.images.slice(0, accepted + 1) };
  const length = byteLength(fitAnnounce(oneMore, Infinity).request);
  return SMALLER_REQUESTS.find((bytes) => bytes < length && bytes <= fitted.smaller!) ?? fitted.smaller!;
}

/** Whether a buffer may end within a character of this text if the text begins at byte `start` of a datagram. */
function cutsCharacter(text: string, start: number): boolean {
  const bytes = encoder.encode(text);
  return BOUNDARIES.some((size) =>
    size > start && size < start + bytes.length && (bytes[size - start] & 0xc0) === 0x80
  );
}

/**
 * The names that the list may give the last image if a tracker's buffer ended within its name: its count would not show
 * that.
 */
export function cutLastNames({ request, lastName }: Fitted): string[] {
  const [length, name] = [byteLength(request), encoder.encode(lastName)];
  return BUFFERS.map((size) => name.length - (length - size))
    .filter((left) => left >= 0 && left < name.length)
    .map((left) => decodeName(decoder.decode(name.subarray(0, left))));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const byteLength = (text: string): number => encoder.encode(text).length;
