/**
 * Whom the tracker trusts how far: trust follows the address (PROTOCOL.md, "Trust").
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** Where an address is: this machine, a network of one's own, or anywhere. */
export type Neighbourhood = "loopback" | "private" | "public";

/** How trust is given: by address, to everybody, or to nobody. */
export type TrustPolicy = "by-address" | "open" | "strict";

/** Ranges of ipaddr.js that nobody routes from elsewhere (RFC 1918, RFC 3927, RFC 4193, RFC 4291). */
const PRIVATE = new Set(["private", "linkLocal", "uniqueLocal"]);

/** Where a host is; `host` is an IP literal, IPv4-mapped ones already plain. */
export function neighbourhood(host: string): Neighbourhood {
  const range = ipaddr.parse(host).range();
  return range === "loopback" ? "loopback" : PRIVATE.has(range) ? "private" : "public";
}

/** Whether what comes from there must be proven before others are sent there, or large answers given. */
export function isGuarded(where: Neighbourhood, policy: TrustPolicy): boolean {
  return policy === "strict" || (policy === "by-address" && where === "public");
}

/** What one person may use at will: an IPv4 address, or a /64 of IPv6 (RFC 4291, section 2.5.4). */
export function sourceKey(host: string): string {
  if (!host.includes(":")) return host;
  const parsed = ipaddr.parse(host);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).join(":")}/64` : host;
}
