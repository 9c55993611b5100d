/** Finds the tracker when the user gave no address: `auto`, and the first use. */
import { findTrackers } from "../../../announce/find_trackers.ts";
import { parsePlaces } from "../../../announce/tracker_place.ts";
import { Fault, isFault } from "../../../fault/fault.ts";
import type { FindAgain } from "../../../announce/network_trackers.ts";
import { OwnHosts } from "../../../net/own_addresses.ts";
import { type Address, formatAddress } from "../../../protocol/address.ts";
import { networksHeard, successorOf } from "../../discovery/heard_networks.ts";
import type { HeardTracker } from "../../discovery/heard_trackers.ts";
import type { Search } from "../../discovery/search.ts";
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "../output/terminal.ts";

/** Looks for trackers, and says so; those that share a registry are one. */
export async function search(terminal: Terminal, words: Words, signal: AbortSignal): Promise<Search> {
  const { searchTrackers } = await import("../../discovery/search.ts");
  terminal.status(words.client.searching);
  try {
    const found = await searchTrackers(signal);
    return { ...found, trackers: networksHeard(found.trackers) };
  } finally {
    terminal.endStatus();
  }
}

/** A tracker that was found. */
export interface FoundTracker {
  /** Its addresses, as {@link PeerConfig} takes them. */
  readonly tracker: string;
  readonly findAgain: FindAgain;
}

export interface ChoiceParts {
  readonly terminal: Terminal;
  readonly words: Words;
  /** Whether a person may be asked. */
  readonly asks: boolean;
  readonly signal: AbortSignal;
}

/**
 * The only tracker in the network, or the one that a person chooses.
 *
 * @param isKnown Whether a tracker with this address is no choice.
 * @returns `null` when the person chooses none.
 * @throws {Fault} `no-private-network`, `no-tracker-found`, `several-trackers`.
 */
export async function chooseTracker(
  { terminal, words, asks, signal }: ChoiceParts,
  isKnown: (address: Address) => boolean = () => false,
): Promise<FoundTracker | null> {
  const found = await search(terminal, words, signal);
  const trackers = found.trackers.filter(({ addresses }) => !addresses.some(isKnown));
  if (trackers.length === 0) throw nothingFound(found);
  if (trackers.length > 1 && !asks) {
    const texts = trackers.map(({ name, addresses }) => `${name} (${formatAddress(addresses[0])})`);
    throw new Fault("several-trackers", { trackers: texts.join(", ") });
  }
  const tracker = trackers.length === 1 ? trackers[0] : chooseOne(trackers, terminal, words);
  if (tracker && asks) terminal.print(words.client.usingTracker(tracker.name, formatAddress(tracker.addresses[0])));
  if (!tracker) return null;
  let current = tracker;
  const findAgain: FindAgain = async (signal) => (current = await findSuccessor(current, signal)).addresses;
  return { tracker: tracker.addresses.map(formatAddress).join(","), findAgain };
}

/**
 * A tracker in the network for `--also auto`, beside those that are known; none if there is no other, which is shown.
 *
 * @throws {Fault} `several-trackers`.
 */
export async function chooseFurther(parts: ChoiceParts, known: readonly string[]): Promise<readonly FoundTracker[]> {
  const resolved = await Promise.all(known.map((it) => findTrackers(parsePlaces(it)).catch(() => [])));
  const own = new OwnHosts();
  const isSame = (a: Address, b: Address): boolean =>
    a.port === b.port && (a.host === b.host || own.has(a.host) && own.has(b.host));
  try {
    const found = await chooseTracker(parts, (address) => resolved.flat().some((it) => isSame(it, address)));
    return found ? [found] : [];
  } catch (error) {
    if (!isFault(error, "no-tracker-found") && !isFault(error, "no-private-network")) throw error;
    parts.terminal.fail(parts.words.client.noFurtherTracker);
    return [];
  }
}

/** Looks for the network that goes on with an earlier one. */
async function findSuccessor(before: HeardTracker, signal: AbortSignal): Promise<HeardTracker> {
  const { searchTrackers, AGAIN_TIMES } = await import("../../discovery/search.ts");
  const found = await searchTrackers(signal, AGAIN_TIMES);
  const network = successorOf(before, networksHeard(found.trackers));
  if (!network) throw nothingFound(found);
  return network;
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
