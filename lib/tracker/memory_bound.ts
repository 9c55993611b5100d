/**
 * The memory that registrations may take. A change that needs more removes the oldest peers that never proved alive, and
 * without any is taken back. Where trackers share the registry, each removes only peers that it took or looks after, and
 * no more than its own changes need. If others have more memory, what they took stays, and it removes only whom it took.
 */
import type { LastAnnounces } from "./last_announces.ts";
import type { NewPeerRecord, PeerRecord } from "./registry/records.ts";
import type { Registry } from "./registry/registry.ts";
import { limit } from "./tracker_limits.ts";

const DEFAULT_BYTES = limit("bytes of memory for registrations");

/** At most how many bytes an announce adds for each of its bytes, see `ImageTable`. */
const BYTES_PER_BYTE = 14;

/** Trackers with the same memory exceed it by less, by what each took at the same moment. */
const OUTGROWN = 9 / 8;

export class MemoryBound {
  /** How many bytes registrations may take. */
  readonly bytes: number;
  readonly #registry: Registry;
  readonly #announces: LastAnnounces;

  constructor(registry: Registry, announces: LastAnnounces, bytes: number = DEFAULT_BYTES) {
    [this.bytes, this.#registry, this.#announces] = [bytes, registry, announces];
  }

  /** Whether other trackers that share the registry have more memory. */
  get isOutgrown(): boolean {
    return this.#registry.bytes > OUTGROWN * this.bytes;
  }

  /**
   * Makes a change of one registration.
   *
   * @param known The registration before, if there is one.
   * @param announced The length of the request, in bytes.
   * @returns Whether there is room; if not, the registration is as before.
   */
  change(known: PeerRecord | undefined, announced: number, change: () => PeerRecord): boolean {
    const taken = this.#registry.bytes;
    const { isOutgrown } = this;
    // Others need not hear of it.
    if (!known && taken >= this.bytes && !this.#registry.oldestUnverified(isOutgrown)) return false;
    const isTight = taken + BYTES_PER_BYTE * announced > this.bytes;
    const before = known && isTight ? copyOf(known) : null;
    const peer = change();
    const most = Math.max(this.bytes, taken);
    while (this.#registry.bytes > most) {
      const oldest = this.#registry.oldestUnverified(isOutgrown, peer);
      if (oldest) this.#remove(oldest);
      else if (!known) return this.#remove(peer);
      else return before === null || this.#restore(peer, before);
    }
    this.#announces.shrink(this.bytes - this.#registry.bytes);
    return true;
  }

  /** Keeps the bytes of an announce, as long as there is room for them too. */
  keep(peer: PeerRecord, bytes: Uint8Array): void {
    this.#announces.keep(peer, bytes);
    this.#announces.shrink(this.bytes - this.#registry.bytes);
  }

  #remove(peer: PeerRecord): false {
    this.#announces.drop(peer);
    this.#registry.remove(peer);
    return false;
  }

  #restore(peer: PeerRecord, before: NewPeerRecord & { sequence: number }): false {
    if (peer.sequence !== before.sequence) this.#registry.put(before);
    else {
      this.#registry.update(peer, before.address.port, before.images);
      this.#registry.setListed(peer, before.listed);
    }
    return false;
  }
}

function copyOf(peer: PeerRecord): NewPeerRecord & { sequence: number } {
  const images = peer.images.map((image) => ({ md5: image.md5, name: image.nameFrom(peer) }));
  const { address, password, listed, expiresAt, verified, sequence } = peer;
  return { address, password, images, listed, expiresAt, verified, sequence };
}
