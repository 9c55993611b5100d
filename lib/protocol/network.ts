/** The scope of an address, and the source that it belongs to. */
import ipaddr from "ipaddr.js";

/** An address of this machine, and the length of its network prefix. */
export interface OwnAddress {
  /** An IP literal. */
  readonly host: string;
  /** Bits of the network part. */
  readonly prefix: number;
}

/** How far an address reaches: this machine, a private network, or the whole Internet. */
export type AddressScope = "loopback" | "private" | "public";

/** Ranges of ipaddr.js that are not routed from elsewhere (RFC 1918, RFC 3927, RFC 4193, RFC 4291). */
const PRIVATE = new Set(["private", "linkLocal", "uniqueLocal"]);

/** The scope of a host; `host` is an IP literal in its canonical form. */
export function addressScope(host: string): AddressScope {
  const range = ipaddr.parse(host).range();
  return range === "loopback" ? "loopback" : PRIVATE.has(range) ? "private" : "public";
}

/**
 * The source of a host, all addresses that one person can use freely: an IPv4 address, or a /64 of IPv6 (RFC 4291,
 * section 2.5.4).
 */
export function sourceKey(host: string): string {
  if (!host.includes(":")) return host;
  const parsed = ipaddr.parse(host);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).join(":")}/64` : host;
}
