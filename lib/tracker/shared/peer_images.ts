/** The images of a peer, as a registry in memory has them and as trackers share them. Pure. */
import type { Image } from "../../protocol/image.ts";
import type { PeerRecord } from "../registry/records.ts";
import type { SharedImages } from "./shared_state.ts";

/** The images of a peer, with names that do not change. */
export function imagesFrom(peer: PeerRecord): SharedImages {
  const images: string[] = [];
  for (const image of peer.images) images.push(image.md5, image.nameFrom(peer));
  return images;
}

/** Images as a registry takes them. */
export function toImages(shared: SharedImages): Image[] {
  return Array.from({ length: shared.length / 2 }, (_, i) => ({ md5: shared[2 * i], name: shared[2 * i + 1] }));
}

/** Whether a peer shares exactly these images, under these names. */
export function sameImages(peer: PeerRecord, images: readonly Image[]): boolean {
  return peer.images === images || peer.images.length === images.length &&
      peer.images.every((image, i) => image.md5 === images[i].md5 && image.nameFrom(peer) === images[i].name);
}
