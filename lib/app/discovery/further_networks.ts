/**
 * `--also auto`: which networks that are heard of are joined, and which are left again. Pure: the time is given. What is
 * heard comes from the network, and anybody there may have sent it.
 *
 *     heard -> joining -> joined -> left
 *       ^_______|  failed: again after a wait, each time a longer one
 */
import type { Address } from "../../protocol/address.ts";
import { continues, networksHeard } from "./heard_networks.ts";
import type { HeardTracker } from "./heard_trackers.ts";

/** A network that the client is in, joined by this or not. */
export interface CurrentNetwork {
  readonly name: string;
  readonly addresses: readonly Address[];
  /** Whether its tracker answered the last request. */
  readonly answers: boolean;
}

/** What is to be done now. */
export interface FurtherSteps {
  readonly join: readonly HeardTracker[];
  /**
   * The networks to leave, of those that this has joined, by name: `gone`, or the `same` as an earlier one if that is
   * true; else {@link FurtherNetworks.isOther} is to be called.
   */
  readonly leave: ReadonlyMap<string, "gone" | "same">;
  /** The names of those whose tracker is elsewhere now. */
  readonly moved: readonly string[];
}

/** More networks than a person is in; each costs a registration, and a liar may run trackers. */
export const MAX_FURTHER = 8;

/** A network is left when its tracker has not answered for so long, in milliseconds: then it lists nobody any more. */
export const GONE_MS = 180_000;

/** The wait after a network could not be joined, which doubles each time, and the longest one, in milliseconds. */
const [FIRST_RETRY_MS, MAX_RETRY_MS] = [60_000, 960_000];

/** How many networks that were heard of are remembered, to be joined in this order: a liar invents more. */
const MAX_KNOWN = 200;

/** A network that is not joined: when it may be, and how often that failed. */
interface Candidate {
  readonly joinAt: number;
  readonly failures: number;
}

/** A network that was joined. */
interface Joined {
  /** What was heard of it last. */
  heard: HeardTracker;
  answeredAt: number;
  /** Whether it is known to be no other one of the client's, whatever is announced. */
  isOther: boolean;
}

export class FurtherNetworks {
  readonly #isOwn: (host: string) => boolean;
  readonly #candidates = new Map<string, Candidate>();
  readonly #joining = new Set<HeardTracker>();
  readonly #joined = new Map<string, Joined>();
  #heard: readonly HeardTracker[] = [];

  /** @param isOwn Whether an address is one of this machine: all of these lead to the same tracker. */
  constructor(isOwn: (host: string) => boolean) {
    this.#isOwn = isOwn;
  }

  /**
   * Decides what is to be done. Each network that is to be joined is reported by {@link joined} or {@link failed}.
   *
   * @param current All networks of the client, that of its tracker first.
   * @param main How that one was found, if it was: it goes on with its registry, its name, or the only network.
   */
  decide(
    trackers: readonly HeardTracker[],
    current: readonly CurrentNetwork[],
    main: HeardTracker | null,
    now: number,
  ): FurtherSteps {
    const heard = this.#heard = networksHeard(trackers);
    const [first, ...others] = current;
    const isElsewhere = (heard: HeardTracker, { addresses }: CurrentNetwork): boolean =>
      !this.#has(heard, addresses.slice(0, 1));
    const mainNow = main && heard.find((it) => continues(it, main));
    const moved = mainNow && isElsewhere(mainNow, first) ? [first.name] : [];
    const leave = new Map<string, "gone" | "same">();
    for (const network of others) {
      const joined = this.#joined.get(network.name);
      if (!joined) continue;
      if (network.answers) joined.answeredAt = now;
      const earlier = current.slice(0, current.indexOf(network));
      const next = heard.find((it) => this.#has(it, network.addresses)) ??
        heard.find((it) => continues(it, joined.heard));
      if (next) joined.heard = next;
      const isSame = next && !joined.isOther && earlier.some((it) => it.answers && this.#has(next, it.addresses));
      if (isSame) leave.set(network.name, "same");
      else if (now - joined.answeredAt >= GONE_MS) leave.set(network.name, "gone");
      else if (next && isElsewhere(next, network)) moved.push(network.name);
    }
    const isTaken = (it: HeardTracker): boolean =>
      current.some(({ addresses }) => this.#has(it, addresses)) ||
      [...this.#joined.values()].some(({ heard }) => continues(it, heard)) ||
      [...this.#joining].some((other) => continues(it, other) || this.#has(it, other.addresses)) ||
      main !== null && continues(it, main);
    const all = heard.filter((it) => !isTaken(it));
    // The only one takes the place of a main network that was found, and is gone: its client looks for that.
    const free = main !== null && !first.answers && all.length === 1 ? [] : all;
    for (const it of free) if (!this.#candidates.has(keyOf(it))) this.#remember(it, { joinAt: now, failures: 0 });
    const joinAt = (it: HeardTracker): number => this.#candidates.get(keyOf(it))?.joinAt ?? Infinity;
    const join: HeardTracker[] = [];
    for (const it of free.sort((one, other) => joinAt(one) - joinAt(other))) {
      if (joinAt(it) > now || this.#joined.size + this.#joining.size >= MAX_FURTHER) break;
      if (isTaken(it)) continue; // By one that is joined now.
      this.#joining.add(it);
      join.push(it);
    }
    return { join, leave, moved };
  }

  /** A network was joined, under this name. */
  joined(network: HeardTracker, name: string, now: number): void {
    this.#joining.delete(network);
    this.#candidates.delete(keyOf(network));
    this.#joined.set(name, { heard: network, answeredAt: now, isOther: false });
  }

  /** A network could not be joined; `isSame` if it is one that the client is in. */
  failed(network: HeardTracker, isSame: boolean, now: number): void {
    this.#joining.delete(network);
    const failures = (this.#candidates.get(keyOf(network))?.failures ?? 0) + 1;
    const wait = isSame ? MAX_RETRY_MS : Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    this.#remember(network, { joinAt: now + wait, failures });
  }

  /** A network that was joined is not the same as an earlier one: it was tried. */
  isOther(name: string): void {
    const joined = this.#joined.get(name);
    if (joined) joined.isOther = true;
  }

  /** A network was left. */
  left(name: string, now: number): void {
    const joined = this.#joined.get(name);
    this.#joined.delete(name);
    if (joined) this.failed(joined.heard, false, now);
  }

  /** Whether an address is of a network that was joined, or is being joined. */
  isTaken(address: Address): boolean {
    const networks = [...this.#joining, ...[...this.#joined.values()].map(({ heard }) => heard)];
    return networks.some((it) => this.#has(it, [address]));
  }

  /** The addresses of a network that was heard of earlier, as they are now, or as they were. */
  addressesOf(network: HeardTracker): readonly Address[] {
    return (this.#heard.find((it) => continues(it, network)) ?? network).addresses;
  }

  #remember(network: HeardTracker, candidate: Candidate): void {
    const key = keyOf(network);
    this.#candidates.delete(key);
    this.#candidates.set(key, candidate);
    const [oldest] = this.#candidates.keys();
    if (this.#candidates.size > MAX_KNOWN) this.#candidates.delete(oldest);
  }

  /** Whether a network has one of these addresses. */
  #has({ addresses }: HeardTracker, others: readonly Address[]): boolean {
    const isSame = (one: Address, other: Address): boolean =>
      one.port === other.port && (one.host === other.host || this.#isOwn(one.host) && this.#isOwn(other.host));
    return addresses.some((one) => others.some((other) => isSame(one, other)));
  }
}

/** What a network that was heard of is known by; a tracker that was started again is tried at once. */
function keyOf({ registry, host, addresses: [{ port }] }: HeardTracker): string {
  return registry === "" ? `host ${host} ${port}` : `registry ${registry}`;
}
