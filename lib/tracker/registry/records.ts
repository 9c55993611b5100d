/** Peers and images as the tracker keeps them in memory: each knows the other. */
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Holds the longest text that is kept, a name, in UTF-8. */
const scratch = new Uint8Array(4_096);

/** The text in memory of its own: the engine keeps a part of a message as a view that keeps the whole message alive. */
export function ownCopy(text: string): string {
  return decoder.decode(scratch.subarray(0, encoder.encodeInto(text, scratch).written));
}

/** How a peer registers, or is restored from elsewhere. */
export interface NewPeerRecord {
  /** Where the peer answers others. */
  readonly address: Address;
  /** The password that protects its registration. */
  readonly password: string;
  /** What it shares, one entry for each MD5. */
  readonly images: readonly Image[];
  /** Whether it appears in lists at once. */
  readonly listed: boolean;
  /** When its lease ends, in milliseconds; `Infinity` for never. */
  readonly expiresAt: number;
  /** Whether it has shown that it is alive, if it is restored. */
  readonly verified?: boolean;
}

/** A peer's registration. Only its registry changes it. */
export class PeerRecord {
  /** Where the peer answers others. */
  address: Address;
  /** The password that protects its registration. */
  password: string;
  /** Whether it appears in lists. */
  listed: boolean;
  /** Whether it has shown that it is alive: it renewed its lease, or answered the tracker. */
  verified = false;
  /** When its lease ends, in milliseconds; `Infinity` for never. */
  expiresAt: number;
  /** Grows with each `REG`: the larger, the newer. */
  sequence = 0;
  /** What it shares, in the order in which it named them; {@link PeerRecord.announced} has its own names for them. */
  images: readonly ImageRecord[] = [];

  /** A peer that shares nothing yet. */
  constructor({ address, password, listed, expiresAt }: Omit<NewPeerRecord, "images">) {
    this.address = address;
    this.password = ownCopy(password);
    this.listed = listed;
    this.expiresAt = expiresAt;
  }

  /** What it shares under the names that it gave: {@link PeerRecord.images} itself where others call them the same. */
  announced(): readonly Image[] {
    if (this.images.every((image) => image.nameFrom(this) === image.name)) return this.images;
    return this.images.map((image) => ({ md5: image.md5, name: image.nameFrom(this) }));
  }
}

/** What a name beside the listed one takes in memory without its characters, in bytes, measured and rounded up. */
const NAME_BYTES = 100;

/** An image and the peers that share it, oldest registration first. */
export class ImageRecord implements Image {
  readonly md5: string;
  /** The name that its oldest holder gave. */
  name: string;
  /** Most images have one holder, and arrays for those would take a fifth of all memory. */
  #holders: PeerRecord | PeerRecord[] | null = null;
  /** The name that each holder gave; `null` while all gave the same. */
  #names: Map<PeerRecord, string> | null = null;
  /** About how many bytes of memory its names take. */
  nameBytes: number;
  /** Its place in the order of all images. */
  slot: number;

  /** An image without a peer yet. */
  constructor({ md5, name }: Image, slot: number) {
    this.md5 = ownCopy(md5);
    this.name = ownCopy(name);
    this.nameBytes = 2 * name.length;
    this.slot = slot;
  }

  /** Who shares it, oldest registration first. */
  get holders(): readonly PeerRecord[] {
    return this.#holders === null ? [] : Array.isArray(this.#holders) ? this.#holders : [this.#holders];
  }

  /** The holder that registered last. */
  get newest(): PeerRecord | null {
    return Array.isArray(this.#holders) ? this.#holders.at(-1)! : this.#holders;
  }

  /** The name that a holder gave. */
  nameFrom(holder: PeerRecord): string {
    return this.#names?.get(holder) ?? this.name;
  }

  /** Adds a holder by the age of its registration: most come last. */
  add(holder: PeerRecord, name: string): void {
    if (this.#holders === null) this.#holders = holder;
    else {
      const holders = Array.isArray(this.#holders) ? this.#holders : [this.#holders];
      let at = holders.length;
      while (at > 0 && holders[at - 1].sequence > holder.sequence) at--;
      holders.splice(at, 0, holder);
      this.#holders = holders;
    }
    this.rename(holder, name);
  }

  /** Removes a holder; the image gets the name that the oldest of the others gave. */
  remove(holder: PeerRecord): void {
    if (Array.isArray(this.#holders)) {
      this.#holders.splice(this.#holders.indexOf(holder), 1);
      if (this.#holders.length === 1) this.#holders = this.#holders[0];
    } else this.#holders = null;
    const name = this.#names?.get(holder);
    if (name === undefined) return;
    this.#names!.delete(holder);
    this.nameBytes -= NAME_BYTES + 2 * name.length;
    this.#chooseName();
  }

  /** Takes the name that a holder gives. */
  rename(holder: PeerRecord, name: string): void {
    if (!this.#names) {
      if (name === this.name) return;
      this.#names = new Map();
      for (const other of this.holders) this.#setName(other, this.name);
    }
    this.#setName(holder, ownCopy(name));
    this.#chooseName();
  }

  #setName(holder: PeerRecord, name: string): void {
    const before = this.#names!.get(holder);
    this.nameBytes += 2 * name.length - (before === undefined ? -NAME_BYTES : 2 * before.length);
    this.#names!.set(holder, name);
  }

  /** Takes the name that the oldest holder gave. */
  #chooseName(): void {
    const [oldest] = this.holders;
    const name = oldest ? this.#names!.get(oldest)! : this.name;
    this.nameBytes += 2 * (name.length - this.name.length);
    this.name = name;
    if (this.#names!.size <= 1) {
      for (const [, last] of this.#names!) this.nameBytes -= NAME_BYTES + 2 * last.length;
      this.#names = null;
    }
  }
}
