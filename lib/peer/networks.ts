/** The networks in which a peer shares and lists: each has its own trackers, registration, password and lease. */
import { pbkdf2Sync } from "node:crypto";
import type { Listing } from "../announce/list/fetch_list.ts";
import { mergeLists } from "../announce/list/merge_lists.ts";
import type { TrackerSession } from "../announce/tracker_session.ts";
import { formatPlaces, parsePlaces, type TrackerPlace } from "../announce/tracker_place.ts";
import { Fault } from "../fault/fault.ts";
import { settleSoon } from "../net/settle_soon.ts";

/** How long a list waits for other networks after the first one, in milliseconds: a tracker that is there answers soon. */
export const LATE_NETWORK_MS = 2_000;

/** One of a peer's networks. */
export interface Network {
  /** Its first tracker, as the user named it. */
  readonly name: string;
  /** The session with its trackers. */
  readonly tracker: TrackerSession;
}

/** A list of all networks that have answered. */
export interface NetworksListing extends Listing {
  /** The networks whose images are missing, since they have not answered yet. */
  readonly missing: readonly string[];
}

/** All networks of a peer. What one of them does never waits for another. */
export class Networks {
  /** That of the peer's tracker first. */
  readonly all: readonly [Network, ...Network[]];
  readonly #passesOver: (host: string, tracker: string) => boolean;

  /**
   * @ignore Peers make their own.
   * @param passesOver Whether a host in the list of a tracker is never contacted.
   */
  constructor(all: readonly [Network, ...Network[]], passesOver: (host: string, tracker: string) => boolean) {
    [this.all, this.#passesOver] = [all, passesOver];
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
   * @throws {Fault} As {@link TrackerSession.list}, if none answers: that of the first one.
   */
  list(): Promise<NetworksListing> {
    return this.#request((tracker) => tracker.list());
  }

  /**
   * Lists at least the images that one of these queries finds, each of words that a name contains or with which an MD5
   * begins: of large networks these alone. Networks that do not answer soon are left out.
   *
   * @throws {Fault} As {@link Networks.list}.
   */
  find(queries: readonly (readonly string[])[]): Promise<NetworksListing> {
    return this.#request((tracker) => tracker.find(queries));
  }

  /** About how many images all lists have together, as far as trackers can tell. */
  async count(): Promise<number> {
    const counts = await settleSoon(this.all.map(({ tracker }) => tracker.count()), LATE_NETWORK_MS);
    return counts.reduce((sum, it) => sum + (it?.status === "fulfilled" ? it.value : 0), 0);
  }

  async #request(ask: (tracker: TrackerSession) => Promise<Listing>): Promise<NetworksListing> {
    const results = await settleSoon(this.all.map(({ tracker }) => ask(tracker)), LATE_NETWORK_MS);
    const lists = results.map((result) => result?.status === "fulfilled" ? result.value : null);
    const [first] = results;
    if (lists.every((it) => it === null) && first?.status === "rejected") throw first.reason;
    const odd = results.find((it) => it?.status === "rejected" && !(it.reason instanceof Fault));
    if (odd?.status === "rejected") throw odd.reason;
    return this.#merge(lists);
  }

  /** Follows the lists of all networks as {@link TrackerSession.watchList} does; each joins when it answers. */
  async *watchList(signal?: AbortSignal): AsyncGenerator<NetworksListing> {
    const over = new AbortController();
    const watching = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const lists: (Listing | null)[] = this.all.map(() => null);
    let changed = Promise.withResolvers<void>();
    const following = this.all.map(async ({ tracker }, i) => {
      for await (const listing of tracker.watchList(watching)) {
        lists[i] = listing;
        changed.resolve();
      }
    });
    const ended = Promise.all(following).then(() => "ended" as const);
    try {
      while (await Promise.race([changed.promise, ended]) !== "ended") {
        changed = Promise.withResolvers();
        yield this.#merge(lists);
      }
    } finally {
      over.abort();
      await Promise.allSettled(following);
    }
  }

  /** Announces a change of the images in all; returns why none of the trackers knows it yet. */
  async changed(): Promise<Fault | undefined> {
    const announced = this.all.map(async ({ tracker }) => {
      const fault = await tracker.changed();
      if (fault) throw fault;
    });
    return await Promise.any(announced).catch(({ errors: [fault] }: AggregateError) => fault);
  }

  /** Unregisters from all, without waiting long for the answers. */
  async close(): Promise<void> {
    await Promise.all(this.all.map(({ tracker }) => tracker.close()));
  }

  #merge(lists: readonly (Listing | null)[]): NetworksListing {
    const found = this.all.flatMap(({ name, tracker }, i) => {
      const list = lists[i];
      const isPassedOver = (host: string): boolean => this.#passesOver(host, tracker.address.host);
      return list ? [{ ...list, name, isPassedOver }] : [];
    });
    const missing = this.all.flatMap(({ name }, i) => lists[i] ? [] : [name]);
    if (this.all.length === 1) return { ...lists[0]!, missing };
    return { ...mergeLists(found), missing };
  }
}

/** The name of a network: its first tracker. */
export function networkName(tracker: TrackerPlace): string {
  return formatPlaces(parsePlaces(tracker).slice(0, 1));
}

/** How often a hash is repeated, some 20 ms in all: a tracker that tries words as passwords needs as long for each. */
const ROUNDS = 20_000;

/** The password for a further network, which must not learn that of the first; the same at each start. */
export function networkPassword(password: string, network: string): string {
  return pbkdf2Sync(password, network, ROUNDS, 8, "sha256").toString("hex");
}
