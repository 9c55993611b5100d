/**
 * The first bytes of an image that is not fetched, for a look at it: kept in memory, saved nowhere.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { md5Of } from "../hash/md5.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { askEach } from "./ask_each.ts";
import { HEAD_BYTES, notTheImage, openEnd } from "./fetch_faults.ts";
import { FETCH_TIMEOUTS } from "./fetch_options.ts";
import { type Answer, PeerClient, type PeerClientOptions } from "./peer_client.ts";

/** The beginning of an image. */
export interface Peeked {
  /** Its first bytes. */
  readonly bytes: Uint8Array;
  /** Whether they are all; then their MD5 is right. Of a part it cannot be verified. */
  readonly whole: boolean;
  /** How many bytes all of it has, if the peer said so. */
  readonly size?: number;
}

/** Most peers that are asked: a person waits for a look, and goes on to the next image meanwhile. */
const MAX_TRIES = 4;

/** Largest look, in bytes: it is in memory. */
const MAX_PEEK_BYTES = 64 << 20;

/** A look is not waited for as long as an image, in milliseconds. */
const PEEK_TIMEOUTS = { ...FETCH_TIMEOUTS, first: 10_000 };

/**
 * Takes the first bytes of an image, at most `most`, from the first of its peers that gives them. Those that are known
 * to understand `RNG` are asked first, and the connection is kept for the next request; with `GET` it is closed when
 * enough has come.
 *
 * @throws {Fault} `no-peers`; when one peer could be asked, why it did not help (`wrong-md5`, `peer-unreachable` and so
 * on), when several, `fetch-failed`; and the signal's reason when it was aborted.
 */
export async function peekImage(image: ListedImage, most: number, options: PeerClientOptions = {}): Promise<Peeked> {
  using client = new PeerClient({ ...options, timeouts: options.timeouts ?? PEEK_TIMEOUTS });
  const length = Math.min(MAX_PEEK_BYTES, Math.max(1, Math.floor(most)));
  return await askEach(image, client, MAX_TRIES, async (peer) => {
    const isGetOnly = client.book.capability(peer) === "get";
    return (isGetOnly ? null : await peekRange(peer, image, length, client)) ??
      await peekWhole(peer, image, length, client);
  });
}

/** With `RNG`; `null` when the peer knows only `GET`. */
async function peekRange(
  peer: Address,
  image: ListedImage,
  most: number,
  client: PeerClient,
): Promise<Peeked | null> {
  using answer = await client.range(peer, image.md5, 0, most);
  if (!answer) return null;
  const { header } = answer;
  if (header?.type === "refused") throw new Fault("peer-lacks", { peer: formatAddress(peer) });
  if (header?.type !== "range" || header.offset !== 0 || header.length !== Math.min(most, header.size)) {
    throw new Fault("peer-odd", { peer: formatAddress(peer) });
  }
  const { bytes, end } = await collect(answer, most);
  if (end) throw end;
  const { length, size } = header;
  return length === size ? checked(bytes, peer, image) : { bytes, whole: false, size };
}

/** With `GET`: one byte more than is wanted shows whether that is all. */
async function peekWhole(peer: Address, image: ListedImage, most: number, client: PeerClient): Promise<Peeked> {
  using answer = await client.get(peer, image.md5);
  const { bytes, end } = await collect(answer, most + 1);
  client.signal.throwIfAborted();
  if (bytes.length > most) return { bytes: bytes.subarray(0, most), whole: false };
  return checked(bytes, peer, image, end && openEnd(end, bytes.length));
}

/** What comes of a body until it has `most` bytes, and why it ended before, if it broke off. */
async function collect(answer: Answer, most: number): Promise<{ bytes: Uint8Array; end?: unknown }> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  const all = (): Uint8Array => new Uint8Array(Buffer.concat(chunks, Math.min(received, most)));
  try {
    for await (const chunk of answer.body()) {
      received += chunks[chunks.push(chunk) - 1].length;
      if (received >= most) break;
    }
    return { bytes: all() };
  } catch (end) {
    return { bytes: all(), end };
  }
}

/** All of an image, if its MD5 is right. */
function checked(bytes: Uint8Array, from: Address, image: ListedImage, end?: unknown): Peeked {
  const md5 = md5Of(bytes);
  if (md5 === image.md5) return { bytes, whole: true, size: bytes.length };
  throw notTheImage(from, image, { bytes: bytes.length, md5, head: bytes.subarray(0, HEAD_BYTES) }, end);
}
