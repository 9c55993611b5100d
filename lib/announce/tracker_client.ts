/**
 * A client of the trackers of one network, which share a registry: it stays with one of them, and goes on with the next
 * when that is silent (PROTOCOL.md, "Several trackers").
 */
import { Fault, isFault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { pause, pauseUntil } from "../net/pause.ts";
import { Slots } from "../net/slots.ts";
import { type Address, formatAddress, sameAddress } from "../protocol/address.ts";
import type { Image, ListedImage } from "../protocol/image.ts";
import type { HostPort } from "../protocol/port.ts";
import { REFUSALS } from "../protocol/reply.ts";
import type { Listing } from "./fetch_list.ts";
import type { Registrant, Registration } from "./datagram_tracker.ts";
import { findTrackers, type LookUp, MAX_TRACKERS } from "./find_trackers.ts";
import type { ListDifference, LiveList } from "./live_list.ts";
import { type Registered, SingleTracker, type TrackerTimeouts } from "./single_tracker.ts";
import { STREAM_LIMITS } from "./tcp_requests.ts";
import { parsePlaces, type TrackerPlace } from "./tracker_place.ts";

/** Where there is no other tracker: ten seconds. If a network loses every fifth packet, one request in two million gets no answer. */
const ONLY_ONE: TrackerTimeouts = {
  waits: [250, 350, 500, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, 1_200, 1_200],
  ...STREAM_LIMITS,
};

/**
 * Where another tracker can answer: three seconds. If a network loses every fifth packet, one request in 500 gets no
 * answer, which then costs only that the next tracker is asked.
 */
const ONE_OF_SEVERAL: TrackerTimeouts = { waits: [250, 350, 500, 500, 600, 700], silence: 3_000, broken: 1 };

/** How long names are looked up again before requests, in milliseconds, when no tracker answered. */
const LOOK_UP_MS = 2_000;

/** The client goes on with another tracker. */
export interface TrackerMove {
  /** The tracker that does not answer. */
  readonly from: Address;
  /** The one that does. */
  readonly to: Address;
  /** Whether the registration is renewed there already. */
  readonly isRegistered: boolean;
}

/**
 * Finds the addresses of trackers, at least one; what it throws means that they are as before. After two seconds, or
 * when the client is closed, the signal is aborted.
 */
export type FindAgain = (signal: AbortSignal) => Promise<readonly Address[]>;

/** The options of a client. */
export interface TrackerClientOptions {
  /** How long a tracker may be silent; default: ten seconds, or three if there are several. */
  readonly timeouts?: Partial<TrackerTimeouts>;
  /** How names are looked up; default: by the system. */
  readonly lookUp?: LookUp;
  /** Finds the trackers when none of them answered; by default their names are looked up again. */
  readonly findAgain?: FindAgain;
}

/** A client of one network: of one tracker, or of several that share a registry. */
export class TrackerClient implements AsyncDisposable {
  /** Called when another tracker answered than before. */
  onMove: (move: TrackerMove) => void = () => {};
  readonly #places: readonly HostPort[];
  readonly #options: TrackerClientOptions;
  /** All trackers, that which is asked first. */
  #addresses: readonly Address[];
  /** Those that were asked, by address: what they may know of us is needed if they are asked again. */
  readonly #trackers = new Map<string, SingleTracker>();
  /** The tracker that answered last; the first one until then. */
  #answered: Address;
  /** The tracker that took our registration last, until it is ended. */
  #registeredAt: SingleTracker | null = null;
  /** Whether no tracker answered, so that names may have other addresses now. */
  #isOutdated = false;
  readonly #leaving = new AbortController();
  /** Each call waits for the one before, so that a tracker never gets two requests at once. */
  readonly #turns = new Slots(1);

  private constructor(places: readonly HostPort[], addresses: readonly Address[], options: TrackerClientOptions) {
    [this.#places, this.#addresses, this.#options] = [places, addresses, options];
    this.#answered = addresses[0];
    if (addresses.length === 1) this.#trackerAt(addresses[0]);
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
    return new TrackerClient(places, await findTrackers(places, options.lookUp), options);
  }

  /** The address of the tracker that is asked, with its name resolved. */
  get address(): Address {
    return this.#addresses[0];
  }

  /** The addresses of all trackers of the network, that of the tracker that is asked first. */
  get addresses(): readonly Address[] {
    return this.#addresses;
  }

  /** Whether the tracker has answered on TCP: it will take all images when TCP is back. */
  get hadTcp(): boolean {
    return this.#trackers.get(formatAddress(this.address))?.hadTcp ?? false;
  }

  /**
   * `REG`: shares exactly `images` from TCP port `port`, or as many as fit if the tracker cuts the request.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`, `trackers-silent`.
   */
  register(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    const registration = { password, port, images };
    return this.#register((tracker) => this.#resume(tracker, registration) ?? tracker.register(registration));
  }

  /**
   * Replaces what was shared by exactly `images`: by `UPD` at our tracker, by `END` and `REG` at any other.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`, `trackers-silent`.
   */
  update(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    const registration = { password, port, images };
    return this.#register((tracker) => this.#resume(tracker, registration) ?? tracker.update(registration));
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
    return this.#register((tracker) => this.#resume(tracker, registration) ?? tracker.renew(registration, isOwn));
  }

  /**
   * Registers all images over TCP, if UDP did not carry all of them.
   *
   * @returns `null` without TCP.
   * @throws {Fault} `tracker-refused`, `password-conflict`.
   */
  complete(password: string, port: number, images: readonly Image[]): Promise<Registered | null> {
    const registration = { password, port, images };
    return this.#register((tracker) => this.#resume(tracker, registration) ?? tracker.complete(registration));
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
    await Promise.all(this.#trackers.values().map((tracker) => tracker.leave(registrant)));
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
    return this.#ask((tracker) => tracker.find(queries));
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
    await Promise.all(this.#trackers.values().map((tracker) => tracker.close()));
  }

  /** Takes over a registration that another tracker took; `null` if there is none. */
  #resume(tracker: SingleTracker, registration: Registration): Promise<Registered> | null {
    const isElsewhere = this.#registeredAt !== null && this.#registeredAt !== tracker;
    return isElsewhere ? tracker.takeOver(registration) : null;
  }

  #register<T>(request: (tracker: SingleTracker) => Promise<T>): Promise<T> {
    return this.#ask(async (tracker) => {
      const result = await request(tracker);
      if (result !== null) this.#registeredAt = tracker;
      return result;
    });
  }

  /** Asks the tracker that is asked first, and while trackers are silent, each other one. */
  async #ask<T>(request: (tracker: SingleTracker) => Promise<T>): Promise<T> {
    using _turn = await this.#turns.enter();
    this.#leaving.signal.throwIfAborted();
    if (this.#isOutdated) await this.#lookUpAgain();
    const faults: Fault[] = [];
    for (const _ of this.#addresses) {
      try {
        const result = await request(this.#trackerAt(this.address));
        this.#hasAnswered();
        return result;
      } catch (error) {
        if (!isSilence(error)) {
          if (error instanceof Fault) this.#hasAnswered();
          throw error;
        }
        faults.push(error);
        const [silent, ...others] = this.#addresses;
        this.#addresses = [...others, silent];
      }
    }
    this.#isOutdated = true;
    if (faults.length === 1) throw faults[0];
    const addresses = this.#addresses.map(formatAddress).join(", ");
    throw new Fault("trackers-silent", { addresses }, new AggregateError(faults));
  }

  #hasAnswered(): void {
    const [from, to] = [this.#answered, this.address];
    if (sameAddress(from, to)) return;
    this.#answered = to;
    const isRegistered = this.#registeredAt === this.#trackerAt(to);
    notify(() => this.onMove({ from, to, isRegistered }));
  }

  /** @throws {Fault} `tracker-unreachable`. */
  #trackerAt(address: Address): SingleTracker {
    const key = formatAddress(address);
    const known = this.#trackers.get(key);
    if (known) return known;
    const timeouts = { ...this.#addresses.length > 1 ? ONE_OF_SEVERAL : ONLY_ONE, ...this.#options.timeouts };
    const tracker = new SingleTracker(address, timeouts, this.#leaving.signal);
    this.#trackers.set(key, tracker);
    return tracker;
  }

  async #lookUpAgain(): Promise<void> {
    const before = this.#addresses;
    const over = new AbortController();
    const late = pause(LOOK_UP_MS, over.signal).then(() => before);
    const { lookUp, findAgain = () => findTrackers(this.#places, lookUp) } = this.#options;
    const found = findAgain(over.signal).catch(() => before);
    try {
      this.#addresses = await pauseUntil(Promise.race([found, late]), this.#leaving.signal);
      this.#isOutdated = false;
    } finally {
      over.abort();
    }
    await this.#closeOld();
  }

  /** Closes trackers that are not of the network any more, but for the last ones: they may still list us. */
  async #closeOld(): Promise<void> {
    const current = new Set(this.#addresses.map(formatAddress));
    const old = [...this.#trackers].filter(([key]) => !current.has(key)).slice(0, -MAX_TRACKERS);
    for (const [key, tracker] of old) {
      this.#trackers.delete(key);
      await tracker.close();
    }
  }
}

/** Whether a tracker did not answer, or as no tracker does: another may. */
function isSilence(error: unknown): error is Fault {
  if (isFault(error, "tracker-refused")) return !(REFUSALS as readonly string[]).includes(error.values.reply);
  return isFault(error, "tracker-silent") || isFault(error, "tracker-unreachable") || isFault(error, "not-a-tracker");
}
