/**
 * Who shares what: the seam between the tracker's decisions and whatever keeps the registrations. All of it answers at
 * once and from memory; a store that is shared between trackers keeps a copy here and carries changes to the others in
 * the background, so that no request waits for another machine.
 *
 * @module
 */
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";

/** One peer's registration. Only its registry changes it. */
export interface Registration {
  /** Where it answers other peers. */
  readonly address: Address;
  /** The word that protects it. */
  readonly password: string;
  /** How many images it shares. */
  readonly count: number;
  /** Whether it stands in lists. */
  readonly listed: boolean;
  /** Whether it has shown that it lives: it renewed itself, or answered the tracker. */
  readonly proven: boolean;
  /** Until when it is kept unrenewed, in milliseconds. */
  readonly until: number;
  /** Grows with each `REG`: the larger, the newer. */
  readonly since: number;
}

/** An image as it stands in a list: who has it, oldest registration first, listed or not. */
export interface Shared extends Image {
  /** Those who have it. */
  readonly holders: readonly Registration[];
}

/** How a registration begins, or is taken up again. */
export interface NewRegistration {
  /** Where the peer answers others. */
  readonly address: Address;
  /** The word that protects it. */
  readonly password: string;
  /** What it shares, one entry for each MD5. */
  readonly images: readonly Image[];
  /** Whether it stands in lists at once. */
  readonly listed: boolean;
  /** Until when it is kept unrenewed, in milliseconds. */
  readonly until: number;
  /** Whether it has shown that it lives, when it is taken up from elsewhere. */
  readonly proven?: boolean;
}

/** Keeps registrations. {@link MemoryRegistry} is the one in memory; one contract test holds for all. */
export interface Registry {
  /** How many peers are registered. */
  readonly peers: number;
  /** How many different images they share. */
  readonly images: number;
  /** About how many bytes of memory it takes. */
  readonly bytes: number;

  /** The registration at this address and port. */
  at(address: Address): Registration | undefined;
  /** The registrations of a host, with those of its /64 in IPv6. */
  of(host: string): readonly Registration[];
  /** All registrations, the one whose time is up first coming first. */
  byAge(): Iterable<Registration>;
  /** The images of a registration, in the order in which it named them: the same array until they change. */
  imagesOf(registration: Registration): readonly Image[];

  /** Begins a registration, or replaces the one at its address: the newest is the first holder of its images. */
  put(registration: NewRegistration): Registration;
  /**
   * Replaces what a registration shares, and moves it to `port`, which nobody else may hold.
   *
   * @returns Whether anything is different now.
   */
  update(registration: Registration, port: number, images: readonly Image[]): boolean;
  /** What it said last, to read the next announce by what is different; nothing when that would not help. */
  saidBy(registration: Registration): Uint8Array | null;
  /** Remembers what it said. */
  remember(registration: Registration, said: Uint8Array | null): void;
  /** It is kept until `until`; and has shown that it lives, unless `lives` is false. */
  renew(registration: Registration, until: number, lives?: boolean): void;
  /** Takes it into lists, or out of them. */
  setListed(registration: Registration, listed: boolean): void;
  /** Forgets it. */
  remove(registration: Registration): void;
  /** The oldest registration that never proved itself, other than `spared`. */
  leastProven(spared: Registration): Registration | undefined;

  /** Another number after each change of what a list may show. */
  readonly version: number;
  /** The images in the order in which they first came, in blocks of some dozens. */
  readonly blocks: readonly Block[];
}

/** Some images that stand together in a list. */
export interface Block {
  /** {@link Registry.version} after its last change. */
  readonly version: number;
  /** The images, `null` where one went. */
  readonly images: readonly (Shared | null)[];
}
