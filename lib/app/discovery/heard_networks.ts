/** Networks as a client hears of them: trackers that share a registry are one network, any other is one itself. Pure. */
import { type Address, formatAddress } from "../../protocol/address.ts";
import type { HeardTracker } from "./heard_trackers.ts";

/** How many addresses of one network are used, as many as a client takes: anybody may announce any registry. */
const MAX_ADDRESSES = 16;

/** The trackers that are heard in several of this machine's networks as one each, with all addresses. */
export function mergeHeard(trackers: readonly HeardTracker[]): HeardTracker[] {
  const key = ({ host, addresses: [{ port }] }: HeardTracker): string => `${host} ${port}`;
  return [...Map.groupBy(trackers, key).values()].map((same) => {
    const addresses = new Map(same.flatMap((it) => it.addresses.map((address) => [formatAddress(address), address])));
    return { ...same[0], addresses: [...addresses.values()], networks: same.flatMap(({ networks }) => networks) };
  });
}

/** The networks of these trackers, each as one tracker that has all their addresses and names, those of each in turn. */
export function networksHeard(trackers: readonly HeardTracker[]): HeardTracker[] {
  const groups = Map.groupBy(trackers, (it) => it.registry === "" ? it : it.registry);
  return [...groups.values()].map(([first, ...others]) => {
    const all = [first, ...others];
    return {
      ...first,
      addresses: inTurn(all.map(({ addresses }) => addresses)).slice(0, MAX_ADDRESSES),
      otherNames: all.flatMap(namesOf).slice(1),
      networks: [...new Set(all.flatMap(({ networks }) => networks))],
    };
  });
}

/**
 * Whether a network is an earlier one, whose trackers may have other addresses now: by its registry, or by a name in one
 * of the same networks of this machine.
 */
export function continues(network: HeardTracker, before: HeardTracker): boolean {
  return hasRegistryOf(network, before) ||
    hasNameOf(network, before) && network.networks.some((it) => before.networks.includes(it));
}

/** The network that goes on with an earlier one: of the same registry, else of the same name, else the only one. */
export function successorOf(before: HeardTracker, networks: readonly HeardTracker[]): HeardTracker | undefined {
  return networks.find((it) => hasRegistryOf(it, before)) ??
    networks.find((it) => continues(it, before)) ??
    networks.find((it) => hasNameOf(it, before)) ??
    (networks.length === 1 ? networks[0] : undefined);
}

function hasRegistryOf({ registry }: HeardTracker, before: HeardTracker): boolean {
  return registry !== "" && registry === before.registry;
}

function hasNameOf(network: HeardTracker, before: HeardTracker): boolean {
  const names = namesOf(before);
  return namesOf(network).some((it) => names.includes(it));
}

function namesOf({ name, otherNames }: HeardTracker): string[] {
  return [name, ...otherNames];
}

/** The first of each, then the second of each, and so on: a client that leaves one tracker asks another next. */
function inTurn(lists: readonly (readonly Address[])[]): Address[] {
  return Array.from({ length: MAX_ADDRESSES }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
