/**
 * What a tracker knows of a registry that several share. The order of the engine's stream decides who is right: a change
 * of this tracker is made here at once, and made again on top of what the stream says until it comes back in the stream.
 */
import { formatAddress, parseAddress } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { MemoryRegistry } from "../registry/memory_registry.ts";
import type { PeerRecord } from "../registry/records.ts";
import { OwnChanges } from "./own_changes.ts";
import { lostChanges } from "./lost_changes.ts";
import { RecentChanges } from "./recent_changes.ts";
import {
  addressesOf,
  changed,
  imagesOf,
  type RegistryEntry,
  type RegistrySnapshot,
  type Result,
  type SharedImages,
  type SharedPeer,
  toImages,
} from "./shared_state.ts";

/** Measurements of the clock differ by less than this, in milliseconds. */
const CLOCK_MS = 100;

/** Stands for the images that a registration has, which need not be compared. */
const SAME_IMAGES: SharedImages = [];

/** The registrations, and the changes of this tracker that the engine has not confirmed. */
export class SharedCopy {
  /** What this tracker answers from. */
  readonly memory: MemoryRegistry = new MemoryRegistry();
  /** What is to be sent. */
  readonly own: OwnChanges = new OwnChanges();
  /** The peers whose last renewal came through this tracker. */
  readonly renewedHere: WeakSet<PeerRecord> = new WeakSet<PeerRecord>();
  /** Called when another tracker removed a peer, or changed what it announced. */
  onReplaced?: (peer: PeerRecord) => void;
  readonly #origin: string;
  /** What the engine has at the addresses that changes of this tracker are about. */
  readonly #confirmed = new Map<string, SharedPeer | null>();
  /** Those of them where others changed something too. */
  readonly #disturbed = new Set<string>();
  readonly #recent = new RecentChanges();
  #position = 0;
  #offset = 0;

  /** An empty copy of the tracker `origin`, a text that no other run has. */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The last entry of the stream that was applied. */
  get position(): number {
    return this.#position;
  }

  /** The oldest entry that a failing engine may have lost. */
  get oldestRecent(): number {
    return this.#recent.oldest ?? this.#position;
  }

  /** Sets how far the clock of the engine is ahead of this tracker's, in milliseconds. */
  setClock(ahead: number): void {
    if (Math.abs(ahead - this.#offset) < CLOCK_MS) return;
    this.memory.shiftLeases(this.#offset - ahead);
    this.#offset = ahead;
  }

  /** Remembers what the engine has at an address, before a change of this tracker. */
  keepConfirmed(address: string): void {
    if (this.#confirmed.has(address)) return;
    const record = this.#at(address);
    this.#confirmed.set(address, record ? this.shared(record) : null);
  }

  #forget(address: string): void {
    if (this.own.of(address).length > 0) return;
    this.#confirmed.delete(address);
    this.#disturbed.delete(address);
  }

  /** A registration as others know it, with names that do not change. */
  shared(peer: PeerRecord): SharedPeer {
    const { password, listed, verified, expiresAt, sequence } = peer;
    const images: string[] = [];
    for (const image of peer.images) images.push(image.md5, image.nameFrom(peer));
    return { password, listed, verified, sequence, images, endsAt: this.toEngine(expiresAt) };
  }

  /** A time of this tracker by the engine's clock, in whole milliseconds. */
  toEngine(time: number): number {
    return Math.round(time + this.#offset);
  }

  /** Applies entries of the stream, which may come twice. */
  receive(entries: readonly RegistryEntry[]): void {
    const touched = new Set<string>();
    for (const entry of entries) {
      if (entry.id <= this.#position) continue;
      this.#position = entry.id;
      if (entry.origin === this.#origin) this.#applyOwn(entry, touched);
      else for (const result of entry.results) this.#applyOther(result, touched);
      this.#remember(entry.id, entry.results);
    }
    for (const address of touched) this.#rebase(address);
  }

  #remember(id: number, results: readonly Result[]): void {
    for (const { address, from, peer } of results) {
      this.#recent.add(address, id, peer === null);
      if (from !== undefined) this.#recent.add(from, id, true);
    }
  }

  #applyOwn({ number, results }: RegistryEntry, touched: Set<string>): void {
    const [change] = this.own.confirm(number);
    if (!change || change.kind === "renew") return results.forEach((result) => this.#assign(result));
    const addresses = addressesOf(change);
    const isDisturbed = results.length === 0 || addresses.some((it) => this.#disturbed.has(it));
    // Most are the only change of their address, and are shown already, as the engine made them.
    const isLast = !isDisturbed && addresses.every((it) => this.own.of(it).length === 0);
    const images = imagesOf(change);
    for (const result of results) {
      if (!isLast) this.#assign(result, result.images && images ? () => images : result.images);
      const { address, peer } = result;
      const record = this.#at(address);
      const isOnTop = this.own.of(address).some(({ kind }) => kind === "put" || kind === "restore");
      if (record && peer && record.sequence !== peer.sequence && !isOnTop && !this.#disturbed.has(address)) {
        this.memory.number(record, peer.sequence);
      }
    }
    for (const address of addresses) {
      if (!isDisturbed) this.#forget(address);
      else {
        this.#disturbed.add(address);
        touched.add(address);
      }
    }
  }

  #applyOther(result: Result, touched: Set<string>): void {
    if (result.restored && this.#recent.isRemoved(result.address)) {
      const { password, sequence } = result.peer!;
      this.own.add({ kind: "remove", address: result.address, password, before: sequence + 1 });
    }
    for (const address of result.from === undefined ? [result.address] : [result.from, result.address]) {
      if (this.own.of(address).length > 0) {
        this.keepConfirmed(address);
        this.#disturbed.add(address);
        touched.add(address);
      }
    }
    this.#assign(result);
    const record = this.#at(result.address);
    if (record && !this.own.renewal(result.address)) this.renewedHere.delete(record);
  }

  /** Assigns what the engine has at an address; shows it, unless changes of this tracker are on top of it. */
  #assign(result: Result, readImages = result.images): void {
    const { address, from, peer } = result;
    if (from !== undefined) this.#assignOne(from, null);
    if (peer === null) return this.#assignOne(address, null);
    if (readImages) return this.#assignOne(address, { ...peer, images: readImages() });
    const known = this.#confirmed.get(address);
    if (known) return this.#assignOne(address, { ...peer, images: known.images });
    const record = this.#confirmed.has(address) ? undefined : this.#at(address);
    if (record) this.#show(address, { ...peer, images: SAME_IMAGES });
  }

  #assignOne(address: string, peer: SharedPeer | null): void {
    if (this.#confirmed.has(address)) this.#confirmed.set(address, peer);
    else this.#show(address, peer);
  }

  /** Makes the changes of this tracker again on top of what the engine has. */
  #rebase(address: string): void {
    const confirmed = this.#confirmed.get(address);
    if (confirmed === undefined) return;
    const changes = this.own.of(address);
    this.#show(address, changes.reduce((peer: SharedPeer | null, it) => changed(peer, it, address), confirmed));
    this.#forget(address);
  }

  /** Makes the registration at an address look like this, and no other. */
  #show(address: string, peer: SharedPeer | null): void {
    const record = this.#at(address);
    if (!peer) {
      if (!record) return;
      this.onReplaced?.(record);
      return this.memory.remove(record);
    }
    const renewal = this.own.renewal(address);
    const { password, listed, images, sequence, verified, endsAt } = renewal ? changed(peer, renewal, address)! : peer;
    const expiresAt = endsAt - this.#offset;
    const wanted = images === SAME_IMAGES ? record?.announced() ?? [] : toImages(images);
    const isSame = record?.password === password && record.sequence === sequence && sameImages(record, wanted);
    if (isSame && (record.verified === verified || verified)) {
      this.memory.setListed(record, listed);
      if (this.toEngine(record.expiresAt) === endsAt && record.verified === verified) return;
      return this.memory.renew(record, expiresAt, verified);
    }
    if (record) this.onReplaced?.(record);
    this.memory.put(
      { address: parseAddress(address)!, password, listed, images: wanted, verified, expiresAt },
      sequence,
    );
  }

  /**
   * Replaces the copy by a snapshot and the entries after it, without an empty list meanwhile. Own changes stay on top
   * of it, but those up to the number `made`, which are in it.
   *
   * @param entries All after the snapshot, and before it those of the last minute.
   */
  load({ position, peers }: RegistrySnapshot, entries: readonly RegistryEntry[], made: number): void {
    this.own.confirm(made);
    const wanted = new Map(peers);
    for (const { id, origin, number, results } of entries) {
      this.#remember(id, results);
      if (id <= position) continue;
      for (const result of results) assignIn(wanted, result);
      if (origin === this.#origin) this.own.confirm(number);
    }
    this.#position = Math.max(position, entries.at(-1)?.id ?? 0);
    this.#disturbed.clear();
    this.#confirmed.clear();
    for (const record of [...this.memory.byExpiry()]) {
      const address = formatAddress(record.address);
      if (!wanted.has(address) && this.own.of(address).length === 0) this.#show(address, null);
    }
    const bySequence = [...wanted].sort(([, a], [, b]) => a.sequence - b.sequence);
    for (const [address, peer] of bySequence) {
      if (this.own.of(address).length === 0) this.#show(address, peer);
    }
    for (const address of this.own.addresses()) {
      this.#confirmed.set(address, wanted.get(address) ?? null);
      this.#rebase(address);
    }
  }

  /**
   * Asks for what the engine has lost; see {@link lostChanges}. Before {@link SharedCopy.load}, which forgets what the
   * engine does not have.
   */
  recover(snapshot: RegistrySnapshot, entries: readonly RegistryEntry[], made: number, isOther: boolean): void {
    this.own.confirm(made);
    const here = [...this.memory.byExpiry()].map(({ address }) => formatAddress(address));
    const known = {
      position: this.#position,
      recent: this.#recent,
      addresses: new Set([...this.#confirmed.keys(), ...here]),
      at: (address: string): SharedPeer | null => {
        if (this.#confirmed.has(address)) return this.#confirmed.get(address)!;
        const record = this.#at(address);
        return record ? this.shared(record) : null;
      },
    };
    this.own.addFirst(lostChanges(known, snapshot, entries, isOther));
  }

  #at(address: string): PeerRecord | undefined {
    return this.memory.find(address);
  }
}

function assignIn(peers: Map<string, SharedPeer>, { address, from, peer, images }: Result): void {
  if (from !== undefined) peers.delete(from);
  const known = peers.get(address);
  if (peer === null) peers.delete(address);
  else if (images) peers.set(address, { ...peer, images: images() });
  else if (known) peers.set(address, { ...peer, images: known.images });
}

/** Whether a peer shares exactly these images, under these names. */
export function sameImages(peer: PeerRecord, images: readonly Image[]): boolean {
  return peer.images === images || peer.images.length === images.length &&
      peer.images.every((image, i) => image.md5 === images[i].md5 && image.nameFrom(peer) === images[i].name);
}
