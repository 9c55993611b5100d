/** The first bytes of an image that is not fetched, for a preview: kept in memory, not saved. */
import { md5Of } from "../hash/md5.ts";
import type { Address } from "../protocol/address.ts";
import type { ListedImage } from "../protocol/image.ts";
import { askEach } from "./ask_each.ts";
import { HEAD_BYTES, notTheImage, openEnd } from "./fetch_faults.ts";
import { FETCH_TIMEOUTS } from "./peers/fetch_limits.ts";
import { type Answer, PeerClient, type PeerClientOptions } from "./peers/peer_client.ts";

/** The beginning of an image. */
export interface Peeked {
  /** Its first bytes. */
  readonly bytes: Uint8Array;
  /** Whether they are all; then their MD5 is right. Of a part it cannot be verified. */
  readonly whole: boolean;
  /** How many bytes all of it has, if the peer said so. */
  readonly size?: number;
}

/** Most peers that are asked: a person waits for a preview, and moves on to the next image meanwhile. */
const MAX_TRIES = 4;

/** Largest preview, in bytes: it is in memory. */
const MAX_PEEK_BYTES = 64 << 20;

/** The initial memory of a preview, in bytes; it doubles with what comes, not with what a peer promises. */
const FIRST_BYTES = 64 << 10;

/** Timeouts of a preview, shorter than those of a download, in milliseconds. */
const PEEK_TIMEOUTS = { ...FETCH_TIMEOUTS, first: 10_000 };

/**
 * See `Fetcher.peek`. With `RNG` the connection is kept for the next request; with `GET` it is closed when enough has
 * come.
 */
export async function peekImage(image: ListedImage, most: number, options: PeerClientOptions = {}): Promise<Peeked> {
  using client = new PeerClient({ ...options, timeouts: options.timeouts ?? PEEK_TIMEOUTS });
  const length = Math.min(MAX_PEEK_BYTES, Math.max(1, Math.floor(most)));
  return await askEach(image, client, MAX_TRIES, (peer) => peekFrom(peer, image, length, client));
}

async function peekFrom(peer: Address, image: ListedImage, most: number, client: PeerClient): Promise<Peeked> {
  using answer = await client.bytes(peer, image.md5, 0, most);
  // With GET, one byte more than is wanted shows whether that is all.
  const { bytes, end } = await collect(answer, answer.range ? most : most + 1);
  client.signal.throwIfAborted();
  if (end && answer.range) throw end;
  const size = answer.range?.size;
  if ((size ?? bytes.length) > most) return { bytes: bytes.subarray(0, most), whole: false, size };
  const md5 = md5Of(bytes);
  if (md5 === image.md5) return { bytes, whole: true, size: bytes.length };
  const wrong = { bytes: bytes.length, md5, head: bytes.subarray(0, HEAD_BYTES) };
  throw notTheImage(peer, image, wrong, end && openEnd(end, bytes.length));
}

/** What comes of a body until it has `most` bytes, and why it ended before, if it broke off. */
async function collect(answer: Answer, most: number): Promise<{ bytes: Uint8Array; end?: unknown }> {
  let memory = new Uint8Array(Math.min(FIRST_BYTES, most));
  let received = 0;
  let end: unknown;
  // Lent to the body, which may be sent byte by byte: a chunk for each would take far more memory than they do.
  const block = (): Promise<Uint8Array> => {
    if (received === memory.length) {
      const larger = new Uint8Array(Math.min(2 * received, most));
      larger.set(memory);
      memory = larger;
    }
    return Promise.resolve(memory.subarray(received));
  };
  try {
    for await (const { length } of answer.body({ block })) {
      received += length;
      if (received >= most) break;
    }
  } catch (error) {
    end = error;
  }
  return { bytes: memory.subarray(0, received), end };
}
