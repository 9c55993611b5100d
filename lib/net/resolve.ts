/** Resolves a host name to its addresses. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { Fault } from "../fault/fault.ts";

/** An address as systems report it for received packets; an unspecified address means this machine. */
function canonical(host: string): string {
  const address = ipaddr.process(host);
  if (address.range() === "unspecified") return address.kind() === "ipv6" ? "::1" : "127.0.0.1";
  return address.toString();
}

/** All addresses of a host, IPv4 before IPv6; throws the fault `host-unknown`. */
export async function resolveHost(host: string): Promise<[string, ...string[]]> {
  if (isIP(host) !== 0) return [canonical(host)];
  try {
    const found = await lookup(host, { all: true });
    const hosts = [4, 6].flatMap((family) => found.filter((it) => it.family === family).map(({ address }) => address));
    return [...new Set(hosts)] as [string, ...string[]];
  } catch (error) {
    throw new Fault("host-unknown", { host }, error);
  }
}
