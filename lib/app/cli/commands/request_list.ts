/** Requests the list once without sharing anything, selects from it, and reports a slow tracker. */
import type { Listing } from "../../../announce/list/fetch_list.ts";
import { TrackerClient } from "../../../announce/tracker_client.ts";
import { mergeLists, type NetworkListing } from "../../../announce/list/merge_lists.ts";
import { OwnHosts } from "../../../net/own_addresses.ts";
import { pauseUntil } from "../../../net/pause.ts";
import { settleSoon } from "../../../net/settle_soon.ts";
import { networkName } from "../../../peer/network_name.ts";
import { LATE_NETWORK_MS } from "../../../peer/networks.ts";
import { type Address, formatAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import { sentence } from "../../words/sentence.ts";
import type { TrackerContext } from "../context.ts";
import { findQueries } from "./find_queries.ts";
import type { Terminal } from "../output/terminal.ts";
import { selectByWords, type Selection } from "./select_words.ts";

/** When a tracker counts as slow, in milliseconds: most answer within a hundredth of that. */
const SLOW_MS = 1_000;

/** The list of one network, or of several. */
export interface ReceivedList extends Listing {
  /** Whether only the images were requested that the words of the command line may select: they have no numbers. */
  readonly isPart: boolean;
  /** The networks that answered, that of the operand first. */
  readonly networks: readonly AnsweredNetwork[];
}

interface AnsweredNetwork {
  readonly name: string;
  /** The address of the tracker that answered. */
  readonly address: Address;
  readonly isPart: boolean;
}

/**
 * Requests the lists of all networks at once, of long ones only what the words of the command line may select; those
 * that do not answer soon after the first are left out, and named.
 *
 * @throws {Fault} `host-unknown`, `tracker-silent`, `tracker-unreachable`, `trackers-silent`; the reason of the signal.
 */
export async function requestList(
  context: TrackerContext,
  selecting: readonly string[],
): Promise<ReceivedList> {
  const queries = findQueries(selecting);
  const { tracker, also, terminal, words, ending } = context;
  const trackers = [tracker, ...also.filter((it) => networkName(it) !== networkName(tracker))];
  const own = new OwnHosts();
  const late = new AbortController();
  const giveUp = AbortSignal.any([ending.signal, late.signal]);
  const request = async (tracker: string): Promise<NetworkListing & AnsweredNetwork> => {
    const client = await pauseUntil(TrackerClient.open(tracker), giveUp);
    client.onMove = ({ from, to, why }) =>
      terminal.fail(words.client.trackerMoved[why](formatAddress(from), formatAddress(to)));
    try {
      terminal.status(words.client.asking(formatAddress(client.address)));
      const found = queries && await pauseUntil(client.find(queries), giveUp);
      const list = found ? { images: found, mayBeCut: false } : await pauseUntil(client.list(), giveUp);
      const { address } = client;
      const isPassedOver = (host: string): boolean => own.passOver(host, address.host);
      return { ...list, name: networkName(tracker), address, isPassedOver, isPart: found !== null };
    } finally {
      terminal.endStatus();
      await client.close();
    }
  };
  const first = reportIfSlow(() => request(tracker), tracker, terminal, words);
  if (trackers.length === 1) {
    const list = await first;
    return { ...list, networks: [list] };
  }
  const results = await settleSoon([first, ...trackers.slice(1).map(request)], LATE_NETWORK_MS);
  late.abort();
  const lists = results.flatMap((it) => it?.status === "fulfilled" ? [it.value] : []);
  if (lists.length === 0 && results[0]?.status === "rejected") throw results[0].reason;
  for (const [i, result] of results.entries()) {
    if (result?.status === "rejected") terminal.fail(sentence(result.reason, words));
    if (result?.status !== "fulfilled") terminal.fail(words.client.networkMissing(networkName(trackers[i])));
  }
  return { ...mergeLists(lists), networks: lists, isPart: lists.some(({ isPart }) => isPart) };
}

/** Whether a host in a list of these networks is never contacted. */
export function passesOver({ networks }: ReceivedList): (host: string) => boolean {
  const own = new OwnHosts();
  return (host) => networks.every(({ address }) => own.passOver(host, address.host));
}

/** The most paths that are shown for an ambiguous word. */
const MAX_PATHS_SHOWN = 8;

/** The listed images that the words of the command line select, all without any; and the words that select none. */
export function selectListed(
  { rest, terminal, words }: Pick<TrackerContext, "rest" | "terminal" | "words">,
  listed: readonly ListedImage[],
): { readonly images: readonly ListedImage[]; readonly unknown: readonly string[] } {
  if (rest.length === 0) return { images: listed, unknown: [] };
  const selection = selectByWords(rest, listed);
  reportUnselected(selection, words.client.noSuchImage, terminal, words);
  return {
    images: selection.images,
    unknown: [...selection.unknown, ...selection.ambiguous.map(({ word }) => word)],
  };
}

/** Shows the words that select nothing. */
export function reportUnselected(
  { unknown, ambiguous }: Pick<Selection, "unknown" | "ambiguous">,
  noSuchImage: (word: string) => string,
  terminal: Terminal,
  { client }: Words,
): void {
  for (const word of unknown) terminal.fail(noSuchImage(word));
  for (const { word, paths } of ambiguous) {
    terminal.fail(
      client.severalPaths(word, paths.slice(0, MAX_PATHS_SHOWN).join(", "), paths.length - MAX_PATHS_SHOWN),
    );
  }
}

/**
 * Sends `request` to the trackers at `address`, separated by commas. Without a status line, a message on standard error
 * says once that the program waits for a slow tracker.
 */
export async function reportIfSlow<T>(
  request: () => Promise<T>,
  address: string,
  terminal: Terminal,
  words: Words,
): Promise<T> {
  if (terminal.moving) return await request();
  const trackers = address.split(",");
  const text = trackers.length > 1 ? words.client.waitingForAny(trackers.join(", ")) : words.client.waiting(address);
  const timer = setTimeout(() => terminal.fail(text), SLOW_MS);
  try {
    return await request();
  } finally {
    clearTimeout(timer);
  }
}
