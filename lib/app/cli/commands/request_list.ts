/** Requests the list once without sharing anything, selects from it, and reports a slow tracker. */
import type { Listing } from "../../../announce/fetch_list.ts";
import { TrackerClient } from "../../../announce/tracker_client.ts";
import { pauseUntil } from "../../../net/pause.ts";
import { formatAddress } from "../../../protocol/address.ts";
import type { ListedImage } from "../../../protocol/image.ts";
import type { Words } from "../../words/en/words.ts";
import type { TrackerContext } from "../context.ts";
import type { Terminal } from "../output/terminal.ts";
import { selectByWords, type Selection } from "./select_words.ts";

/** When a tracker counts as slow, in milliseconds: most answer within a hundredth of that. */
const SLOW_MS = 1_000;

/** A list, and the address of its tracker. */
export interface ReceivedList extends Listing {
  readonly tracker: string;
}

/**
 * Requests the list of the tracker.
 *
 * @throws {Fault} `host-unknown`, `tracker-silent`, `tracker-unreachable`, `trackers-silent`; the reason of the signal.
 */
export async function requestList({ tracker, terminal, words, ending }: TrackerContext): Promise<ReceivedList> {
  const request = async (): Promise<ReceivedList> => {
    const client = await pauseUntil(TrackerClient.open(tracker), ending.signal);
    client.onMove = ({ from, to }) => terminal.fail(words.client.trackerMoved(formatAddress(from), formatAddress(to)));
    try {
      terminal.status(words.client.asking(formatAddress(client.address)));
      return { ...await pauseUntil(client.list(), ending.signal), tracker: formatAddress(client.address) };
    } finally {
      terminal.endStatus();
      await client.close();
    }
  };
  return await reportIfSlow(request, tracker, terminal, words);
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
 * Sends `request` to the trackers at `address`, separated by commas. Without a status line, a message on standard error says once that the
 * program waits for a slow tracker.
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
