/** Addresses of peers and trackers: an IP literal and a port, as text `ip:port` or `[ip]:port` (IPv6). */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { parsePort } from "./port.ts";

/** The address of a peer or tracker. */
export interface Address {
  /** An IP literal in its canonical form (RFC 5952), IPv6 without brackets; never a host name, so that no text from the network causes a DNS query. */
  readonly host: string;
  /** A port from 1 to 65535. */
  readonly port: number;
}

/** The port of a tracker unless another is configured (PROTOCOL.md, "Roles"). */
export const DEFAULT_TRACKER_PORT = 13_377;

/** `ip:port`, with an IPv6 address in brackets (RFC 3986, section 3.2.2). */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Reads `ip:port` or `[ip]:port`, or the `port:ip` of one known server; `null` for anything else. The host of the
 * result is canonical.
 */
export function parseAddress(text: string): Address | null {
  const match = /^\[([^\]]+)\]:(\d+)$/.exec(text) ?? /^([^:]+):(\d+)$/.exec(text);
  if (match) {
    const port = parsePort(match[2]);
    return port !== null && isIP(match[1]) !== 0 ? { host: canonicalHost(match[1]), port } : null;
  }
  const swapped = /^(\d+):([^:]+)$/.exec(text);
  const port = swapped && parsePort(swapped[1]);
  return swapped && port && isIP(swapped[2]) === 4 ? { host: swapped[2], port } : null;
}

/**
 * The canonical form of an IP literal, in which hosts are compared: IPv6 shortened and in lower case (RFC 5952),
 * without a zone, since that names an interface of the machine that wrote it (RFC 4007, section 11.2); an IPv4 address
 * written as IPv6 (RFC 4291, section 2.5.5) as IPv4.
 */
export function canonicalHost(host: string): string {
  if (!host.includes(":")) return host; // IPv4 has one form.
  if (host.startsWith("::ffff:") && host.includes(".")) return host.slice(7); // As in sockets of both families.
  const [literal] = host.split("%");
  return ipaddr.process(literal).toString();
}

/** Whether both are the same address and port. */
export function sameAddress(a: Address, b: Address): boolean {
  return a.host === b.host && a.port === b.port;
}
