/**
 * Registrations in memory, kept both ways: by peer (what does it share) and by image (who has it), so that a change
 * costs what changed.
 *
 * @module
 */
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { notify } from "../../fault/notify.ts";
import { ImageTable } from "./image_table.ts";
import { Held } from "./records.ts";
import { ownCopy } from "./own_copy.ts";
import { sourceKey } from "../../protocol/network.ts";
import type { Block, NewRegistration, Registration, Registry } from "./registry.ts";

/** What a registration takes without its images, in bytes, measured and rounded up. */
const REGISTRATION_BYTES = 700;

/** What remembering an announce takes beside its own bytes, measured and rounded up. */
const SAID_BYTES = 300;

function saidBytes(said: Uint8Array | null): number {
  return said ? said.length + SAID_BYTES : 0;
}

/** What a store reports, so that it can be carried elsewhere. What it throws goes to standard error, and stops nothing. */
export interface Watcher {
  /** Something about it changed; `images`: also what it shares. */
  changed(registration: Registration, images: boolean): void;
  /** It is gone, or was moved from this address. */
  gone(address: Address): void;
}

/** All registrations, in memory. */
export class MemoryRegistry implements Registry {
  readonly #at = new Map<string, Held>();
  readonly #bySource = new Map<string, Held[]>();
  /** The one renewed longest ago comes first: a set keeps the order in which its members came. */
  readonly #byAge = new Set<Held>();
  readonly #unproven = new Set<Held>();
  readonly #table = new ImageTable();
  readonly #watcher: Watcher | undefined;
  #since = 0;
  #saidBytes = 0;

  /** No registrations yet; `watcher` is told of each change. */
  constructor(watcher?: Watcher) {
    this.#watcher = watcher;
  }

  get peers(): number {
    return this.#at.size;
  }

  get images(): number {
    return this.#table.size;
  }

  get bytes(): number {
    return this.#at.size * REGISTRATION_BYTES + this.#table.bytes + this.#saidBytes;
  }

  get version(): number {
    return this.#table.version;
  }

  get blocks(): readonly Block[] {
    return this.#table.blocks;
  }

  at(address: Address): Registration | undefined {
    return this.#at.get(formatAddress(address));
  }

  of(host: string): readonly Registration[] {
    return this.#bySource.get(sourceKey(host)) ?? [];
  }

  byAge(): Iterable<Registration> {
    return this.#byAge;
  }

  imagesOf(registration: Registration): readonly Image[] {
    return (registration as Held).images;
  }

  put(begin: NewRegistration): Registration {
    const known = this.#at.get(formatAddress(begin.address));
    const held = known ?? new Held(begin);
    if (held.password !== begin.password) held.password = ownCopy(begin.password);
    if (known) this.setListed(held, begin.listed);
    else this.#place(held);
    held.since = ++this.#since;
    held.proven = begin.proven ?? false;
    if (held.proven) this.#unproven.delete(held);
    else this.#unproven.add(held);
    this.#keepUntil(held, begin.until);
    held.images = this.#table.share(held, begin.images, true);
    notify(() => this.#watcher?.changed(held, true));
    return held;
  }

  /** Takes up registrations from elsewhere, the oldest first. */
  restore(registrations: Iterable<NewRegistration>): void {
    for (const registration of registrations) this.put(registration);
    const byAge = [...this.#byAge].sort((a, b) => a.until - b.until);
    this.#byAge.clear();
    for (const held of byAge) this.#byAge.add(held);
  }

  update(registration: Registration, port: number, images: readonly Image[]): boolean {
    const held = registration as Held;
    const before = this.version;
    const moved = held.address.port !== port;
    if (moved) {
      notify(() => this.#watcher?.gone(held.address));
      this.#unplace(held);
      held.address = { host: held.address.host, port };
      this.#place(held);
      this.#table.touch(held);
    }
    held.images = this.#table.share(held, images, false);
    const changed = moved || this.version !== before;
    if (changed) notify(() => this.#watcher?.changed(held, true));
    return changed;
  }

  saidBy(registration: Registration): Uint8Array | null {
    return (registration as Held).said;
  }

  remember(registration: Registration, said: Uint8Array | null): void {
    // Where another holder names an image, what is said has to be read to know when that changes.
    const held = registration as Held;
    const kept = held.images.every(({ oldest }) => oldest === held) ? said : null;
    this.#saidBytes += saidBytes(kept) - saidBytes(held.said);
    held.said = kept;
  }

  renew(registration: Registration, until: number, lives = true): void {
    const held = registration as Held;
    held.proven ||= lives;
    if (lives) this.#unproven.delete(held);
    this.#keepUntil(held, until);
    notify(() => this.#watcher?.changed(held, false));
  }

  setListed(registration: Registration, listed: boolean): void {
    const held = registration as Held;
    if (held.listed === listed) return;
    held.listed = listed;
    this.#table.touch(held);
    notify(() => this.#watcher?.changed(held, false));
  }

  remove(registration: Registration): void {
    const held = registration as Held;
    this.#unplace(held);
    this.#byAge.delete(held);
    this.#unproven.delete(held);
    this.#saidBytes -= saidBytes(held.said);
    held.said = null;
    held.images = this.#table.share(held, [], false);
    notify(() => this.#watcher?.gone(held.address));
  }

  leastProven(spared: Registration): Registration | undefined {
    for (const held of this.#unproven) if (held !== spared) return held;
  }

  #keepUntil(held: Held, until: number): void {
    held.until = until;
    this.#byAge.delete(held);
    this.#byAge.add(held);
  }

  #place(held: Held): void {
    this.#at.set(formatAddress(held.address), held);
    const neighbours = this.#bySource.get(sourceKey(held.address.host));
    if (neighbours) neighbours.push(held);
    else this.#bySource.set(sourceKey(held.address.host), [held]);
  }

  #unplace(held: Held): void {
    this.#at.delete(formatAddress(held.address));
    const neighbours = this.#bySource.get(sourceKey(held.address.host))!;
    neighbours.splice(neighbours.indexOf(held), 1);
    if (neighbours.length === 0) this.#bySource.delete(sourceKey(held.address.host));
  }
}
