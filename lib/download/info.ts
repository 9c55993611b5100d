/**
 * What an image is that others have: its size, type and pixels, asked with `INF` (PROTOCOL.md, "Peer to peer").
 *
 * @module
 */
import { formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import type { ImageInfo } from "../protocol/peer_reply.ts";
import { formatInfo } from "../protocol/peer_request.ts";
import { noteFault, usablePeers } from "./fetch.ts";
import { FETCH_WAITS } from "./fetch_options.ts";
import { type LinkParts, withRange } from "./fetch_range.ts";

/** Most peers that are asked: the answer only decorates a list. */
const MAX_TRIES = 2;

/** Nobody waits long for what only decorates, in milliseconds. */
const INFO_WAITS = { ...FETCH_WAITS, connect: 2_000, header: 2_000 };

/** What the first of its peers that tells it says of an image; `null` when nobody does. */
export async function imageInfo(
  image: ListedImage,
  { book, signal }: Omit<LinkParts, "waits">,
): Promise<ImageInfo | null> {
  const parts = { book, signal, waits: INFO_WAITS };
  const ours = usablePeers(image, book, MAX_TRIES).usable.filter((peer) => book.speech(peer) !== "get");
  for (const peer of ours) {
    try {
      const info = await withRange(peer, () => formatInfo(image.md5), parts, (_link, header) => {
        if (header.type === "range") throw new Fault("peer-odd", { peer: formatAddress(peer) });
        return Promise.resolve(header.type === "info" ? header : null); // Another peer may share it still.
      });
      if (info) return info;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      noteFault(error, peer, book);
    }
  }
  return null;
}
