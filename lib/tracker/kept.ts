/**
 * Registrations and images as they are kept in memory: each knows the other.
 *
 * @module
 */
import type { Address } from "../wire/address.ts";
import type { Image } from "../wire/image.ts";
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
  holders: Held[] = [];
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
}
