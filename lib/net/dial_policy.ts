/**
 * Decides which addresses of a list may be dialled. A tracker elsewhere must not make a client contact services of its
 * own machine, or all machines of a network at once.
 */
import ipaddr from "ipaddr.js";
import type { OwnAddress } from "../protocol/network.ts";

/**
 * Whether a peer's address is passed over. That is so for multicast and broadcast addresses, and for loopback,
 * unspecified and link-local ones if the tracker is not on this machine, except link-local ones if the tracker is on
 * that link. Hosts are IP literals. Pure.
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

/** Whether it is the broadcast address of one of our networks (RFC 919); one of two machines has none (RFC 3021). */
function isBroadcastOf(address: IpAddress, { host, prefix }: OwnAddress): boolean {
  if (address.kind() !== "ipv4" || !ipaddr.IPv4.isValid(host) || prefix < 1 || prefix > 30) return false;
  return ipaddr.IPv4.broadcastAddressFromCIDR(`${host}/${prefix}`).toString() === address.toString();
}
