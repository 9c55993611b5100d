/** Finds the tracker when the user gave no address: `auto`, and the first use. */
import { findTrackers } from "../../../announce/find_trackers.ts";
import { parsePlaces } from "../../../announce/tracker_place.ts";
import { Fault } from "../../../fault/fault.ts";
import type { FindAgain } from "../../../announce/network_trackers.ts";
import { OwnHosts } from "../../../net/own_addresses.ts";
import { type Address, formatAddress } from "../../../protocol/address.ts";
import { addressScope } from "../../../protocol/network.ts";
import { MAX_FURTHER } from "../../discovery/further_networks.ts";
import { networksHeard, successorOf } from "../../discovery/heard_networks.ts";
import type { HeardTracker } from "../../discovery/heard_trackers.ts";
import type { Search } from "../../discovery/search.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "../output/terminal.ts";

/**
 * Looks for trackers, and says so; those that share a registry are one. If none announces itself, one on this machine is
 * found.
 */
export async function search(terminal: Terminal, words: Words, signal: AbortSignal): Promise<Search> {
  const { searchTrackers } = await import("../../discovery/search.ts");
  terminal.status(words.client.searching);
  try {
    const found = await searchTrackers(signal);
    const trackers = networksHeard(found.trackers);
    if (trackers.length === 0 && found.local) trackers.push(unannounced(found.local));
    return { ...found, trackers };
  } finally {
    terminal.endStatus();
  }
}

/** A tracker on this machine. */
function unannounced(address: Address): HeardTracker {
  return {
    name: "localhost",
    host: "localhost",
    addresses: [address],
    version: "",
    registry: "",
    otherNames: [],
    networks: [],
  };
}

/** A network that was found, and is found again when its trackers have other addresses. */
export class FoundTracker {
  /** What was heard of it last. */
  heard: HeardTracker;
  /** Whether an address is of another network of this client. */
  isTaken: (address: Address) => boolean = () => false;

  constructor(heard: HeardTracker) {
    this.heard = heard;
  }

  /** Its addresses, as {@link PeerConfig} takes them. */
  get tracker(): string {
    return this.heard.addresses.map(formatAddress).join(",");
  }

  readonly findAgain: FindAgain = async (signal) => {
    const { searchTrackers, AGAIN_TIMES } = await import("../../discovery/search.ts");
    const found = await searchTrackers(signal, AGAIN_TIMES);
    const free = networksHeard(found.trackers).filter(({ addresses }) => !addresses.some(this.isTaken));
    const network = successorOf(this.heard, free);
    if (!network) throw nothingFound(found);
    this.heard = network;
    return network.addresses;
  };
}

export interface ChoiceParts {
  readonly terminal: Terminal;
  readonly words: Words;
  /** Whether a person may be asked. */
  readonly asks: boolean;
}

/**
 * The only network that a search found, or the one that a person chooses.
 *
 * @param takesAll Whether the others are used too, so that it does not matter which one is the first.
 * @returns `null` when the person chooses none.
 * @throws {Fault} `no-private-network`, `no-tracker-found`, `several-trackers`.
 */
export function chooseTracker(
  found: Search,
  takesAll: boolean,
  { terminal, words, asks }: ChoiceParts,
): FoundTracker | null {
  const { trackers } = found;
  if (trackers.length === 0) throw nothingFound(found);
  const isClear = trackers.length === 1 || takesAll;
  if (!isClear && !asks) {
    const texts = trackers.map(({ name, addresses }) => `${name} (${formatAddress(addresses[0])})`);
    throw new Fault("several-trackers", { trackers: texts.join(", ") });
  }
  const tracker = isClear ? trackers[0] : chooseOne(trackers, terminal, words);
  if (tracker && asks) terminal.print(words.client.usingTracker(tracker.name, formatAddress(tracker.addresses[0])));
  return tracker && new FoundTracker(tracker);
}

/** The networks that a search found for `--also auto`, beside those that are known; if there is none, that is shown. */
export async function furtherTrackers(
  { trackers }: Search,
  known: readonly string[],
  { terminal, words }: ChoiceParts,
): Promise<string[]> {
  const resolved = (await Promise.all(known.map((it) => findTrackers(parsePlaces(it)).catch(() => [])))).flat();
  const own = new OwnHosts();
  const isSame = (a: Address, b: Address): boolean =>
    a.port === b.port && (a.host === b.host || own.has(a.host) && own.has(b.host));
  const announced = trackers.filter(({ addresses: [{ host }] }) => addressScope(host) !== "loopback");
  const others = announced.filter(({ addresses }) => !addresses.some((a) => resolved.some((b) => isSame(a, b))));
  if (others.length === 0) terminal.fail(words.client.noFurtherTracker);
  return others.slice(0, MAX_FURTHER).map((it) => new FoundTracker(it).tracker);
}

/** Why no tracker was found, and what to do. */
export function nothingFound({ networks }: Search): Fault {
  const names = networks.map(({ name, addresses }) => `${name} (${addresses.join(", ")})`);
  return names.length === 0
    ? new Fault("no-private-network", {})
    : new Fault("no-tracker-found", { networks: names.join("; ") });
}

/** Shows the trackers, each with a number. */
export function showTrackers(trackers: readonly HeardTracker[], terminal: Terminal, words: Words): void {
  trackers.forEach(({ name, addresses }, i) =>
    terminal.print(words.client.trackerLine(i + 1, name, formatAddress(addresses[0])))
  );
}

function chooseOne(trackers: readonly HeardTracker[], terminal: Terminal, words: Words): HeardTracker | null {
  showTrackers(trackers, terminal, words);
  for (;;) {
    const answer = terminal.askFirst(words.client.whichTracker(trackers.length));
    if (answer === null || answer.trim() === "") return null;
    const tracker = trackers[Number(answer) - 1];
    if (tracker) return tracker;
  }
}
