/** The registry of a tracker that shares it with others. Uses no socket and no clock. */
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import type { NewPeerRecord, PeerRecord } from "../registry/records.ts";
import type { Block, Registry } from "../registry/registry.ts";
import { imagesFrom, sameImages } from "./peer_images.ts";
import { SharedCopy } from "./shared_copy.ts";

/** Numbers of registrations that the engine has not numbered yet are above all of its own: microseconds since 1970. */
const UNCONFIRMED = 2 ** 52;

/** Clocks of two trackers differ by less, in milliseconds. */
const CLOCKS_MS = 200;

/** Of the peers that never showed that they are alive, how many are looked at; the next search goes on after them. */
const SEARCHED = 256;

/** Makes each change at once in this tracker's copy, and keeps it for the engine. */
export class Replica implements Registry {
  /** What the stream of the engine says, and what is to be sent there. */
  readonly copy: SharedCopy;
  /** Whether this tracker decides when the lease of a peer is over; `null` while it cannot know which others run. */
  assigned: ((address: string) => boolean) | null = null;
  /** Whether the tracker reads what others changed: a lease that looks over may have been renewed. */
  isBehind = false;
  readonly #renewalMs: number;
  #unconfirmed = UNCONFIRMED;
  /** Goes on from search to search: those of other trackers gather at the beginning. */
  #search: Iterator<PeerRecord, undefined> | null = null;
  #found: PeerRecord | undefined;

  /**
   * An empty registry of the tracker `origin`, a text that no other run has.
   *
   * @param renewalMs A renewal that moves the end of a lease by less, in milliseconds, has no effect: a peer that renews
   * all the time shall cost the other trackers nothing.
   */
  constructor(origin: string, renewalMs = 0) {
    this.copy = new SharedCopy(origin);
    this.#renewalMs = renewalMs;
  }

  get peers(): number {
    return this.copy.memory.peers;
  }

  get images(): number {
    return this.copy.memory.images;
  }

  get bytes(): number {
    return this.copy.memory.bytes;
  }

  get version(): number {
    return this.copy.memory.version;
  }

  get blocks(): readonly Block[] {
    return this.copy.memory.blocks;
  }

  set onReplaced(call: (peer: PeerRecord) => void) {
    this.copy.onReplaced = call;
  }

  at(address: Address): PeerRecord | undefined {
    return this.copy.memory.at(address);
  }

  ofHost(host: string): readonly PeerRecord[] {
    return this.copy.memory.ofHost(host);
  }

  byExpiry(): Iterable<PeerRecord> {
    return this.copy.memory.byExpiry();
  }

  oldestUnverified(onlyTaken: boolean, spared?: PeerRecord): PeerRecord | undefined {
    const mayGo = (peer: PeerRecord): boolean =>
      peer !== spared && (this.copy.renewedHere.has(peer) || !onlyTaken && this.looksAfter(peer));
    const found = this.#found;
    if (found && !found.verified && this.at(found.address) === found && mayGo(found)) return found;
    let hasBegun = false;
    for (let looked = 0; looked < SEARCHED; looked++) {
      const peer = this.#search?.next().value;
      if (peer && mayGo(peer)) return this.#found = peer;
      if (peer) continue;
      if (hasBegun) return;
      [this.#search, hasBegun] = [this.copy.memory.unverified[Symbol.iterator](), true];
    }
  }

  looksAfter(peer: PeerRecord): boolean {
    if (this.isBehind) return false;
    return this.assigned?.(formatAddress(peer.address)) ?? this.copy.renewedHere.has(peer);
  }

  put(begin: NewPeerRecord): PeerRecord {
    const known = this.at(begin.address);
    // While it cannot know what others changed, the peer may have left elsewhere, where a renewal has no effect.
    if (known && this.assigned && !this.isBehind && this.#repeats(known, begin)) {
      this.renew(known, begin.expiresAt, false);
      return known;
    }
    const address = formatAddress(begin.address);
    this.copy.keepConfirmed(address);
    const peer = this.copy.memory.put(begin, ++this.#unconfirmed);
    this.copy.renewedHere.add(peer);
    this.copy.own.add({ kind: "put", address, peer: this.copy.shared(peer) });
    return peer;
  }

  update(peer: PeerRecord, port: number, images: readonly Image[]): boolean {
    const moves = port !== peer.address.port;
    if (!moves && sameImages(peer, images)) return false;
    const from = formatAddress(peer.address);
    const address = moves ? formatAddress({ host: peer.address.host, port }) : from;
    this.copy.keepConfirmed(from);
    if (moves) this.copy.keepConfirmed(address);
    this.copy.memory.update(peer, port, images);
    if (moves) this.copy.own.add({ kind: "move", address, from, peer: this.copy.shared(peer) });
    else this.copy.own.add({ kind: "update", address, password: peer.password, images: imagesFrom(peer) });
    return true;
  }

  renew(peer: PeerRecord, expiresAt: number, verified = true): void {
    const isShort = expiresAt === peer.expiresAt || Math.abs(expiresAt - peer.expiresAt) < this.#renewalMs;
    if (isShort && !this.copy.own.isSleepUnknown && (peer.verified || !verified)) return;
    this.copy.memory.renew(peer, expiresAt, verified);
    this.copy.renewedHere.add(peer);
    const [address, endsAt] = [formatAddress(peer.address), this.copy.toEngine(expiresAt)];
    this.copy.own.add({ kind: "renew", address, password: peer.password, endsAt, verified: peer.verified });
  }

  setListed(peer: PeerRecord, listed: boolean): void {
    if (peer.listed === listed) return;
    const address = formatAddress(peer.address);
    this.copy.keepConfirmed(address);
    this.copy.memory.setListed(peer, listed);
    this.copy.own.add({ kind: "list", address, password: peer.password, listed });
  }

  remove(peer: PeerRecord, endedBy = Infinity): void {
    const address = formatAddress(peer.address);
    this.copy.keepConfirmed(address);
    this.copy.memory.remove(peer);
    this.copy.own.add({
      kind: "remove",
      address,
      password: peer.password,
      endedBy: this.copy.toEngine(endedBy + CLOCKS_MS),
    });
  }

  /** Whether a `REG` changes nothing but the lease. */
  #repeats(peer: PeerRecord, { password, images, listed }: NewPeerRecord): boolean {
    return peer.password === password && peer.listed === listed && sameImages(peer, images) &&
      peer.images.every(({ newest }) => newest === peer);
  }
}
