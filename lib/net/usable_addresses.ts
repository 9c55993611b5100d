/**
 * Which addresses of this machine others can use.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import type { OwnAddress } from "../protocol/network.ts";

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

/** Whether an address is in the network of another. */
export function sameNetwork(one: OwnAddress, other: OwnAddress): boolean {
  const [a, b] = [ipaddr.parse(one.host), ipaddr.parse(other.host)];
  return a.kind() === b.kind() && a.match(b as ipaddr.IPv4 & ipaddr.IPv6, other.prefix);
}
