/** Asks the peers of an image for a thumbnail of it, or reads its beginning from those that make none. */
import type { Address } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { peekFrom } from "./peek.ts";
import { FETCH_TIMEOUTS, MIN_RATE_WITH_OTHERS } from "./peers/fetch_limits.ts";
import { PeerClient, type PeerClientOptions } from "./peers/peer_client.ts";

/** What bytes are: a thumbnail that a peer made, a whole image, or only its first bytes. */
export type ThumbnailSource = "thumbnail" | "whole" | "head";

/** What a peer sent of an image; only a whole image was verified, by its MD5. */
export interface ReceivedThumbnail {
  readonly source: ThumbnailSource;
  readonly bytes: Uint8Array;
  /** The peer that sent it. */
  readonly peer: Address;
}

/**
 * Why no peer sent anything, and reading the image itself was not allowed: `unmade`: they cannot decode it, or make no
 * thumbnails; `busy`: to be asked again later; `no-thumbnails`: they do not know the request; `unreachable`: no peer has
 * it or answers.
 */
export type ThumbnailRefusal = "unmade" | "busy" | "no-thumbnails" | "unreachable";

/** The most peers that are asked: a person waits for many thumbnails. */
const MAX_TRIES = 2;

/** Timeouts, in milliseconds: a peer answers `THM` within 8 s, or says that it is busy. */
const TIMEOUTS = { ...FETCH_TIMEOUTS, connect: 3_000, header: 10_000, first: 5_000 };

/** What a peer's answer means; `NONE` if it does not know the request. */
const REASONS = { BUSY: "busy", NO_THUMBNAIL: "unmade", NONE: "no-thumbnails" } as const;

/** Which reason is the most useful if the peers differ: the first one may pass. */
const BY_USE: readonly ThumbnailRefusal[] = ["busy", "no-thumbnails", "unmade"];

/** What is asked for. */
export interface WantedThumbnail {
  /** Its longer side, in pixels: 16 to 1,024. */
  readonly pixels: number;
  /** How many bytes of the image itself may be read from a peer that sent none, for this reason; 0 for none. */
  readonly mayRead: (reason: ThumbnailRefusal) => number;
}

/**
 * Asks at most two of the peers, without those that failed recently; if they send none, reads the image from one.
 *
 * @returns What a peer sent, or why none sent anything.
 * @throws The reason of the signal.
 */
export async function askThumbnail(
  image: ListedImage,
  { pixels, mayRead }: WantedThumbnail,
  options: PeerClientOptions,
): Promise<ReceivedThumbnail | ThumbnailRefusal> {
  using client = new PeerClient({ ...options, timeouts: options.timeouts ?? TIMEOUTS });
  const { book } = client;
  const reasons = new Map<Address, ThumbnailRefusal>();
  const isGetOnly = (peer: Address): number => book.capability(peer) === "get" ? 1 : 0;
  for (const peer of book.usable(image.peers.toSorted((a, b) => isGetOnly(a) - isGetOnly(b)), MAX_TRIES).usable) {
    const answer = isGetOnly(peer)
      ? "NONE"
      : await unlessItFails(peer, client, () => client.thumbnail(peer, image.md5, pixels));
    if (answer === null) continue;
    if (typeof answer !== "string") return { source: "thumbnail", bytes: answer, peer };
    reasons.set(peer, REASONS[answer]);
  }
  for (const [peer, reason] of reasons) {
    const most = mayRead(reason);
    if (most === 0) continue;
    const peeked = await unlessItFails(peer, client, () => peekFrom(peer, image, most, client, MIN_RATE_WITH_OTHERS));
    if (peeked) return { source: peeked.whole ? "whole" : "head", bytes: peeked.bytes, peer };
    reasons.delete(peer);
  }
  return BY_USE.find((reason) => reasons.values().some((it) => it === reason)) ?? "unreachable";
}

/** The result of asking a peer; `null` if it failed, which the client's book then knows. */
async function unlessItFails<T>(peer: Address, { book, signal }: PeerClient, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    book.penalize(peer, error);
    return null;
  }
}
