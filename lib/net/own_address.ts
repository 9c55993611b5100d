/**
 * Under which address other peers probably know this one.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { neighbourhood } from "../tracker/trust.ts";
import type { OwnAddress } from "../tracker/view.ts";
import { usableAddresses } from "./doctor/addresses.ts";

/**
 * The host of this machine that is nearest to the tracker: the loopback one for a tracker on this machine, else the one
 * in the tracker's network, else the first that others can use; the tracker alone knows better, when addresses are
 * translated between it and here.
 */
export function nearestHost(own: readonly OwnAddress[], tracker: string): string {
  if (neighbourhood(tracker) === "loopback") return tracker;
  const usable = usableAddresses(own, tracker);
  const beside = usable.find(({ host, prefix }) => inNetwork(tracker, host, prefix));
  return (beside ?? usable[0])?.host ?? "?";
}

function inNetwork(host: string, network: string, prefix: number): boolean {
  const [one, other] = [ipaddr.parse(host), ipaddr.parse(network)];
  return one.kind() === other.kind() && one.match(other as ipaddr.IPv4 & ipaddr.IPv6, prefix);
}
