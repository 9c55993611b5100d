/** The networks in which a peer shares and lists: each has its own trackers, registration, password and lease. */
import { type FindAgain, ONE_OF_SEVERAL } from "../announce/network_trackers.ts";
import type { Listing } from "../announce/list/fetch_list.ts";
import { mergeLists } from "../announce/list/merge_lists.ts";
import type { Registered } from "../announce/single_tracker.ts";
import type { TrackerSession } from "../announce/tracker_session.ts";
import type { TrackerPlace } from "../announce/tracker_place.ts";
import { Fault } from "../fault/fault.ts";
import { pause } from "../net/pause.ts";
import { settleSoon } from "../net/settle_soon.ts";
import { sameAddress } from "../protocol/address.ts";
import { type NamedClient, openClients } from "./open_clients.ts";

/** How long a list waits for other networks after the first one, in milliseconds: a tracker that is there answers soon. */
export const LATE_NETWORK_MS = 2_000;

/** How long another tracker of the same registry may take to know a registration, in milliseconds. */
const SHARED_MS = 500;

/** One of a peer's networks. */
export interface Network {
  /** Its first tracker, as the user named it. */
  readonly name: string;
  /** The session with its trackers. */
  readonly tracker: TrackerSession;
}

/** A network that was joined, and its registration. */
export interface JoinedNetwork extends Registered {
  /** The network, which is one of {@link Networks.all} from now on. */
  readonly network: Network;
}

/** A list of all networks that have answered. */
export interface NetworksListing extends Listing {
  /** The networks whose images are missing, since they have not answered yet. */
  readonly missing: readonly string[];
}

/** All networks of a peer. What one of them does never waits for another. */
export class Networks {
  readonly #open: (client: NamedClient) => Network;
  readonly #passesOver: (host: string, tracker: string) => boolean;
  #all: readonly [Network, ...Network[]];
  /** Those whose trackers have not answered yet. */
  readonly #joining = new Set<Network>();
  /** Called when a network was joined or left. */
  readonly #onMembers = new Set<() => void>();
  #isClosed = false;

  /**
   * @ignore Peers make their own.
   * @param clients At least one.
   * @param passesOver Whether a host in the list of a tracker is never contacted.
   */
  constructor(
    clients: readonly NamedClient[],
    open: (client: NamedClient) => Network,
    passesOver: (host: string, tracker: string) => boolean,
  ) {
    [this.#open, this.#passesOver] = [open, passesOver];
    this.#all = clients.map(open) as [Network, ...Network[]];
  }

  /** That of the peer's tracker first; another array after each change. */
  get all(): readonly [Network, ...Network[]] {
    return this.#all;
  }

  /**
   * Registers in a further network, and joins it when its tracker has taken the registration.
   *
   * @param findAgain As in {@link PeerConfig}.
   * @returns `null` if it is one of the peer's networks already: by an address of its trackers, or because the new
   * registration has replaced another one.
   * @throws {Fault} `host-unknown`, and as {@link TrackerSession.register}; an `Error` when the peer is closed.
   * @throws {RangeError} For an invalid port.
   */
  async join(tracker: TrackerPlace, findAgain?: FindAgain): Promise<JoinedNetwork | null> {
    const again = findAgain && new Map([[tracker, findAgain]]);
    // Nobody waits for it, and it is tried again: it need not have ten seconds.
    const [{ name: first, client }] = await openClients({ tracker, findAgain: again }, ONE_OF_SEVERAL);
    const known = [...this.#all, ...this.#joining];
    const addresses = known.flatMap(({ tracker }) => tracker.addresses);
    if (this.#isClosed || client.addresses.some((it) => addresses.some((other) => sameAddress(it, other)))) {
      await client.close();
      return null;
    }
    let name = first; // A tracker may have the address that another one had.
    for (let i = 2; known.some((it) => it.name === name); i++) name = `${first} (${i})`;
    const network = this.#open({ name, client });
    this.#joining.add(network);
    try {
      const registered = await network.tracker.register();
      const isJoined = !await this.#replacedBy(network) && !this.#isClosed;
      if (isJoined) this.#setAll([...this.#all, network]);
      else await network.tracker.close();
      return isJoined ? { ...registered, network } : null;
    } catch (error) {
      await network.tracker.close();
      throw error;
    } finally {
      this.#joining.delete(network);
    }
  }

  /** Unregisters in a further network and leaves it. */
  async leave(network: Network): Promise<void> {
    const [first, ...others] = this.#all;
    this.#setAll([first, ...others.filter((it) => it !== network)]);
    if (network !== first) await network.tracker.close();
  }

  /** Leaves a further network if a registration there replaces that in another one; returns that one, if so. */
  async leaveIfSame(network: Network): Promise<Network | undefined> {
    const isRegistered = await network.tracker.update().then(() => true, () => false);
    const same = isRegistered ? await this.#replacedBy(network) : undefined;
    if (same) await this.leave(network);
    return same;
  }

  #setAll(all: [Network, ...Network[]]): void {
    this.#all = all;
    for (const notify of this.#onMembers) notify();
  }

  /**
   * The network in which a registration was replaced by that in another: a registry has one for each address, so it is
   * the same registry. It is registered again by this.
   */
  async #replacedBy({ tracker: registered }: Network): Promise<Network | undefined> {
    await pause(SHARED_MS);
    const others = this.#all.filter(({ tracker }) =>
      tracker !== registered && tracker.registered && tracker.wanted && tracker.lost === null
    );
    const updated = await settleSoon(others.map(({ tracker }) => tracker.update()), LATE_NETWORK_MS);
    return others[updated.findIndex((it) => it?.status === "fulfilled" && it.value.again)];
  }

  /** Whether the peer is registered in any of them. */
  get registered(): boolean {
    return this.all.some(({ tracker }) => tracker.registered);
  }

  /** Whether no list can make the peer contact this host. */
  isPassedOver(host: string): boolean {
    return this.all.every(({ tracker }) => this.#passesOver(host, tracker.address.host));
  }

  /**
   * Lists what all peers of all networks share. Networks that do not answer soon are left out.
   *
   * @param most The most images of all: of a network with more than its part, only those that were found are listed.
   * @throws {Fault} As {@link TrackerSession.list}, if none answers: that of the first one.
   */
  list(most = Infinity): Promise<NetworksListing> {
    return this.#request((tracker) => tracker.list(most / this.all.length));
  }

  /**
   * Lists at least the images that one of these queries finds, each of words that a name contains or with which an MD5
   * begins: of large networks these alone. Networks that do not answer soon are left out.
   *
   * @throws {Fault} As {@link Networks.list}.
   */
  find(queries: readonly (readonly string[])[]): Promise<NetworksListing> {
    return this.#request((tracker) => tracker.lists.find(queries));
  }

  /** About how many images all lists have together, as far as trackers can tell. */
  async count(): Promise<number> {
    const counts = await settleSoon(this.all.map(({ tracker }) => tracker.lists.count()), LATE_NETWORK_MS);
    return counts.reduce((sum, it) => sum + (it?.status === "fulfilled" ? it.value : 0), 0);
  }

  async #request(ask: (tracker: TrackerSession) => Promise<Listing>): Promise<NetworksListing> {
    const { all } = this;
    const results = await settleSoon(all.map(({ tracker }) => ask(tracker)), LATE_NETWORK_MS);
    const lists = new Map(results.flatMap((it, i) => it?.status === "fulfilled" ? [[all[i], it.value]] : []));
    const [first] = results;
    if (lists.size === 0 && first?.status === "rejected") throw first.reason;
    const isLeft = (i: number): boolean => !this.all.includes(all[i]);
    const odd = results.find((it, i) => it?.status === "rejected" && !(it.reason instanceof Fault) && !isLeft(i));
    if (odd?.status === "rejected") throw odd.reason;
    return this.#merge(lists);
  }

  /**
   * Follows the lists of all networks as {@link TrackerSession.watchList} does; each joins when it answers.
   *
   * @param most As in {@link Networks.list}, whichever networks there are then.
   */
  async *watchList(signal?: AbortSignal, most = Infinity): AsyncGenerator<NetworksListing> {
    const over = new AbortController();
    const watching = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const lists = new Map<Network, Listing>();
    let changed = Promise.withResolvers<void>();
    let ended: Promise<void> | null = null;
    // Not by a race of two promises: one that lasts would keep something of each list.
    const end = (reason?: Promise<void>): void => {
      ended ??= Promise.resolve(reason);
      changed.resolve();
    };
    const following = new Map<Network, Promise<void>>();
    const follow = async (network: Network): Promise<void> => {
      for await (const listing of network.tracker.watchList(watching, { most: () => most / this.all.length })) {
        lists.set(network, listing);
        changed.resolve();
      }
      following.delete(network);
      lists.delete(network);
      changed.resolve();
      if (network === this.all[0]) end(); // Which is never left.
    };
    const followAll = (): void => {
      for (const network of this.all) {
        if (following.has(network)) continue;
        const followed = follow(network);
        following.set(network, followed);
        followed.catch(() => end(followed));
      }
    };
    this.#onMembers.add(followAll);
    try {
      followAll();
      for (;;) {
        await changed.promise;
        if (ended) return await ended;
        changed = Promise.withResolvers();
        yield this.#merge(lists);
      }
    } finally {
      this.#onMembers.delete(followAll);
      over.abort();
      await Promise.allSettled(following.values());
    }
  }

  /** Announces a change of the images in all; returns why none of the trackers knows it yet. */
  async changed(): Promise<Fault | undefined> {
    for (const { tracker } of this.#joining) void tracker.changed();
    const announced = this.all.map(async ({ tracker }) => {
      const fault = await tracker.changed();
      if (fault) throw fault;
    });
    return await Promise.any(announced).catch(({ errors: [fault] }: AggregateError) => fault);
  }

  /** Unregisters from all, without waiting long for the answers. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all, ...this.#joining].map(({ tracker }) => tracker.close()));
  }

  #merge(lists: ReadonlyMap<Network, Listing>): NetworksListing {
    const { all } = this;
    const found = all.flatMap((network) => {
      const { name, tracker } = network;
      const list = lists.get(network);
      const isPassedOver = (host: string): boolean => this.#passesOver(host, tracker.address.host);
      return list ? [{ ...list, name, isPassedOver }] : [];
    });
    const missing = all.flatMap((network) => lists.has(network) ? [] : [network.name]);
    const only = all.length === 1 ? lists.get(all[0]) : undefined;
    return { ...only ?? mergeLists(found), missing };
  }
}
