/**
 * Under which address others know this machine.
 *
 * @module
 */
import { sameNetwork, usableAddresses } from "../../net/usable_addresses.ts";
import { addressScope, type OwnAddress } from "../../protocol/network.ts";
import { type Finding, finding } from "./finding.ts";

/**
 * Examines the addresses of this machine.
 *
 * @param seen The one that the tracker sees; empty if unknown.
 */
export function examineAddresses(own: readonly OwnAddress[], tracker: string | null, seen: string): Finding {
  const usable = usableAddresses(own, tracker);
  const addresses = usable.filter((one, i) => !usable.slice(0, i).some((other) => sameNetwork(one, other)))
    .map(({ host }) => host);
  const beside = seen !== "" && addressScope(seen) === "loopback";
  if (seen !== "" && !beside && !own.some(({ host }) => host === seen)) {
    return finding("address-translated", { addresses, seen });
  }
  if (addresses.length > 1) return finding("several-addresses", { addresses, seen });
  if (addresses.length === 0) return finding("no-address", {});
  return finding("one-address", { address: seen === "" || beside ? addresses[0] : seen });
}
