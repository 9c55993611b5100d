/** Registrations in memory, indexed by peer and by image, so that a change costs only what it changes. */
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { notify } from "../../fault/notify.ts";
import { ExpiryOrder } from "./expiry_order.ts";
import { ImageTable } from "./image_table.ts";
import { type NewPeerRecord, ownCopy, PeerRecord } from "./records.ts";
import { sourceKey } from "../../protocol/network.ts";
import type { Block, Registry } from "./registry.ts";

/** The memory of a registration without its images, in bytes, measured and rounded up. */
const PEER_BYTES = 700;

/** Receives each change of a registry. Exceptions that it throws go to standard error, and stop nothing. */
export interface RegistryWatcher {
  /** A peer changed; `images`: what it shares changed too. */
  changed(peer: PeerRecord, images: boolean): void;
  /** The peer at this address was removed, or moved to another port. */
  gone(address: Address): void;
}

/** All registrations, in memory. */
export class MemoryRegistry implements Registry {
  readonly #byAddress = new Map<string, PeerRecord>();
  readonly #bySource = new Map<string, PeerRecord[]>();
  readonly #byExpiry = new ExpiryOrder();
  readonly #unverified = new Set<PeerRecord>();
  readonly #table = new ImageTable();
  readonly #watcher: RegistryWatcher | undefined;
  #sequence = 0;

  /** A registry without registrations; `watcher` receives each change. */
  constructor(watcher?: RegistryWatcher) {
    this.#watcher = watcher;
  }

  get peers(): number {
    return this.#byAddress.size;
  }

  get images(): number {
    return this.#table.size;
  }

  get bytes(): number {
    return this.peers * PEER_BYTES + this.#table.bytes;
  }

  get version(): number {
    return this.#table.version;
  }

  get blocks(): readonly Block[] {
    return this.#table.blocks;
  }

  at(address: Address): PeerRecord | undefined {
    return this.#byAddress.get(formatAddress(address));
  }

  /** The peer at this address, `ip:port` or `[ip]:port`. */
  find(address: string): PeerRecord | undefined {
    return this.#byAddress.get(address);
  }

  ofHost(host: string): readonly PeerRecord[] {
    return this.#bySource.get(sourceKey(host)) ?? [];
  }

  byExpiry(): Iterable<PeerRecord> {
    return this.#byExpiry;
  }

  /** As {@link Registry.put}; with its number where trackers that share a registry number together. */
  put(begin: NewPeerRecord, sequence: number = this.#sequence + 1): PeerRecord {
    const known = this.at(begin.address);
    const peer = known ?? new PeerRecord(begin);
    if (peer.password !== begin.password) peer.password = ownCopy(begin.password);
    if (known) this.setListed(peer, begin.listed);
    else this.#place(peer);
    peer.sequence = sequence;
    this.#sequence = Math.max(this.#sequence, sequence);
    peer.verified = begin.verified ?? false;
    if (peer.verified) this.#unverified.delete(peer);
    else this.#unverified.add(peer);
    this.#extend(peer, begin.expiresAt);
    peer.images = this.#table.share(peer, begin.images, true);
    notify(() => this.#watcher?.changed(peer, true));
    return peer;
  }

  /** Restores registrations, the oldest first. */
  restore(peers: Iterable<NewPeerRecord>): void {
    for (const peer of peers) this.put(peer);
  }

  update(peer: PeerRecord, port: number, images: readonly Image[]): boolean {
    const before = this.version;
    const moved = peer.address.port !== port;
    if (moved) {
      notify(() => this.#watcher?.gone(peer.address));
      this.#unplace(peer);
      peer.address = { host: peer.address.host, port };
      this.#place(peer);
      this.#table.touch(peer);
    }
    const shared = this.#table.share(peer, images, false);
    const changed = moved || shared !== peer.images || this.version !== before;
    peer.images = shared;
    if (changed) notify(() => this.#watcher?.changed(peer, true));
    return changed;
  }

  renew(peer: PeerRecord, expiresAt: number, verified = true): void {
    peer.verified ||= verified;
    if (verified) this.#unverified.delete(peer);
    this.#extend(peer, expiresAt);
    notify(() => this.#watcher?.changed(peer, false));
  }

  setListed(peer: PeerRecord, listed: boolean): void {
    if (peer.listed === listed) return;
    peer.listed = listed;
    this.#table.touch(peer);
    notify(() => this.#watcher?.changed(peer, false));
  }

  remove(peer: PeerRecord): void {
    this.#unplace(peer);
    this.#byExpiry.delete(peer);
    this.#unverified.delete(peer);
    peer.images = this.#table.share(peer, [], false);
    notify(() => this.#watcher?.gone(peer.address));
  }

  /** The peers that have never shown that they are alive, the oldest first. */
  get unverified(): Iterable<PeerRecord> {
    return this.#unverified;
  }

  oldestUnverified(_onlyTaken: boolean, spared?: PeerRecord): PeerRecord | undefined {
    for (const peer of this.#unverified) if (peer !== spared) return peer;
  }

  /** Numbers a registration anew, which changes its age among the holders of each image. */
  number(peer: PeerRecord, sequence: number): void {
    peer.sequence = sequence;
    this.#table.share(peer, peer.images, true);
  }

  /** Moves the ends of all leases but at `spared`, when the clock by which they are measured was set. */
  shiftLeases(milliseconds: number, spared: readonly string[] = []): void {
    for (const peer of this.#byExpiry) peer.expiresAt += milliseconds;
    this.#byExpiry.shift(milliseconds);
    for (const address of spared) {
      const peer = this.find(address);
      if (peer) this.#extend(peer, peer.expiresAt - milliseconds);
    }
  }

  #extend(peer: PeerRecord, expiresAt: number): void {
    this.#byExpiry.delete(peer);
    peer.expiresAt = expiresAt;
    this.#byExpiry.add(peer);
  }

  #place(peer: PeerRecord): void {
    this.#byAddress.set(formatAddress(peer.address), peer);
    const neighbours = this.#bySource.get(sourceKey(peer.address.host));
    if (neighbours) neighbours.push(peer);
    else this.#bySource.set(sourceKey(peer.address.host), [peer]);
  }

  #unplace(peer: PeerRecord): void {
    this.#byAddress.delete(formatAddress(peer.address));
    const key = sourceKey(peer.address.host);
    const neighbours = this.#bySource.get(key)!;
    neighbours.splice(neighbours.indexOf(peer), 1);
    if (neighbours.length === 0) this.#bySource.delete(key);
  }
}
