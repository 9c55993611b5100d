/** The trackers of one network: which of them is asked, and which next when it is silent. */
import { Fault, isFault } from "../fault/fault.ts";
import { pause, pauseUntil } from "../net/pause.ts";
import { type Address, formatAddress, sameAddress } from "../protocol/address.ts";
import { REFUSALS } from "../protocol/reply.ts";
import { MAX_TRACKERS } from "./find_trackers.ts";
import { SingleTracker, type TrackerTimeouts } from "./single_tracker.ts";
import { STREAM_LIMITS } from "./tcp_requests.ts";

/**
 * Where there is no other tracker: ten seconds. If a network loses every fifth packet, one request in two million gets
 * no answer.
 */
const ONLY_ONE: TrackerTimeouts = {
  waits: [250, 350, 500, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, 1_200, 1_200],
  ...STREAM_LIMITS,
};

/**
 * Where another tracker can answer: three seconds. If a network loses every fifth packet, one request in 500 gets no
 * answer, which then costs only that the next tracker is asked.
 */
export const ONE_OF_SEVERAL: TrackerTimeouts = { waits: [250, 350, 500, 500, 600, 700], silence: 3_000, broken: 1 };

/** How long names are looked up again before requests, in milliseconds, when no tracker answered. */
const LOOK_UP_MS = 2_000;

/**
 * Finds the addresses of trackers, at least one; what it throws means that they are as before. After two seconds, or
 * when the client is closed, the signal is aborted.
 */
export type FindAgain = (signal: AbortSignal) => Promise<readonly Address[]>;

/** Asks one tracker, and stays with it until it is silent or full. One call must end before the next. */
export class NetworkTrackers {
  /** Called when another tracker answered than before, which is silent or has no place for the registration. */
  onMove: (from: Address, to: SingleTracker, why: "silent" | "full") => void = () => {};
  readonly #findAgain: FindAgain;
  readonly #leaving: AbortSignal;
  readonly #timeouts: Partial<TrackerTimeouts>;
  /** All trackers, that which is asked first. */
  #addresses: readonly Address[];
  /** Those that were asked, by address: what they may know of us is needed if they are asked again. */
  readonly #asked = new Map<string, SingleTracker>();
  /** The tracker that answered last; the first one until then. */
  #answered: Address;
  /** Whether no tracker answered, so that they may have other addresses now. */
  #isOutdated = false;

  /**
   * @param addresses At least one.
   * @param leaving Cancels every request but the last `END`.
   * @throws {Fault} `tracker-unreachable`.
   */
  constructor(
    addresses: readonly Address[],
    findAgain: FindAgain,
    leaving: AbortSignal,
    timeouts: Partial<TrackerTimeouts> = {},
  ) {
    [this.#addresses, this.#findAgain, this.#leaving, this.#timeouts] = [addresses, findAgain, leaving, timeouts];
    this.#answered = addresses[0];
    if (addresses.length === 1) this.#at(addresses[0]);
  }

  /** The addresses of all, that of the tracker that is asked first. */
  get addresses(): readonly Address[] {
    return this.#addresses;
  }

  /** The tracker that is asked first, if it was asked before. */
  get first(): SingleTracker | undefined {
    return this.#asked.get(formatAddress(this.#addresses[0]));
  }

  /** Those that were asked. */
  get asked(): Iterable<SingleTracker> {
    return this.#asked.values();
  }

  /**
   * Asks the tracker that is asked first, and while trackers are silent or full, each other one.
   *
   * @param isAnswer Whether a result shows that the tracker has answered: not all requests throw if it does not.
   * @throws {Fault} `trackers-silent`, or what the only tracker, the first full one, or one that is neither throws.
   */
  async ask<T>(
    request: (tracker: SingleTracker) => Promise<T>,
    isAnswer: (result: T) => boolean = () => true,
  ): Promise<T> {
    if (this.#isOutdated) await this.#lookUpAgain();
    const faults: Fault[] = [];
    for (const _ of this.#addresses) {
      try {
        const result = await request(this.#at(this.#addresses[0]));
        if (isAnswer(result)) this.#hasAnswered(faults);
        return result;
      } catch (error) {
        if (!isSilence(error) && !isFull(error)) {
          if (error instanceof Fault) this.#hasAnswered(faults);
          throw error;
        }
        faults.push(error);
        this.#turn(1);
      }
    }
    const full = faults.findIndex(isFull);
    if (full >= 0) {
      this.#turn(full);
      this.#hasAnswered(faults);
      throw faults[full];
    }
    this.#isOutdated = true;
    if (faults.length === 1) throw faults[0];
    const addresses = this.#addresses.map(formatAddress).join(", ");
    throw new Fault("trackers-silent", { addresses }, new AggregateError(faults));
  }

  /** The next but so many is asked first. */
  #turn(count: number): void {
    this.#addresses = [...this.#addresses.slice(count), ...this.#addresses.slice(0, count)];
  }

  /** The tracker that is asked first has answered, after these faults of those before it. */
  #hasAnswered([fault]: readonly Fault[]): void {
    const [from, to] = [this.#answered, this.#addresses[0]];
    if (sameAddress(from, to)) return;
    this.#answered = to;
    this.onMove(from, this.#at(to), isFull(fault) ? "full" : "silent");
  }

  /** @throws {Fault} `tracker-unreachable`. */
  #at(address: Address): SingleTracker {
    const key = formatAddress(address);
    const known = this.#asked.get(key);
    if (known) return known;
    const timeouts = { ...this.#addresses.length > 1 ? ONE_OF_SEVERAL : ONLY_ONE, ...this.#timeouts };
    const tracker = new SingleTracker(address, timeouts, this.#leaving);
    this.#asked.set(key, tracker);
    return tracker;
  }

  async #lookUpAgain(): Promise<void> {
    const before = this.#addresses;
    const over = new AbortController();
    const late = pause(LOOK_UP_MS, over.signal).then(() => before);
    const found = this.#findAgain(over.signal).catch(() => before);
    try {
      this.#addresses = await pauseUntil(Promise.race([found, late]), this.#leaving);
      this.#isOutdated = false;
    } finally {
      over.abort();
    }
    await this.#closeOld();
  }

  /** Closes trackers that are not of the network any more, but for the last ones: they may still list us. */
  async #closeOld(): Promise<void> {
    const current = new Set(this.#addresses.map(formatAddress));
    const old = [...this.#asked].filter(([key]) => !current.has(key)).slice(0, -MAX_TRACKERS);
    for (const [key, tracker] of old) {
      this.#asked.delete(key);
      await tracker.close();
    }
  }
}

/** Whether a tracker did not answer, or as no tracker does: another may. */
function isSilence(error: unknown): error is Fault {
  if (isFault(error, "tracker-refused")) return !(REFUSALS as readonly string[]).includes(error.values.reply);
  return isFault(error, "tracker-silent") || isFault(error, "tracker-unreachable") || isFault(error, "not-a-tracker");
}

/** Whether a tracker has no place for the registration: another may have more memory, or another registry. */
function isFull(error: unknown): error is Fault {
  return isFault(error, "tracker-refused") && ["TRACKER_FULL", "TOO_MANY_REGISTRATIONS"].includes(error.values.reply);
}
