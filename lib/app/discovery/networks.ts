/** The networks of this machine on which trackers are announced and looked for. */
import ipaddr from "ipaddr.js";
import { addressScope, type OwnAddress } from "../../protocol/network.ts";
import { sameNetwork } from "../../net/own_addresses.ts";
import type { DnsMessage } from "./dns_message.ts";

/** A network that this machine is on. */
export interface LocalNetwork {
  /** The name of the interface, such as `eth0`. */
  readonly name: string;
  /** The address by which the interface is chosen for IPv4; `null` without IPv4. */
  readonly ipv4: string | null;
  /** The index by which the interface is chosen for IPv6; `null` without IPv6. */
  readonly ipv6: number | null;
  /** The addresses that others in this network can use, IPv4 first. */
  readonly own: readonly OwnAddress[];
}

/** An address of an interface, as Deno gives it. */
export type InterfaceAddress = Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address" | "cidr" | "scopeid">;

/** More networks than a machine is on, but for those of containers. */
export const MAX_NETWORKS = 8;

/**
 * The private networks among the interfaces: those with an address that is private, link-local (IPv4) or unique local
 * (IPv6), but not those with a public IPv4 address, whose neighbours are strangers. Public addresses of IPv6, which
 * many homes have, are not announced, and link-local ones neither: a client would need the name of its interface.
 *
 * @param host Only the network with this address; default: all.
 */
export function localNetworks(interfaces: readonly InterfaceAddress[], host?: string): LocalNetwork[] {
  const names = [...new Set(interfaces.map(({ name }) => name))];
  return names.map((name) => networkOf(name, interfaces.filter((it) => it.name === name), host))
    .filter((it) => it !== null)
    .slice(0, MAX_NETWORKS);
}

function networkOf(name: string, addresses: readonly InterfaceAddress[], host?: string): LocalNetwork | null {
  const four = addresses.filter(({ family }) => family === "IPv4");
  const six = addresses.filter(({ family }) => family === "IPv6");
  if (four.some(({ address }) => addressScope(address) === "public")) return null;
  const usable = [...four, ...six].filter(({ address }) =>
    isShared(address) && (host === undefined || address === host)
  );
  if (usable.length === 0) return null;
  const linkLocal = six.find(({ address }) => ipaddr.parse(address).range() === "linkLocal");
  return {
    name,
    ipv4: four[0]?.address ?? null,
    ipv6: linkLocal?.scopeid || null,
    own: usable.map(({ address, cidr }) => ({ host: address, prefix: Number(cidr.split("/")[1]) })),
  };
}

/** Whether an address is one that machines of one network give each other; text from the network is none. */
export function isShared(host: string): boolean {
  if (!ipaddr.isValid(host) || host.includes("%")) return false;
  const address = ipaddr.parse(host);
  return ["private", "uniqueLocal"].includes(address.range()) || // RFC 1918, RFC 4193
    (address.range() === "linkLocal" && address.kind() === "ipv4"); // RFC 3927
}

/**
 * The networks that a datagram from `source` can have come from: multicast DNS is answered on its own link alone
 * (RFC 6762, section 11). Of a link-local source the interface is not known.
 */
export function networksOf(source: string, networks: readonly LocalNetwork[]): LocalNetwork[] {
  const host = source.split("%")[0];
  if (!ipaddr.isValid(host)) return [];
  const address = ipaddr.process(host);
  if (address.kind() === "ipv6" && address.range() === "linkLocal") return networks.filter(({ ipv6 }) => ipv6 !== null);
  return networks.filter(({ own }) => own.some((it) => sameNetwork({ host: `${address}`, prefix: it.prefix }, it)));
}

/**
 * The networks in which a message was heard: those of its source, and of these, if it has addresses of some, these alone,
 * since a tracker sends in each network the addresses that it has there.
 */
export function networksHeardIn(
  { records }: DnsMessage,
  source: string,
  networks: readonly LocalNetwork[],
): LocalNetwork[] {
  const possible = networksOf(source, networks);
  if (possible.length < 2) return possible;
  const hosts = records.flatMap((it) => "host" in it && ipaddr.isValid(it.host) ? [it.host] : []);
  const near = possible.filter(({ own }) =>
    own.some((it) => hosts.some((host) => sameNetwork({ host, prefix: it.prefix }, it)))
  );
  return near.length > 0 ? near : possible;
}
