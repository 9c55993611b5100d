/**
 * A client of the trackers of one network, which share a registry: it stays with one of them, and goes on with the next
 * when that is silent or full (PROTOCOL.md, "Several trackers").
 */
import { notify } from "../fault/notify.ts";
import { Slots } from "../net/slots.ts";
import type { Address } from "../protocol/address.ts";
import type { FoundImages } from "../protocol/find.ts";
import type { Image, ListedImage } from "../protocol/image.ts";
import type { Registrant, Registration } from "./datagram_tracker.ts";
import type { Listing } from "./list/fetch_list.ts";
import { findTrackers, type LookUp } from "./find_trackers.ts";
import type { ListDifference, LiveList } from "./list/live_list.ts";
import { type FindAgain, NetworkTrackers } from "./network_trackers.ts";
import type { Registered, SingleTracker, TrackerTimeouts } from "./single_tracker.ts";
import { parsePlaces, type TrackerPlace } from "./tracker_place.ts";

/** The options of a client. */
export interface TrackerClientOptions {
  /** How long a tracker may be silent; default: ten seconds, or three if there are several. */
  readonly timeouts?: Partial<TrackerTimeouts>;
  /** How names are looked up; default: by the system. */
  readonly lookUp?: LookUp;
  /** Finds the trackers when none of them answered; by default their names are looked up again. */
  readonly findAgain?: FindAgain;
}

/** The client goes on with another tracker. */
export interface TrackerMove {
  /** The tracker that is left. */
  readonly from: Address;
  /** The one that answered. */
  readonly to: Address;
  /** `full`: it has no place for the registration. */
  readonly why: "silent" | "full";
  /** Whether the registration is renewed there already. */
  readonly isRegistered: boolean;
}

/** A client of one network: of one tracker, or of several that share a registry. */
export class TrackerClient implements AsyncDisposable {
  /** Called when another tracker answered than before. */
  onMove: (move: TrackerMove) => void = () => {};
  readonly #trackers: NetworkTrackers;
  /** The tracker that took our registration last, until it is ended. */
  #registeredAt: SingleTracker | null = null;
  readonly #leaving = new AbortController();
  /** Each call waits for the one before, so that a tracker never gets two requests at once. */
  readonly #turns = new Slots(1);

  private constructor(addresses: readonly Address[], findAgain: FindAgain, timeouts?: Partial<TrackerTimeouts>) {
    this.#trackers = new NetworkTrackers(addresses, findAgain, this.#leaving.signal, timeouts);
    this.#trackers.onMove = (from, to, why) => {
      notify(() => this.onMove({ from, to: to.address, why, isRegistered: this.#registeredAt === to }));
    };
  }

  /**
   * Looks up the names of the trackers; nothing is sent to them yet.
   *
   * @param tracker As in {@link PeerConfig}.
   * @throws {Fault} `host-unknown`, `tracker-unreachable`.
   * @throws {RangeError} For an invalid port.
   */
  static async open(tracker: TrackerPlace, options: TrackerClientOptions = {}): Promise<TrackerClient> {
    const places = parsePlaces(tracker);
    const { lookUp, findAgain = () => findTrackers(places, lookUp), timeouts } = options;
    return new TrackerClient(await findTrackers(places, lookUp), findAgain, timeouts);
  }

  /** The address of the tracker that is asked, with its name resolved. */
  get address(): Address {
    return this.addresses[0];
  }

  /** The addresses of all trackers of the network, that of the tracker that is asked first. */
  get addresses(): readonly Address[] {
    return this.#trackers.addresses;
  }

  /** Whether the tracker has answered on TCP: it will take all images when TCP is back. */
  get hadTcp(): boolean {
    return this.#trackers.first?.hadTcp ?? false;
  }

  /**
   * `REG`: shares exactly `images` from TCP port `port`, or as many as fit if the tracker cuts the request.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`, `trackers-silent`.
   */
  register(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    const registration = { password, port, images };
    return this.#register(registration, (tracker) => tracker.register(registration));
  }

  /**
   * Replaces what was shared by exactly `images`: by `UPD` at our tracker, by `END` and `REG` at any other.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`, `trackers-silent`.
   */
  update(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    const registration = { password, port, images };
    return this.#register(registration, (tracker) => tracker.update(registration));
  }

  /**
   * Renews the lease, by `UPD` at our tracker. Others have no leases: we only check that the list still names us with
   * what was registered.
   *
   * @param isOwn Whether an address of the list is ours.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`, `trackers-silent`.
   */
  renew(
    password: string,
    port: number,
    images: readonly Image[],
    isOwn: (address: Address) => boolean,
  ): Promise<Registered> {
    const registration = { password, port, images };
    return this.#register(registration, (tracker) => tracker.renew(registration, isOwn));
  }

  /**
   * Registers all images over TCP, if UDP did not carry all of them.
   *
   * @returns `null` without TCP.
   * @throws {Fault} `tracker-refused`, `password-conflict`.
   */
  complete(password: string, port: number, images: readonly Image[]): Promise<Registered | null> {
    const registration = { password, port, images };
    return this.#register(registration, (tracker) => tracker.complete(registration));
  }

  /**
   * `END`: ends the registration. If the tracker knows none, an earlier `END` ended it and its answer got lost. Others
   * that took it, and have no registry in common with this one, get `END` too; an answer is not waited for long.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `trackers-silent`.
   */
  async unregister(password: string, port: number): Promise<void> {
    await this.#ask(async (tracker) => {
      await tracker.unregister({ password, port });
      this.#registeredAt = null;
      await this.#leave({ password, port });
    });
  }

  /** The final `END`: cancels every other request, waits only a moment, and never throws. */
  async leave(password: string, port: number): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    using _turn = await this.#turns.enter();
    await this.#leave({ password, port });
  }

  /** A tracker that was left while it was silent may still list us, unless it shares its registry with the others. */
  async #leave(registrant: Registrant): Promise<void> {
    await Promise.all([...this.#trackers.asked].map((tracker) => tracker.leave(registrant)));
  }

  /**
   * `LST`: all images that are shared. If the tracker says that there are none, or sends an empty reply, the list is
   * empty.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`, `trackers-silent`.
   */
  list(): Promise<Listing> {
    return this.#ask((tracker) => tracker.list());
  }

  /**
   * `FND`: images whose names contain all words of one of these queries, without accents and capitals, or whose MD5
   * begins with the only word.
   *
   * @returns `null` if the whole list is to be requested instead: it is short, too many images are found, or the tracker
   * does not understand this.
   */
  find(queries: readonly (readonly string[])[]): Promise<readonly ListedImage[] | null> {
    return this.#ask((tracker) => tracker.find(queries), (found) => found !== null);
  }

  /** One `FND`: the next images of one query, from 0 or the `next` of the last answer on; `null` without it. */
  findSome(words: readonly string[], from: number): Promise<FoundImages | null> {
    return this.#ask((tracker) => tracker.findSome(words, from), (found) => found !== null);
  }

  /** About how many images the list has; 0 if the tracker has not answered on TCP yet, or cannot tell. */
  count(): Promise<number> {
    return this.#ask((tracker) => tracker.count(), (count) => count > 0);
  }

  /** Whether the tracker that is asked still answers; not asked if there is no other, or it has not answered on TCP. */
  async answers(): Promise<boolean> {
    return this.addresses.length === 1 || await this.#ask((tracker) => tracker.answers(), () => false);
  }

  /**
   * Brings a list up to date: by what changed since it was last brought up to date, if the tracker can tell, else by
   * `LST`.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`, `trackers-silent`; the list is then as
   * before.
   */
  refresh(list: LiveList): Promise<ListDifference> {
    return this.#ask((tracker) => tracker.refresh(list));
  }

  /** The same as {@link TrackerClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Closes the sockets. A pending request fails. */
  async close(): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    using _turn = await this.#turns.enter();
    await Promise.all([...this.#trackers.asked].map((tracker) => tracker.close()));
  }

  /** Takes over a registration that another tracker took, or sends this request. */
  #register<T extends Registered | null>(
    registration: Registration,
    request: (tracker: SingleTracker) => Promise<T>,
  ): Promise<T | Registered> {
    return this.#ask(async (tracker) => {
      const isElsewhere = this.#registeredAt !== null && this.#registeredAt !== tracker;
      const result = isElsewhere ? await tracker.takeOver(registration) : await request(tracker);
      if (result) this.#registeredAt = tracker;
      return result;
    }, (result) => result !== null);
  }

  async #ask<T>(
    request: (tracker: SingleTracker) => Promise<T>,
    isAnswer?: (result: T) => boolean,
  ): Promise<T> {
    using _turn = await this.#turns.enter();
    this.#leaving.signal.throwIfAborted();
    return await this.#trackers.ask(request, isAnswer);
  }
}
