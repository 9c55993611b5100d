/** Requests the properties of other peers' images: size, type and pixels, by `INF` (PROTOCOL.md, "Peer to peer"). */
import { Fault } from "../../fault/fault.ts";
import type { ListedImage } from "../../protocol/image.ts";
import type { ImageInfo } from "../../protocol/peer_reply.ts";
import { askEach } from "../ask_each.ts";
import { FETCH_TIMEOUTS } from "./fetch_limits.ts";
import { PeerClient, type PeerClientOptions } from "./peer_client.ts";

/** The most peers that are asked. */
const MAX_TRIES = 2;

/** Sizes only decorate a list, and are not waited for long, in milliseconds. */
const INFO_TIMEOUTS = { ...FETCH_TIMEOUTS, connect: 2_000, header: 2_000 };

/** The properties of an image from the first of its peers that understands `INF`; `null` if none does. */
export async function imageInfo(image: ListedImage, options: PeerClientOptions): Promise<ImageInfo | null> {
  using client = new PeerClient({ timeouts: INFO_TIMEOUTS, ...options });
  const peers = image.peers.filter((peer) => client.book.capability(peer) !== "get");
  try {
    return await askEach({ ...image, peers }, client, MAX_TRIES, (peer) => client.info(peer, image.md5));
  } catch (error) {
    client.signal.throwIfAborted();
    if (error instanceof Fault) return null;
    throw error;
  }
}
