/**
 * Where an address is, as far as the address itself says: on this machine, in a network of one's own, or anywhere.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** An address of this machine, and how many of its bits name the network. */
export interface OwnAddress {
  /** An IP literal. */
  readonly host: string;
  /** Bits of the network part. */
  readonly prefix: number;
}

/** Where an address is: this machine, a network of one's own, or anywhere. */
export type Neighbourhood = "loopback" | "private" | "public";

/** Ranges of ipaddr.js that nobody routes from elsewhere (RFC 1918, RFC 3927, RFC 4193, RFC 4291). */
const PRIVATE = new Set(["private", "linkLocal", "uniqueLocal"]);

/** Where a host is; `host` is an IP literal, IPv4-mapped ones already plain. */
export function neighbourhood(host: string): Neighbourhood {
  const range = ipaddr.parse(host).range();
  return range === "loopback" ? "loopback" : PRIVATE.has(range) ? "private" : "public";
}

/** What one person may use at will: an IPv4 address, or a /64 of IPv6 (RFC 4291, section 2.5.4). */
export function sourceKey(host: string): string {
  if (!host.includes(":")) return host;
  const parsed = ipaddr.parse(host);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).join(":")}/64` : host;
}
