/** Networks as a client hears of them: trackers that share a registry are one network, any other is one itself. Pure. */
import type { Address } from "../../protocol/address.ts";
import type { HeardTracker } from "./heard_trackers.ts";

/** How many addresses of one network are used, as many as a client takes: anybody may announce any registry. */
const MAX_ADDRESSES = 16;

/** The networks of these trackers, each as one tracker that has all their addresses and names, those of each in turn. */
export function networksHeard(trackers: readonly HeardTracker[]): HeardTracker[] {
  const groups = Map.groupBy(trackers, (it) => it.registry === "" ? it : it.registry);
  return [...groups.values()].map(([first, ...others]) => {
    const all = [first, ...others];
    return {
      ...first,
      addresses: inTurn(all.map(({ addresses }) => addresses)).slice(0, MAX_ADDRESSES),
      otherNames: all.flatMap(({ name, otherNames }) => [name, ...otherNames]).slice(1),
    };
  });
}

/** Whether a network is an earlier one, whose trackers may have other addresses now: by its registry or its name. */
export function continues(network: HeardTracker, before: HeardTracker): boolean {
  if (network.registry !== "" && network.registry === before.registry) return true;
  const names = [before.name, ...before.otherNames];
  return [network.name, ...network.otherNames].some((it) => names.includes(it));
}

/** The network that goes on with an earlier one: of the same registry, else of the same name, else the only one. */
export function successorOf(before: HeardTracker, networks: readonly HeardTracker[]): HeardTracker | undefined {
  return networks.find(({ registry }) => registry !== "" && registry === before.registry) ??
    networks.find((it) => continues(it, before)) ??
    (networks.length === 1 ? networks[0] : undefined);
}

/** The first of each, then the second of each, and so on: a client that leaves one tracker asks another next. */
function inTurn(lists: readonly (readonly Address[])[]): Address[] {
  return Array.from({ length: MAX_ADDRESSES }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}
