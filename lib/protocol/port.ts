/**
 * Ports as text, alone and after a host. Separate from addresses, since the command line needs only this before the
 * rest is loaded.
 */

/** The port in `text` (1 to 65535, decimal, no sign, no leading zero), or `null`. */
export function parsePort(text: string): number | null {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

/** A host, which may be a name, and its port, if one was given. */
export interface HostPort {
  /** A name or an IP literal, IPv6 without brackets. */
  readonly host: string;
  /** A port from 1 to 65535. */
  readonly port?: number;
}

/** `host:port`, or the host alone, with an IPv6 address in brackets. */
export function formatHostPort({ host, port }: HostPort): string {
  const literal = host.includes(":") ? `[${host}]` : host;
  return port === undefined ? literal : `${literal}:${port}`;
}

/**
 * Reads `host:port`, `[ipv6]:port`, or a host alone, which may be a name, or an IPv6 address without brackets; `null`
 * if the port is invalid.
 */
export function splitHostPort(text: string): HostPort | null {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  const port = digits === undefined ? undefined : parsePort(digits);
  return port === null ? null : { host: bracketed ?? plain ?? text, port };
}
