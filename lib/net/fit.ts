/**
 * Announces cut down to what a tracker takes, where that is less than a datagram.
 *
 * @module
 */
import type { Image } from "../wire/image.ts";
import { encodeName } from "../wire/name.ts";
import { type Announce, formatImage, formatRequest } from "../wire/request.ts";

/**
 * Sizes to which a datagram is cut down, in bytes, when a tracker takes less than was sent: programs in the wild read
 * into buffers of 4,096, 2,048 and 1,024 bytes, some less a byte for the end of a string.
 */
const SMALLER_REQUESTS = [4_000, 2_000, 1_000];

/** Buffers of programs in the wild, in bytes, with and without one for the end of a string. */
const BUFFERS = [1_023, 1_024, 2_047, 2_048, 4_095, 4_096];

/** As much of an announce as fits. */
export interface Fitted {
  /** The request. */
  readonly request: string;
  /** The images in it, the first of those that there are. */
  readonly images: readonly Image[];
  /** The next smaller size to try, in bytes, if there is one. */
  readonly smaller?: number;
}

/** As many of the images as a request of `room` bytes holds. */
export function fitAnnounce(announce: Announce, room: number): Fitted {
  const images = fit(announce, room);
  const request = formatRequest({ ...announce, images });
  return { request, images, smaller: SMALLER_REQUESTS.find((bytes) => bytes < byteLength(request)) };
}

/** Whether a buffer of a known size would end within the last name: then the count does not tell that it was cut. */
export function mayCutLastName({ request, images }: Fitted): boolean {
  const last = images.at(-1);
  if (!last) return false;
  const [length, name] = [byteLength(request), byteLength(encodeName(last.name))];
  return BUFFERS.some((size) => length > size && length - size < name);
}

const encoder = new TextEncoder();

/** How many bytes a text takes in UTF-8. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** As many of the images, from the first, as a request of `room` bytes holds. */
function fit(request: Announce, room: number): readonly Image[] {
  let left = room - byteLength(formatRequest({ ...request, images: [] }));
  const over = request.images.findIndex((image) => (left -= byteLength(formatImage(image)) + 1) < -1);
  return over < 0 ? request.images : request.images.slice(0, over);
}
