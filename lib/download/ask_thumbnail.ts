/** Asks the peers of an image for a thumbnail of it, or reads its beginning from those that make none. */
import type { Address } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { peekFrom } from "./peek.ts";
import { FETCH_TIMEOUTS } from "./peers/fetch_limits.ts";
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
 * Why no peer sent anything: `unmade`: it cannot be decoded; `busy`: to be asked again later; `no-thumbnails`: its peers
 * know only `GET`, and reading from them was not allowed; `unreachable`: no peer has it or answers.
 */
export type ThumbnailRefusal = "unmade" | "busy" | "no-thumbnails" | "unreachable";

/** The most peers that are asked: a person waits for many thumbnails. */
const MAX_TRIES = 2;

/** Timeouts, in milliseconds: a peer answers `THM` within 8 s, or says that it is busy. */
const TIMEOUTS = { ...FETCH_TIMEOUTS, connect: 3_000, header: 10_000, first: 5_000 };

/** Which reason is the most useful if the peers differ: the first one may pass. */
const BY_USE: readonly ThumbnailRefusal[] = ["busy", "no-thumbnails", "unmade"];

/** What is asked for. */
export interface WantedThumbnail {
  /** Its longer side, in pixels: 16 to 1,024. */
  readonly pixels: number;
  /** How many bytes of the image itself may be read from a peer that knows only `GET`; 0 for none. */
  readonly mayRead: () => number;
}

/**
 * Asks at most two of the peers, without those that failed recently.
 *
 * @returns What a peer sent, or why none sent anything.
 * @throws The reason of the signal.
 */
export async function askThumbnail(
  image: ListedImage,
  wanted: WantedThumbnail,
  options: PeerClientOptions,
): Promise<ReceivedThumbnail | ThumbnailRefusal> {
  using client = new PeerClient({ ...options, timeouts: options.timeouts ?? TIMEOUTS });
  const { book, signal } = client;
  const reasons = new Set<ThumbnailRefusal>();
  const isGetOnly = (peer: Address): number => book.capability(peer) === "get" ? 1 : 0;
  for (const peer of book.usable(image.peers.toSorted((a, b) => isGetOnly(a) - isGetOnly(b)), MAX_TRIES).usable) {
    try {
      const got = await askOne(peer, image, wanted, client);
      if (typeof got !== "string") return got;
      reasons.add(got);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      book.penalize(peer, error);
    }
  }
  return BY_USE.find((reason) => reasons.has(reason)) ?? "unreachable";
}

async function askOne(
  peer: Address,
  image: ListedImage,
  { pixels, mayRead }: WantedThumbnail,
  client: PeerClient,
): Promise<ReceivedThumbnail | ThumbnailRefusal> {
  const isGetOnly = client.book.capability(peer) === "get";
  const answer = isGetOnly ? "get-only" : await client.thumbnail(peer, image.md5, pixels);
  if (answer === "BUSY") return "busy";
  if (answer === "NO_THUMBNAIL") return "unmade";
  if (answer !== "get-only") return { source: "thumbnail", bytes: answer, peer };
  const most = mayRead();
  if (most === 0) return "no-thumbnails";
  const { bytes, whole } = await peekFrom(peer, image, most, client);
  return { source: whole ? "whole" : "head", bytes, peer };
}
