/** `--also auto`: while the client runs, it joins the networks whose trackers announce themselves, and leaves them. */
import { Fault } from "../../../fault/fault.ts";
import { OwnHosts } from "../../../net/own_addresses.ts";
import type { JoinedNetwork, Network } from "../../../peer/networks.ts";
import type { Peer } from "../../../peer/peer.ts";
import { formatAddress, sameAddress } from "../../../protocol/address.ts";
import { FurtherNetworks } from "../../discovery/further_networks.ts";
import type { HeardTracker } from "../../discovery/heard_trackers.ts";
import { followTrackers } from "../../discovery/search.ts";
import type { FoundTracker } from "./choose_tracker.ts";

/** A network was joined or left. */
export type FurtherEvent =
  /** `name` is that of its tracker. */
  | { readonly kind: "joined"; readonly name: string } & JoinedNetwork
  /** `gone`: its tracker has not answered for long. `same`: it is one of the others, `sameAs`, which has this name. */
  | {
    readonly kind: "left";
    readonly name: string;
    readonly network: Network;
    readonly why: "gone" | "same";
    readonly sameAs?: { readonly name: string; readonly network: Network };
  };

/** How many addresses of a network are tried to join it: each that is silent takes some seconds. */
const MAX_TRIED = 4;

/**
 * Joins and leaves networks until the signal is aborted.
 *
 * @param found How the peer's own tracker was found, if it was.
 * @param follow Follows which trackers there are.
 * @throws The error of the system when no socket can be opened.
 */
export async function followFurther(
  { networks }: Peer,
  found: FoundTracker | null,
  onEvent: (event: FurtherEvent) => void,
  signal: AbortSignal,
  follow = followTrackers,
): Promise<void> {
  const own = new OwnHosts();
  const further = new FurtherNetworks((host) => own.has(host));
  const names = new Map<Network, string>();
  const leaving = new Set<Network>();
  const running = new Set<Promise<void>>();
  const failing = new AbortController();
  if (found) {
    found.isTaken = (address) =>
      further.isTaken(address) ||
      networks.all.slice(1).some(({ tracker }) => tracker.addresses.some((it) => sameAddress(it, address)));
  }
  const run = (work: Promise<void>): void => {
    const ended = work.catch((error) => failing.abort(error)).finally(() => running.delete(ended));
    running.add(ended);
  };
  await follow(AbortSignal.any([signal, failing.signal]), (trackers) => {
    // Who has unregistered joins nothing; the decision at the start may not be made yet.
    if (!networks.all.some(({ tracker }) => tracker.wanted)) return;
    const current = networks.all.map(({ name, tracker }) => ({
      name,
      addresses: tracker.addresses,
      answers: tracker.lost === null,
    }));
    const steps = further.decide(trackers, current, found?.heard ?? null, performance.now());
    for (const heard of steps.join) run(join(heard));
    for (const network of networks.all) {
      const why = steps.leave.get(network.name);
      if (why) run(leave(network, why));
      if (steps.moved.includes(network.name)) network.tracker.check();
    }
  });
  await Promise.all(running);
  failing.signal.throwIfAborted();

  async function join(heard: HeardTracker): Promise<void> {
    const tracker = heard.addresses.slice(0, MAX_TRIED).map(formatAddress).join(",");
    try {
      const joined = await networks.join(tracker, () => Promise.resolve(further.addressesOf(heard)));
      if (!joined) return further.failed(heard, true, performance.now());
      if (networks.all.every((it) => it === joined.network || !it.tracker.wanted)) { // Unregistered in the meantime.
        further.failed(heard, false, performance.now());
        return await networks.leave(joined.network);
      }
      further.joined(heard, joined.network.name, performance.now());
      names.set(joined.network, heard.name);
      onEvent({ kind: "joined", name: heard.name, ...joined });
    } catch (error) {
      further.failed(heard, false, performance.now());
      if (!(error instanceof Fault) && !signal.aborted) throw error;
    }
  }

  async function leave(network: Network, why: "gone" | "same"): Promise<void> {
    if (leaving.has(network)) return;
    leaving.add(network);
    const same = why === "same" ? await networks.leaveIfSame(network) : undefined;
    if (why === "gone") await networks.leave(network);
    leaving.delete(network); // One that was left is not among the networks any more.
    if (why === "same" && !same) return further.isOther(network.name);
    const sameAs = same && { name: names.get(same) ?? same.name, network: same };
    further.left(network.name, performance.now());
    onEvent({ kind: "left", name: names.get(network)!, network, why, sameAs });
    names.delete(network);
  }
}
