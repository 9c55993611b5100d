/** Joins the lists of several networks. Pure. */
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { ListedImage } from "../../protocol/image.ts";
import type { Listing } from "./fetch_list.ts";

/** An image of several networks' lists. */
export interface NetworkImage extends ListedImage {
  /** The names of the networks that list it. */
  readonly networks: readonly string[];
}

/** The list of one network. */
export interface NetworkListing extends Listing {
  readonly name: string;
  /** Whether a peer on this host is never contacted when this network lists it. */
  readonly isPassedOver: (host: string) => boolean;
}

interface MergedImage {
  readonly md5: string;
  readonly name: string;
  readonly peers: Map<string, Address>;
  readonly networks: string[];
}

/**
 * One list, by MD5: the images of the first network, then those that only others have. An image has the name that the
 * first network gives it, and the peers of all. An address means what it means where its network's tracker is, such as
 * 127.0.0.1 at a tracker on this machine: those that are not contacted when that tracker lists them are left out, so
 * that no other network makes them valid.
 */
export function mergeLists(lists: readonly NetworkListing[]): Listing {
  const merged = new Map<string, MergedImage>();
  for (const { name: network, images, isPassedOver } of lists) {
    const hosts = new Map<string, boolean>();
    const isUsable = ({ host }: Address): boolean => {
      const isPassed = hosts.get(host) ?? isPassedOver(host);
      hosts.set(host, isPassed);
      return !isPassed;
    };
    for (const { md5, name, peers } of images) {
      const image: MergedImage = merged.get(md5) ?? { md5, name, peers: new Map(), networks: [] };
      merged.set(md5, image);
      image.networks.push(network);
      for (const peer of peers) if (isUsable(peer)) image.peers.set(formatAddress(peer), peer);
    }
  }
  const images = [...merged.values()].map((it): NetworkImage => ({ ...it, peers: [...it.peers.values()] }));
  return { images, mayBeCut: lists.some(({ mayBeCut }) => mayBeCut) };
}

/** The networks that list an image; none where there is only one. */
export function networksOf(image: ListedImage): readonly string[] {
  return (image as Partial<NetworkImage>).networks ?? [];
}
