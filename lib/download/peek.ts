/**
 * The first bytes of an image that is not fetched, for a look at it: kept in memory, saved nowhere.
 *
 * @module
 */
import { md5Of } from "../hash/md5.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { formatGet, formatRange } from "../protocol/peer_request.ts";
import { REASONS } from "../fault/reason.ts";
import { fetchFailed, noteFault, usablePeers } from "./fetch.ts";
import { FETCH_WAITS, type FetchOptions, type FetchParts, notTheImage, openEnd } from "./fetch_options.ts";
import { withRange } from "./fetch_range.ts";
import { PeerBook } from "./peer_book.ts";
import { pull, type Sink } from "./pull.ts";
import { UNLIMITED } from "../net/rate_limit.ts";

/** The beginning of an image. */
export interface Peeked {
  /** Its first bytes. */
  readonly bytes: Uint8Array;
  /** Whether they are all; then their MD5 is right. Of less than all nobody can tell. */
  readonly whole: boolean;
  /** How many bytes all of it has, if the peer said so. */
  readonly size?: number;
}

/** Most peers that are asked: a person waits for a look, and goes on to the next image meanwhile. */
const MAX_TRIES = 4;

/** Largest look, in bytes: it is in memory. */
const MAX_PEEK_BYTES = 64 << 20;

/** First memory for a look, in bytes; it grows with what comes, not with what a peer promises. */
const FIRST_BYTES = 64 << 10;

/** A look is not waited for as long as an image, in milliseconds. */
const PEEK_WAITS = { ...FETCH_WAITS, first: 10_000 };

/** Longest sentence that a peer may say in place of an image, in bytes. */
const MAX_SAID_BYTES = 256;

type PeekParts = Omit<FetchParts, "directory" | "service" | "watcher">;

/**
 * Takes the first bytes of an image, at most `most`, from the first of its peers that gives them. Those that are known
 * to speak `RNG` are asked first, and the connection is kept for the next request; with `GET` it is closed when enough
 * has come.
 *
 * @throws {Fault} `no-peers`; when one peer could be asked, why it did not help (`wrong-md5`, `peer-unreachable` and so
 * on), when several, `fetch-failed`; and the signal's reason when it was aborted.
 */
export async function peekImage(
  image: ListedImage,
  most: number,
  options: Omit<FetchOptions, "service"> = {},
): Promise<Peeked> {
  if (image.peers.length === 0) throw new Fault("no-peers", { name: image.name });
  const { waits = PEEK_WAITS, limit = UNLIMITED, signal = new AbortController().signal } = options;
  using own = options.book ? null : new PeerBook();
  const book = options.book ?? own!;
  const parts = { image, book, waits, limit, signal };
  const bytes = Math.min(MAX_PEEK_BYTES, Math.max(1, Math.floor(most)));
  const { usable, faults } = usablePeers(image, book, MAX_TRIES);
  const rank = { range: 0, unknown: 1, get: 2 } as const;
  usable.sort((a, b) => rank[book.speech(a) ?? "unknown"] - rank[book.speech(b) ?? "unknown"]);
  for (const peer of usable) {
    try {
      const ranged = book.speech(peer) === "get" ? null : await peekRange(peer, bytes, parts);
      return ranged ?? await peekWhole(peer, bytes, parts);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      noteFault(error, peer, book);
      faults.push(error);
    }
  }
  throw faults.length === 1 ? faults[0] : fetchFailed(image, faults);
}

/** With `RNG`; `null` when the peer knows only `GET`. */
async function peekRange(address: Address, most: number, parts: PeekParts): Promise<Peeked | null> {
  const { image, limit, signal, waits: { silence } } = parts;
  return await withRange(address, () => formatRange(image.md5, 0, most), parts, async (link, header) => {
    const peer = formatAddress(address);
    if (header.type === "refused") throw new Fault("peer-lacks", { peer });
    if (header.type !== "range" || header.offset !== 0 || header.length !== Math.min(most, header.size)) {
      throw new Fault("peer-odd", { peer });
    }
    const { length, size } = header;
    const into = new Memory();
    await pull(link, into, { most: length, first: silence, silence, limit, signal, onBytes: () => {} });
    signal.throwIfAborted();
    if (into.held < length) throw new Fault("peer-cut", { peer, bytes: into.held, reason: REASONS.ECONNRESET });
    return length === size
      ? { ...checked(into.bytes, address, image), size }
      : { bytes: into.bytes, whole: false, size };
  });
}

/** With `GET`: one byte more than is wanted tells whether that is all. */
async function peekWhole(peer: Address, most: number, parts: PeekParts): Promise<Peeked> {
  const { image, book, limit, signal, waits: { connect, first, silence } } = parts;
  using _place = await book.enter(peer, signal);
  const link = await book.dial(peer, connect, signal);
  const giveUp = (): void => link.close();
  signal.addEventListener("abort", giveUp);
  try {
    signal.throwIfAborted();
    await link.send(formatGet(image.md5)).catch(() => {}); // A connection that is closed already ends the reading too.
    const into = new Memory();
    const end = await pull(link, into, { most: most + 1, first, silence, limit, signal, onBytes: () => {} })
      .catch((error) => openEnd(error, into.held));
    signal.throwIfAborted();
    if (into.held > most) return { bytes: into.bytes.subarray(0, most), whole: false };
    return checked(into.bytes, peer, image, end);
  } finally {
    signal.removeEventListener("abort", giveUp);
    link.close();
  }
}

/** All of an image, if its MD5 is right. */
function checked(bytes: Uint8Array, from: Address, image: ListedImage, end?: unknown): Peeked {
  const md5 = md5Of(bytes);
  if (md5 === image.md5) return { bytes, whole: true, size: bytes.length };
  const head = bytes.subarray(0, MAX_SAID_BYTES);
  throw notTheImage(from, image, { kind: "other", bytes: bytes.length, md5, head }, end);
}

/** Memory that grows. */
class Memory implements Sink {
  #memory = new Uint8Array(FIRST_BYTES);
  held = 0;

  /** What came. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.held);
  }

  space(): Promise<Uint8Array> {
    if (this.held === this.#memory.length) {
      const larger = new Uint8Array(this.#memory.length * 2);
      larger.set(this.#memory);
      this.#memory = larger;
    }
    return Promise.resolve(this.#memory.subarray(this.held));
  }

  took(bytes: number): void {
    this.held += bytes;
  }
}
