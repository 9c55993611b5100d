/**
 * Registrations and images as they are kept in memory: each knows the other.
 *
 * @module
 */
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { ownCopy } from "./own_copy.ts";
import type { NewRegistration, Registration, Shared } from "./registry.ts";

/** A registration as it is kept. */
export class Held implements Registration {
  address: Address;
  password: string;
  listed: boolean;
  proven = false;
  until: number;
  /** What it shares, as kept by the table, in the order in which it was named. */
  images: readonly Kept[] = [];
  /** Grows with each `REG`: the larger, the newer. */
  since = 0;
  /** Its last announce, as it came. */
  said: Uint8Array | null = null;

  /** A registration that shares nothing yet. */
  constructor({ address, password, listed, until }: Omit<NewRegistration, "images">) {
    this.address = address;
    this.password = ownCopy(password);
    this.listed = listed;
    this.until = until;
  }

  /** How many images it shares. */
  get count(): number {
    return this.images.length;
  }
}

/** An image as it is kept. */
export class Kept implements Shared {
  readonly md5: string;
  name: string;
  /** Its holders, oldest registration first; most images have one, and arrays for those would take a fifth of all memory. */
  #who: Held | Held[] | null = null;
  /** Its place in the order. */
  slot: number;
  /** The last announce that it was part of: tells what came and went without a set of MD5s. */
  mark = 0;

  /** An image that nobody has yet. */
  constructor({ md5, name }: Image, slot: number) {
    this.md5 = ownCopy(md5);
    this.name = ownCopy(name);
    this.slot = slot;
  }

  /** Who has it, oldest registration first. */
  get holders(): readonly Held[] {
    return this.#who === null ? [] : Array.isArray(this.#who) ? this.#who : [this.#who];
  }

  /** Whether nobody has it. */
  get isEmpty(): boolean {
    return this.#who === null;
  }

  /** Who registered last. */
  get newest(): Held | null {
    return Array.isArray(this.#who) ? this.#who.at(-1)! : this.#who;
  }

  /** Who registered first, and names it. */
  get oldest(): Held | null {
    return Array.isArray(this.#who) ? this.#who[0] : this.#who;
  }

  /** Enters a holder by the age of its registration: most come last. */
  join(held: Held): void {
    if (this.#who === null) this.#who = held;
    else {
      const who = Array.isArray(this.#who) ? this.#who : [this.#who];
      let at = who.length;
      while (at > 0 && who[at - 1].since > held.since) at--;
      who.splice(at, 0, held);
      this.#who = who;
    }
  }

  /** Takes a holder out. */
  leave(held: Held): void {
    if (!Array.isArray(this.#who)) this.#who = null;
    else {
      this.#who.splice(this.#who.indexOf(held), 1);
      if (this.#who.length === 1) this.#who = this.#who[0];
    }
  }
}
