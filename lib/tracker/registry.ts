/**
 * Who shares what: the registrations of all peers and the images they make up.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { type Address, formatAddress } from "../wire/address.ts";
import type { Image, ListedImage } from "../wire/image.ts";
import { MAX_PASSWORD_BYTES } from "../wire/limits.ts";

/** One peer's registration. */
export interface Registration {
  /** Where it answers other peers; only {@link Registry.update} moves it. */
  readonly address: Address;
  /** How many images it shares. */
  readonly count: number;
}

interface Held extends Registration {
  address: Address;
  password: string;
  /** Name by MD5. */
  images: Map<string, string>;
  /** Grows with each `REG`: the larger, the newer. */
  since: number;
}

/** All registrations, in memory. A peer is known by its address (IP and TCP port); several may live on one IP. */
export class Registry {
  /** By `ip:port`. */
  readonly #registrations = new Map<string, Held>();
  readonly #byHost = new Map<string, Set<Held>>();
  /** By MD5, in the order in which the images first came: who has it, newest registration first. */
  readonly #holders = new Map<string, Held[]>();
  #clock = 0;

  /** How many peers are registered. */
  get peers(): number {
    return this.#registrations.size;
  }

  /** How many different images they share. */
  get images(): number {
    return this.#holders.size;
  }

  /**
   * `REG`: the peer at `address` shares exactly `images`. Whoever was registered there is replaced, whatever the
   * password: it is a client that crashed and came back (PROTOCOL.md, "As a server, understand").
   */
  register(address: Address, password: string, images: readonly Image[]): Registration {
    const known = this.#registrations.get(formatAddress(address));
    const held = known ?? {
      address,
      password,
      images: new Map(),
      since: 0,
      get count() {
        return this.images.size;
      },
    };
    if (!known) this.#place(held);
    held.password = password;
    held.since = ++this.#clock;
    this.#share(held, images, true);
    return held;
  }

  /**
   * `UPD`: the peer that `host` and `password` name now shares exactly `images`, on `port`.
   *
   * @returns The registration and where it was before, or `null` when there is none to update, or when `port` is held
   * by somebody with another password.
   */
  update(
    address: Address,
    password: string,
    images: readonly Image[],
  ): { registration: Registration; from: Address } | null {
    const held = this.#find(address, password);
    if (!held) return null;
    const from = held.address;
    if (from.port !== address.port) {
      if (this.#registrations.has(formatAddress(address))) return null;
      this.#unplace(held);
      held.address = address;
      this.#place(held);
    }
    this.#share(held, images, false);
    return { registration: held, from };
  }

  /** `END`: takes a registration back. Gives where it was, or `null` when none has this address and password. */
  finish(address: Address, password: string): Address | null {
    const held = this.#find(address, password);
    if (!held) return null;
    this.#unplace(held);
    this.#share(held, [], false);
    return held.address;
  }

  /** The images in their order. The name is the one that the oldest of its holders gave it. */
  *list(): Generator<ListedImage, void> {
    for (const [md5, holders] of this.#holders) {
      yield { md5, name: holders.at(-1)!.images.get(md5)!, peers: holders.map((held) => held.address) };
    }
  }

  /** The registration with this address and password: the same port first, else the only one of this host. */
  #find({ host, port }: Address, password: string): Held | null {
    const own = [...this.#byHost.get(host) ?? []].filter((held) => samePassword(held.password, password));
    return own.find((held) => held.address.port === port) ?? (own.length === 1 ? own[0] : null);
  }

  #place(held: Held): void {
    this.#registrations.set(formatAddress(held.address), held);
    const neighbours = this.#byHost.get(held.address.host);
    if (neighbours) neighbours.add(held);
    else this.#byHost.set(held.address.host, new Set([held]));
  }

  #unplace(held: Held): void {
    this.#registrations.delete(formatAddress(held.address));
    const neighbours = this.#byHost.get(held.address.host)!;
    neighbours.delete(held);
    if (neighbours.size === 0) this.#byHost.delete(held.address.host);
  }

  /** Makes `held` share exactly `images`, touching only what changes, so that entries keep their order. */
  #share(held: Held, images: readonly Image[], renewed: boolean): void {
    const before = held.images;
    held.images = new Map(images.map(({ md5, name }) => [md5, name]));
    for (const md5 of held.images.keys()) {
      const holders = this.#holders.get(md5);
      if (!holders) {
        this.#holders.set(md5, [held]);
      } else if (renewed || !before.has(md5)) {
        if (before.has(md5)) holders.splice(holders.indexOf(held), 1);
        const older = holders.findIndex((other) => other.since < held.since);
        holders.splice(older < 0 ? holders.length : older, 0, held);
      }
    }
    for (const md5 of before.keys()) {
      if (held.images.has(md5)) continue;
      const holders = this.#holders.get(md5)!;
      holders.splice(holders.indexOf(held), 1);
      if (holders.length === 0) this.#holders.delete(md5);
    }
  }
}

const encoder = new TextEncoder();
const left = new Uint8Array(MAX_PASSWORD_BYTES);
const right = new Uint8Array(MAX_PASSWORD_BYTES);

/** Compares in a time that does not depend on where the two differ. No password holds a NUL, so the padding is safe. */
function samePassword(a: string, b: string): boolean {
  encoder.encodeInto(a, left.fill(0));
  encoder.encodeInto(b, right.fill(0));
  return timingSafeEqual(left, right);
}
