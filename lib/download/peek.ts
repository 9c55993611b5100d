/** Reads the first bytes of an image for a preview, into memory only. */
import { md5Of } from "../hash/md5.ts";
import type { Address } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";
import { askEach } from "./ask_each.ts";
import { HEAD_BYTES, notTheImage, openEnd } from "./fetch_faults.ts";
import { FETCH_TIMEOUTS, MIN_RATE } from "./peers/fetch_limits.ts";
import { type Answer, PeerClient, type PeerClientOptions } from "./peers/peer_client.ts";

/** The beginning of an image. */
export interface Peeked {
  /** Its first bytes. */
  readonly bytes: Uint8Array;
  /** Whether they are the whole image, whose MD5 was verified. A part cannot be verified. */
  readonly whole: boolean;
  /** The size of the whole image in bytes, if the peer stated it. */
  readonly size?: number;
}

/** The most peers that are asked: a person waits for a preview, and may move on to the next image. */
const MAX_TRIES = 4;

/** The largest preview, in bytes, since it is in memory. */
const MAX_PEEK_BYTES = 64 << 20;

/** The initial memory of a preview, in bytes; it grows with the bytes received, not with the size that a peer sends. */
const FIRST_BYTES = 64 << 10;

/** Timeouts of a preview, shorter than those of a download, in milliseconds. */
const PEEK_TIMEOUTS = { ...FETCH_TIMEOUTS, first: 10_000 };

/**
 * See `Fetcher.peek`. With `RNG` the connection is kept for the next request; with `GET` it is closed after enough
 * bytes.
 */
export async function peekImage(image: ListedImage, most: number, options: PeerClientOptions = {}): Promise<Peeked> {
  using client = new PeerClient({ ...options, timeouts: options.timeouts ?? PEEK_TIMEOUTS });
  const length = Math.min(MAX_PEEK_BYTES, Math.max(1, Math.floor(most)));
  return await askEach(image, client, MAX_TRIES, (peer) => peekFrom(peer, image, length, client));
}

/** The first bytes of an image from one peer, at most `most`, at no less than `minRate` bytes per second. */
export async function peekFrom(
  peer: Address,
  image: ListedImage,
  most: number,
  client: PeerClient,
  minRate = MIN_RATE,
): Promise<Peeked> {
  using answer = await client.bytes(peer, image.md5, 0, most);
  // With GET, one more byte shows whether the image is longer.
  const { bytes, end } = await collect(answer, answer.range ? most : most + 1, minRate);
  client.signal.throwIfAborted();
  if (end && answer.range) throw end;
  const size = answer.range?.size;
  if ((size ?? bytes.length) > most) return { bytes: bytes.subarray(0, most), whole: false, size };
  const md5 = md5Of(bytes);
  if (md5 === image.md5) return { bytes, whole: true, size: bytes.length };
  const wrong = { bytes: bytes.length, md5, head: bytes.subarray(0, HEAD_BYTES) };
  throw notTheImage(peer, image, wrong, end && openEnd(end, bytes.length));
}

/** The bytes of a body, up to `most`, and the error that ended it before, if any. */
async function collect(
  answer: Answer,
  most: number,
  minRate: number,
): Promise<{ bytes: Uint8Array; end?: unknown }> {
  let memory = new Uint8Array(Math.min(FIRST_BYTES, most));
  let received = 0;
  let end: unknown;
  // Lent to the body, which may arrive byte by byte: separate chunks would take far more memory.
  const block = (): Promise<Uint8Array> => {
    if (received === memory.length) {
      const larger = new Uint8Array(Math.min(2 * received, most));
      larger.set(memory);
      memory = larger;
    }
    return Promise.resolve(memory.subarray(received));
  };
  try {
    for await (const { length } of answer.body({ block, minRate })) {
      received += length;
      if (received >= most) break;
    }
  } catch (error) {
    end = error;
  }
  return { bytes: memory.subarray(0, received), end };
}
