/** The addresses of this machine, and those by which others can reach it. */
import ipaddr from "ipaddr.js";
import { isShortage } from "../fault/reason.ts";
import { type Address, canonicalHost } from "../protocol/address.ts";
import { addressScope, type OwnAddress } from "../protocol/network.ts";
import { isPassedOver } from "./dial_policy.ts";

/** The addresses that the system last gave: asking needs a file descriptor, and if none is free these are used. */
let own: OwnAddress[] | null = null;

/** Each address of this machine with its network; only `instead` if it is given. */
export function ownAddresses(instead?: string): OwnAddress[] {
  if (instead !== undefined) return [{ host: instead, prefix: 0 }];
  try {
    own = Deno.networkInterfaces().map(({ address, cidr }) => ({ host: address, prefix: Number(cidr.split("/")[1]) }));
  } catch (error) {
    if (own === null || !isShortage(error)) throw error;
  }
  return own;
}

/** The addresses by which others could reach a socket that is open on `address`: for all interfaces, one for each. */
export function reachableAddresses(address: Address): Address[] {
  const { host, port } = address;
  if (host !== "::" && host !== "0.0.0.0") return [address];
  return Deno.networkInterfaces()
    .filter(({ address, family }) => family === "IPv4" || (host === "::" && !address.startsWith("fe80:")))
    .map(({ address }) => ({ host: address, port }));
}

/** The addresses that others can use, of one family: IPv4 if there is any, since lists show most clients only IPv4. */
export function usableAddresses(own: readonly OwnAddress[], tracker: string | null): OwnAddress[] {
  const usable = own.filter(({ host }) => !["loopback", "linkLocal"].includes(ipaddr.parse(host).range()));
  const [six, four] = [true, false].map((it) => usable.filter(({ host }) => host.includes(":") === it));
  return tracker?.includes(":") || four.length === 0 ? six : four;
}

/**
 * The addresses by which a tracker probably lists this machine: those in the tracker's network, else all that others
 * can use, else the tracker's own if it is on this machine. One that is asked by a loopback address lists that to this
 * machine, and to others what they can use.
 */
export function listedAddresses(own: readonly OwnAddress[], tracker: string): string[] {
  const usable = usableAddresses(own, tracker);
  const near = usable.filter((one) => sameNetwork({ host: tracker, prefix: one.prefix }, one));
  const hosts = (near.length > 0 ? near : usable).map(({ host }) => host);
  return hosts.length === 0 || addressScope(tracker) === "loopback" ? [tracker, ...hosts] : hosts;
}

export function sameNetwork(one: OwnAddress, other: OwnAddress): boolean {
  const [a, b] = [ipaddr.parse(one.host), ipaddr.parse(other.host)];
  return a.kind() === b.kind() && a.match(b as ipaddr.IPv4 & ipaddr.IPv6, other.prefix);
}

/** How long the addresses are remembered, in milliseconds: for one list they are needed thousands of times. */
const SAME_MS = 5_000;

/** The addresses of this machine, asked again from time to time. */
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
