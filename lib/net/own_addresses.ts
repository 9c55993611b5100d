/** The addresses of this machine, and which of them others can use. */
import ipaddr from "ipaddr.js";
import { isShortage } from "../fault/reason.ts";
import { type Address, canonicalHost } from "../protocol/address.ts";
import type { OwnAddress } from "../protocol/network.ts";
import { isPassedOver } from "./dial_policy.ts";

/** What the system gave last: it needs a descriptor, and where none is left, these are taken. */
let own: OwnAddress[] | null = null;

/** Each address of this machine with its network, or `instead` alone, when it is given. */
export function ownAddresses(instead?: string): OwnAddress[] {
  if (instead !== undefined) return [{ host: instead, prefix: 0 }];
  try {
    own = Deno.networkInterfaces().map(({ address, cidr }) => ({ host: address, prefix: Number(cidr.split("/")[1]) }));
  } catch (error) {
    if (own === null || !isShortage(error)) throw error;
  }
  return own;
}

/** The addresses under which others could reach a socket that is open on `address`: for all interfaces, each one's. */
export function reachableAddresses(address: Address): Address[] {
  const { host, port } = address;
  if (host !== "::" && host !== "0.0.0.0") return [address];
  return Deno.networkInterfaces()
    .filter(({ address, family }) => family === "IPv4" || (host === "::" && !address.startsWith("fe80:")))
    .map(({ address }) => ({ host: address, port }));
}

/** Addresses that others can use: of one family, IPv4 where there is any, since lists show no other to most. */
export function usableAddresses(own: readonly OwnAddress[], tracker: string | null): OwnAddress[] {
  const usable = own.filter(({ host }) => !["loopback", "linkLocal"].includes(ipaddr.parse(host).range()));
  const [six, four] = [true, false].map((it) => usable.filter(({ host }) => host.includes(":") === it));
  return tracker?.includes(":") || four.length === 0 ? six : four;
}

/**
 * The addresses under which a tracker lists this machine, as far as this machine knows: those in its network,
 * else all that others can use, else its own when it is on this machine alone.
 */
export function listedAddresses(own: readonly OwnAddress[], tracker: string): string[] {
  const usable = usableAddresses(own, tracker);
  const near = usable.filter((one) => sameNetwork({ host: tracker, prefix: one.prefix }, one));
  const hosts = (near.length > 0 ? near : usable).map(({ host }) => host);
  return hosts.length > 0 ? hosts : [tracker];
}

export function sameNetwork(one: OwnAddress, other: OwnAddress): boolean {
  const [a, b] = [ipaddr.parse(one.host), ipaddr.parse(other.host)];
  return a.kind() === b.kind() && a.match(b as ipaddr.IPv4 & ipaddr.IPv6, other.prefix);
}

/** How long the addresses are taken to be the same, in milliseconds: a list asks of thousands. */
const SAME_MS = 5_000;

/** The addresses of this machine, asked of the system now and then. */
export class OwnHosts {
  #at = -Infinity;
  #addresses: readonly OwnAddress[] = [];
  #hosts: ReadonlySet<string> = new Set();

  /** @param host In its canonical form. */
  has(host: string): boolean {
    this.#look();
    return this.#hosts.has(host);
  }

  /** Whether a peer on `host` is passed over in the list of this tracker; see {@link isPassedOver}. */
  passOver(host: string, tracker: string): boolean {
    this.#look();
    return isPassedOver(host, tracker, this.#addresses);
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#at < SAME_MS) return;
    this.#at = now;
    this.#addresses = ownAddresses();
    this.#hosts = new Set(this.#addresses.map((it) => canonicalHost(it.host)));
  }
}
