/**
 * What a tracker knows of a registry that several share. The order of the engine's stream decides who is right: a change
 * of this tracker is made here at once, and made again on top of what the stream says until it comes back in the stream.
 */
import { formatAddress, parseAddress } from "../../protocol/address.ts";
import { MemoryRegistry } from "../registry/memory_registry.ts";
import type { PeerRecord } from "../registry/records.ts";
import { editOf } from "./image_edit.ts";
import { imagesFrom, sameImages, toImages } from "./peer_images.ts";
import { type Numbered, OwnChanges } from "./own_changes.ts";
import { lostChanges } from "./lost_changes.ts";
import { RecentChanges } from "./recent_changes.ts";
import {
  addressesOf,
  assignIn,
  type Change,
  changed,
  imagesOf,
  type RegistryEntry,
  type RegistrySnapshot,
  type Result,
  type SentChanges,
  type SharedImages,
  type SharedPeer,
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

  /** Sets how far the clock of the engine is ahead of this tracker's, in milliseconds: further than before by a sleep. */
  setClock(ahead: number): void {
    const more = Math.abs(ahead - this.#offset) < CLOCK_MS ? 0 : ahead - this.#offset;
    const renewed = this.own.addSleep(more);
    if (more !== 0) this.memory.shiftLeases(-more, renewed);
    this.#offset += more;
  }

  /** Remembers what the engine has at an address, before a change of this tracker. */
  keepConfirmed(address: string): void {
    if (this.#confirmed.has(address)) return;
    const record = this.memory.find(address);
    this.#confirmed.set(address, record ? this.shared(record) : null);
  }

  #forget(address: string): void {
    if (this.own.of(address).length > 0) return;
    this.#confirmed.delete(address);
    this.#disturbed.delete(address);
  }

  /** A registration as others know it, with names that do not change. */
  shared(peer: PeerRecord): SharedPeer {
    const { password, listed, verified, expiresAt, sequence, imagesAt } = peer;
    const endsAt = this.toEngine(expiresAt);
    return { password, listed, verified, sequence, images: imagesFrom(peer), imagesAt, endsAt };
  }

  /** Changes as they are sent: what is different in a long list, where it is known what the engine has. */
  toSend({ number, changes }: Numbered): SentChanges {
    const [change] = changes;
    if (change.kind !== "update" || change.base !== undefined) return { number, changes };
    const { address, password, images } = change;
    const known = this.own.of(address)[0] === change ? this.#confirmed.get(address) : undefined;
    if (!known?.imagesAt) return { number, changes };
    const edit = editOf(known.images, images);
    if (2 * edit.added.length >= images.length) return { number, changes };
    return { number, changes: [{ kind: "edit", address, password, base: known.imagesAt, edit }] };
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
      else for (const result of entry.results) this.#applyOther(result, entry.id, touched);
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

  /** Ends what the engine has made; the last change of it. What did not fit is sent again, as a whole. */
  #confirm({ number, unfit }: RegistryEntry): Change | undefined {
    const change = this.own.confirm(number).at(-1);
    if (change?.kind !== "update" || unfit === undefined) return change;
    if (this.own.of(change.address).every(({ kind }) => kind === "list")) this.own.add({ ...change, base: unfit });
    return change;
  }

  /** Whether the change that is confirmed was the only one of its address: it is shown already, as the engine made it. */
  #isLast(address: string): boolean {
    return this.own.of(address).length === 0 && !this.#disturbed.has(address);
  }

  #applyOwn(entry: RegistryEntry, touched: Set<string>): void {
    const [{ id, results }, change] = [entry, this.#confirm(entry)];
    if (!change || change.kind === "renew") return results.forEach((result) => this.#assign(result, id));
    if (change.kind === "update" && results.length > 0 && this.#isLast(change.address)) {
      const record = this.memory.find(change.address);
      if (record) record.imagesAt = id;
      return void this.#confirmed.delete(change.address);
    }
    const addresses = addressesOf(change);
    const isDisturbed = results.length === 0 || addresses.some((it) => this.#disturbed.has(it));
    const isLast = !isDisturbed && addresses.every((it) => this.#isLast(it));
    const images = imagesOf(change);
    for (const result of results) {
      if (!isLast) this.#assign(result, id, result.images && images ? () => images : result.images);
      const { address, peer } = result;
      const record = this.memory.find(address);
      if (record && isLast) record.imagesAt = result.images ? id : this.#confirmed.get(address)?.imagesAt ?? 0;
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

  #applyOther(result: Result, id: number, touched: Set<string>): void {
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
    this.#assign(result, id);
    const record = this.memory.find(result.address);
    if (record && !this.own.renewal(result.address)) this.renewedHere.delete(record);
  }

  /** Assigns what the engine has at an address; shows it, unless changes of this tracker are on top of it. */
  #assign(result: Result, id: number, readImages = result.images): void {
    const { address, from, peer } = result;
    if (from !== undefined) this.#assignOne(from, null);
    if (peer === null) return this.#assignOne(address, null);
    const known = this.#confirmed.get(address);
    const record = this.#confirmed.has(address) ? undefined : this.memory.find(address);
    if (readImages) {
      const images = readImages(() => known?.images ?? (record ? imagesFrom(record) : []));
      return this.#assignOne(address, { ...peer, images, imagesAt: id });
    }
    if (known) return this.#assignOne(address, { ...peer, images: known.images, imagesAt: known.imagesAt });
    if (record) this.#show(address, { ...peer, images: SAME_IMAGES, imagesAt: record.imagesAt });
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
    const record = this.memory.find(address);
    if (!peer) {
      if (!record) return;
      this.onReplaced?.(record);
      return this.memory.remove(record);
    }
    const renewal = this.own.renewal(address);
    const shown = renewal ? changed(peer, renewal, address)! : peer;
    const { password, listed, images, imagesAt, sequence, verified, endsAt } = shown;
    const expiresAt = endsAt - this.#offset;
    const wanted = images === SAME_IMAGES ? record?.announced() ?? [] : toImages(images);
    const isSame = record?.password === password && record.sequence === sequence && sameImages(record, wanted);
    if (isSame && (record.verified === verified || verified)) {
      this.memory.setListed(record, listed);
      record.imagesAt = imagesAt;
      if (this.toEngine(record.expiresAt) === endsAt && record.verified === verified) return;
      return this.memory.renew(record, expiresAt, verified);
    }
    if (record) this.onReplaced?.(record);
    const begin = { address: parseAddress(address)!, password, listed, images: wanted, verified, expiresAt };
    this.memory.put(begin, sequence).imagesAt = imagesAt;
  }

  /**
   * Replaces the copy by a snapshot and the entries after it, without an empty list meanwhile. Own changes stay on top
   * of it, but those up to the number `made`, which are in it.
   *
   * @param entries All after the snapshot, and before it those of the last minute.
   */
  load({ position, peers }: RegistrySnapshot, entries: readonly RegistryEntry[], made: number): void {
    this.#confirmMade(entries, made);
    const wanted = new Map(peers);
    for (const { id, results } of entries) {
      this.#remember(id, results);
      if (id <= position) continue;
      for (const result of results) assignIn(wanted, result, id);
    }
    this.#position = Math.max(position, entries.at(-1)?.id ?? 0);
    this.#disturbed.clear();
    this.#confirmed.clear();
    for (const record of [...this.memory.byExpiry()]) {
      const address = formatAddress(record.address);
      if (!wanted.has(address) && this.own.of(address).length === 0) this.#show(address, null);
    }
    for (const [address, peer] of [...wanted].sort(([, a], [, b]) => a.sequence - b.sequence)) {
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
    this.#confirmMade(entries, made);
    const here = [...this.memory.byExpiry()].map(({ address }) => formatAddress(address));
    const known = {
      position: this.#position,
      recent: this.#recent,
      addresses: new Set([...this.#confirmed.keys(), ...here]),
      at: (address: string): SharedPeer | null => {
        this.keepConfirmed(address);
        return this.#confirmed.get(address)!;
      },
    };
    this.own.addFirst(lostChanges(known, snapshot, entries, isOther));
  }

  #confirmMade(entries: readonly RegistryEntry[], made: number): void {
    for (const entry of entries) if (entry.origin === this.#origin) this.#confirm(entry);
    this.own.confirm(made); // If the stream lost that an edit was refused, the peer's next renewal brings the list again.
  }
}
