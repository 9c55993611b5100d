/**
 * Which addresses of a list are connected to, by what they are. A tracker elsewhere must not make a client speak with the
 * services of its own machine, or with everybody at once.
 */
import ipaddr from "ipaddr.js";
import type { OwnAddress } from "../protocol/network.ts";

/**
 * Whether a peer's address is passed over: multicast, broadcast, and where the tracker is not on this machine, loopback,
 * unspecified and link-local ones, unless the tracker itself is on that link. Hosts are
 * IP literals. Pure.
 */
export function isPassedOver(host: string, tracker: string, own: readonly OwnAddress[]): boolean {
  const address = ipaddr.process(host.split("%")[0]);
  const range = address.range();
  if (range === "multicast" || range === "broadcast") return true;
  if (own.some((it) => isBroadcastOf(address, it))) return true;
  const from = ipaddr.process(tracker.split("%")[0]);
  const isHere = from.range() === "loopback" || own.some((it) => isSame(from, it.host));
  if (isHere) return false;
  if (range === "linkLocal") return from.range() !== "linkLocal" || from.kind() !== address.kind();
  return range === "loopback" || range === "unspecified";
}

type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

function isSame(address: IpAddress, host: string): boolean {
  return ipaddr.process(host.split("%")[0]).toString() === address.toString();
}

/** Whether an address is that of all machines of a network of ours (RFC 919); one of two machines has none (RFC 3021). */
function isBroadcastOf(address: IpAddress, { host, prefix }: OwnAddress): boolean {
  if (address.kind() !== "ipv4" || !ipaddr.IPv4.isValid(host) || prefix < 1 || prefix > 30) return false;
  return ipaddr.IPv4.broadcastAddressFromCIDR(`${host}/${prefix}`).toString() === address.toString();
}
