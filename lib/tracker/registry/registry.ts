/**
 * The interface between the tracker's decisions and the storage of registrations. It answers at once and from memory; a
 * store that trackers share keeps a copy here and passes changes on in the background, so that no request waits for
 * another machine.
 */
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import type { ImageRecord, NewPeerRecord, PeerRecord } from "./records.ts";

/** Keeps registrations. {@link MemoryRegistry} keeps them in memory; one contract test holds for all. */
export interface Registry {
  /** How many peers are registered. */
  readonly peers: number;
  /** How many different images they share. */
  readonly images: number;
  /** About how many bytes of memory it takes. */
  readonly bytes: number;
  /**
   * Grows whenever a list may change. What changed since an earlier version is found without a history: it is in the
   * blocks with a later version, and there each image with a later one, and each gap.
   */
  readonly version: number;
  /** The images in the order in which they were first registered, in blocks of several dozen. */
  readonly blocks: readonly Block[];

  /** The peer at this address and port. */
  at(address: Address): PeerRecord | undefined;
  /** The peers of a host, and in IPv6 of its /64. */
  ofHost(host: string): readonly PeerRecord[];
  /** All peers, in the order in which their leases end, to the second. */
  byExpiry(): Iterable<PeerRecord>;

  /** Registers a peer, or replaces the registration at its address: it becomes the newest holder of its images. */
  put(peer: NewPeerRecord): PeerRecord;
  /**
   * Replaces the images of a peer, and moves it to `port`, which no other peer of its host may have.
   *
   * @returns Whether anything changed.
   */
  update(peer: PeerRecord, port: number, images: readonly Image[]): boolean;
  /** Moves the end of the peer's lease to `expiresAt`, and marks the peer as alive unless `verified` is false. */
  renew(peer: PeerRecord, expiresAt: number, verified?: boolean): void;
  /** Adds the peer to lists, or removes it from them. */
  setListed(peer: PeerRecord, listed: boolean): void;
  /** Removes the registration; with `endedBy`, not where it was renewed for longer at another tracker. */
  remove(peer: PeerRecord, endedBy?: number): void;
  /**
   * The oldest peer, other than `spared`, that has never shown that it is alive, and that this tracker may remove:
   * where trackers share the registry, one that it took or, unless `onlyTaken`, looks after.
   */
  oldestUnverified(onlyTaken: boolean, spared?: PeerRecord): PeerRecord | undefined;
  /** Whether this tracker, and no other that shares the registry, decides about the peer when its lease is over. */
  looksAfter?(peer: PeerRecord): boolean;
  /** Called when another tracker removed a peer, or changed what it announced. */
  onReplaced?: (peer: PeerRecord) => void;
}

/** Some successive images of a list. */
export interface Block {
  /** {@link Registry.version} after the last change of one of its images ({@link ImageRecord.version}) or gaps. */
  readonly version: number;
  /** The images, each in its place until all are placed anew, which changes them all; `null` for one that was removed. */
  readonly images: readonly (ImageRecord | null)[];
}
