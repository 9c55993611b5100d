/**
 * Who shares what: the seam between the tracker's decisions and whatever keeps the registrations. All of it answers at
 * once and from memory; a store that is shared between trackers keeps a copy here and carries changes to the others in
 * the background, so that no request waits for another machine.
 */
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import type { ImageRecord, NewPeerRecord, PeerRecord } from "./records.ts";

/** Keeps registrations. {@link MemoryRegistry} is the one in memory; one contract test holds for all. */
export interface Registry {
  /** How many peers are registered. */
  readonly peers: number;
  /** How many different images they share. */
  readonly images: number;
  /** About how many bytes of memory it takes. */
  readonly bytes: number;
  /** Another number after each change of what a list may show. */
  readonly version: number;
  /** The images in the order in which they first came, in blocks of some dozens. */
  readonly blocks: readonly Block[];

  /** The peer at this address and port. */
  at(address: Address): PeerRecord | undefined;
  /** The peers of a host, with those of its /64 in IPv6. */
  ofHost(host: string): readonly PeerRecord[];
  /** All peers, the one whose lease ends first coming first. */
  byExpiry(): Iterable<PeerRecord>;

  /** Registers a peer, or replaces the registration at its address: it becomes the newest holder of its images. */
  put(peer: NewPeerRecord): PeerRecord;
  /**
   * Replaces what a peer shares, and moves it to `port`, which no other peer of its host may have.
   *
   * @returns Whether anything is different now.
   */
  update(peer: PeerRecord, port: number, images: readonly Image[]): boolean;
  /** The peer's lease now ends at `expiresAt`; and it has shown that it lives, unless `verified` is false. */
  renew(peer: PeerRecord, expiresAt: number, verified?: boolean): void;
  /** Adds the peer to lists, or takes it out of them. */
  setListed(peer: PeerRecord, listed: boolean): void;
  /** Removes the registration. */
  remove(peer: PeerRecord): void;
  /** The oldest peer that has never shown that it lives, other than `spared`. */
  oldestUnverified(spared: PeerRecord): PeerRecord | undefined;
}

/** Some images that follow each other in a list. */
export interface Block {
  /** {@link Registry.version} after its last change. */
  readonly version: number;
  /** The images, `null` where one is gone. */
  readonly images: readonly (ImageRecord | null)[];
}
