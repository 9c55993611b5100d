/** Resolves a host name to an address. */
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

/** The IP address of a host, IPv4 before IPv6 since other trackers know only IPv4; throws the fault `host-unknown`. */
export async function resolveHost(host: string): Promise<string> {
  return (await resolveAll(host))[0];
}

/** All addresses of a host of the same family as {@link resolveHost} gives, which comes first. */
export async function resolveAll(host: string): Promise<[string, ...string[]]> {
  if (isIP(host) !== 0) return [canonical(host)];
  try {
    const found = await lookup(host, { all: true });
    const first = found.find(({ family }) => family === 4) ?? found[0];
    const others = found.filter(({ family, address }) => family === first.family && address !== first.address);
    return [first.address, ...new Set(others.map(({ address }) => address))];
  } catch (error) {
    throw new Fault("host-unknown", { host }, error);
  }
}
