/** Peers and images as the tracker keeps them in memory: each knows the other. */
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Has room for the longest text that is kept, a name, in UTF-8. */
const scratch = new Uint8Array(4_096);

/** A copy of the text: the engine stores a part of a message as a view that keeps the whole message in memory. */
export function ownCopy(text: string): string {
  return decoder.decode(scratch.subarray(0, encoder.encodeInto(text, scratch).written));
}

/** A new registration, or one that is restored. */
export interface NewPeerRecord {
  /** Where the peer answers others. */
  readonly address: Address;
  /** The password that protects its registration. */
  readonly password: string;
  /** The images that it shares, one for each MD5. */
  readonly images: readonly Image[];
  /** Whether it appears in lists at once. */
  readonly listed: boolean;
  /** When its lease ends, in milliseconds; `Infinity` if never. */
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
  /** When its lease ends, in milliseconds; `Infinity` if never. */
  expiresAt: number;
  /** Increases with each `REG`: the larger, the newer. */
  sequence = 0;
  /** The entry of a shared registry's stream that set its images; 0 while none did. */
  imagesAt = 0;
  /** The images that it shares, in the order of its announce; {@link PeerRecord.announced} has its names for them. */
  images: readonly ImageRecord[] = [];

  /** A peer without images. */
  constructor({ address, password, listed, expiresAt }: Omit<NewPeerRecord, "images">) {
    this.address = address;
    this.password = ownCopy(password);
    this.listed = listed;
    this.expiresAt = expiresAt;
  }

  /** The images under the names that it gave: {@link PeerRecord.images} itself if these are the listed names. */
  announced(): readonly Image[] {
    if (this.images.every((image) => image.nameFrom(this) === image.name)) return this.images;
    return this.images.map((image) => ({ md5: image.md5, name: image.nameFrom(this) }));
  }
}

/** The memory of a name other than the common one without its characters, in bytes, measured and rounded up. */
const NAME_BYTES = 100;

/** An image and the peers that share it, oldest registration first. */
export class ImageRecord implements Image {
  readonly md5: string;
  /** Most images have one holder, and arrays for these would take a fifth of all memory. */
  #holders: PeerRecord | PeerRecord[] | null = null;
  /** The name given by each holder that is not among {@link ImageRecord.#others}. */
  #common: string;
  /** The other names; `null` while there are none. So each change costs the same, however many holders there are. */
  #others: Map<PeerRecord, string> | null = null;
  #otherBytes = 0;
  /** Its position in the order of all images. */
  slot: number;
  /** The version of the registry after the last change of its entry in a list. */
  version = 0;

  /** An image without a holder. */
  constructor({ md5, name }: Image, slot: number) {
    this.md5 = ownCopy(md5);
    this.#common = ownCopy(name);
    this.slot = slot;
  }

  /** The name given by its oldest holder. */
  get name(): string {
    const oldest = Array.isArray(this.#holders) ? this.#holders[0] : this.#holders;
    return oldest ? this.nameFrom(oldest) : this.#common;
  }

  /** About how many bytes of memory its names take. */
  get nameBytes(): number {
    return 2 * this.#common.length + this.#otherBytes;
  }

  /** The peers that share it, oldest registration first. */
  get holders(): readonly PeerRecord[] {
    return this.#holders === null ? [] : Array.isArray(this.#holders) ? this.#holders : [this.#holders];
  }

  /** The holder that registered last. */
  get newest(): PeerRecord | null {
    return Array.isArray(this.#holders) ? this.#holders.at(-1)! : this.#holders;
  }

  /** Whether a holder is where its sequence belongs; it is elsewhere when it registered again. */
  isInOrder(holder: PeerRecord): boolean {
    const holders = this.#holders;
    if (!Array.isArray(holders)) return true;
    const at = this.newest === holder ? holders.length - 1 : holders.indexOf(holder);
    const [before, after] = [holders[at - 1], holders[at + 1]];
    return (!before || before.sequence < holder.sequence) && (!after || after.sequence > holder.sequence);
  }

  /** The name given by a holder. */
  nameFrom(holder: PeerRecord): string {
    return this.#others?.get(holder) ?? this.#common;
  }

  /** Adds a holder in the order of registrations: most are the newest. */
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

  /** Removes a holder; the image gets the name given by the oldest remaining holder. */
  remove(holder: PeerRecord): void {
    if (Array.isArray(this.#holders)) {
      this.#holders.splice(this.#holders.indexOf(holder), 1);
      if (this.#holders.length === 1) this.#holders = this.#holders[0];
    } else this.#holders = null;
    this.#forgetName(holder);
    this.#simplify();
  }

  /** Changes the name given by a holder. */
  rename(holder: PeerRecord, name: string): void {
    this.#forgetName(holder);
    if (name === this.#common) return;
    this.#others ??= new Map();
    this.#others.set(holder, ownCopy(name));
    this.#otherBytes += NAME_BYTES + 2 * name.length;
    this.#simplify();
  }

  #forgetName(holder: PeerRecord): void {
    const name = this.#others?.get(holder);
    if (name === undefined) return;
    this.#others!.delete(holder);
    this.#otherBytes -= NAME_BYTES + 2 * name.length;
    if (this.#others!.size === 0) this.#others = null;
  }

  /** The name of an only holder is the common one. */
  #simplify(): void {
    if (this.#others === null || Array.isArray(this.#holders)) return;
    [this.#common, this.#others, this.#otherBytes] = [this.name, null, 0];
  }
}
