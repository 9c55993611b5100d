/** How much one source may register, wherever trackers that share a registry took it. */
import type { PeerRecord } from "./registry/records.ts";
import type { Registry } from "./registry/registry.ts";
import { limit } from "./tracker_limits.ts";

/** Up to this many images, those of a source are not added up: the limit on registrations bounds them. */
const FEW_IMAGES = 100;

/** Whether a source would share more images than it may, in one registration or in all of its registrations. */
export function tooManyImages(registry: Registry, host: string, images: number, peer: PeerRecord | undefined): boolean {
  if (images > limit("images of a registration")) return true;
  if (images < FEW_IMAGES) return false;
  return images + imagesOf(registry.ofHost(host).filter((it) => it !== peer)) > limit("images of a source");
}

/**
 * Whether older registrations of its source leave a peer no place: trackers took more at once than one would have. Its
 * lease is not renewed any more.
 *
 * @param most How many peers the source may register.
 */
export function isSurplus(registry: Registry, peer: PeerRecord, most: number): boolean {
  const { address: { host }, images: { length } } = peer;
  const all = registry.ofHost(host);
  const manyImages = tooManyImages(registry, host, length, peer);
  if (all.length <= most && !manyImages) return false;
  const older = all.filter(({ sequence }) => sequence < peer.sequence);
  return older.length >= most || manyImages && length + imagesOf(older) > limit("images of a source");
}

function imagesOf(peers: readonly PeerRecord[]): number {
  return peers.reduce((sum, { images }) => sum + images.length, 0);
}
