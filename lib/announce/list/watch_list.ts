/** Keeps a list up to date: asks again and again, the less often the more that costs. */
import { Fault } from "../../fault/fault.ts";
import type { Address } from "../../protocol/address.ts";
import { pause, pauseUntil } from "../../net/pause.ts";
import type { Listing } from "./fetch_list.ts";
import { type ListDifference, LiveList } from "./live_list.ts";

/** A list, and what changed in it since the last one. */
export interface ListUpdate extends Listing, ListDifference {}

/** What this peer shares, and which address of a list is its own. */
interface Own {
  readonly images: () => readonly unknown[];
  readonly isOwn: (address: Address) => boolean;
}

export interface WatchParts extends Own {
  /** Tells of images that were found, by `change`: the list is brought up to date at once. */
  readonly found: EventTarget;
  /** Brings the list up to date. After a {@link Fault}, it is called again later. */
  readonly refresh: (list: LiveList) => Promise<ListDifference>;
  /** Called when the list should name this peer but does not, at first or after one that did. */
  readonly onUnnamed: () => void;
  /** Takes the list, at most every half minute. */
  readonly onList?: (listing: Listing) => void;
}

/**
 * A list that is watched counts as a new one this often, in milliseconds: each new list gives its unknown addresses
 * another budget of connections.
 */
const LISTS_APART_MS = 30_000;

/** How long a list stays as it is before it is brought up to date, in milliseconds. */
export interface WatchWaits {
  /** Where the tracker says what changed: some hundred bytes. */
  readonly changes: number;
  /** Where it sends the whole list: for an empty one. */
  readonly list: number;
  /** More than that for each image. */
  readonly perImage: number;
  /** The most for a whole list. */
  readonly most: number;
  /** The most after several failures; the wait doubles with each. */
  readonly mostFailed: number;
}

/** The options of a watch. */
export interface WatchOptions {
  /** How often the tracker is asked. */
  readonly waits?: WatchWaits;
  /** Of a network with more images than this, only those that were found are held; default: as many as a list has. */
  readonly most?: () => number;
}

/** 100,000 images are some 10 MB: once a minute, they take a local network less than a picture does. */
const WATCH_WAITS: WatchWaits = { changes: 2_000, list: 3_000, perImage: 0.5, most: 60_000, mostFailed: 30_000 };

/** Whether a list names this peer, or need not. */
export function isNamed({ images, mayBeCut }: Listing, own: Own): boolean {
  return mayBeCut || own.images().length === 0 || images.some(({ peers }) => peers.some(own.isOwn));
}

/** Gives a list at once, and each time that it has changed, until `signal` is aborted. */
export async function* watchList(
  parts: WatchParts,
  signal: AbortSignal,
  waits: WatchWaits = WATCH_WAITS,
): AsyncGenerator<ListUpdate> {
  const list = new LiveList();
  let [isFirst, wasNamed, isNew, takenAt, failures] = [true, true, true, -Infinity, 0];
  while (!signal.aborted) {
    const rest = new AbortController();
    const once = { once: true, signal: rest.signal };
    parts.found.addEventListener("change", () => rest.abort(), once);
    signal.addEventListener("abort", () => rest.abort(), once);
    try {
      const difference = await pauseUntil(parts.refresh(list), signal);
      failures = 0;
      const isChanged = isFirst || difference.changed.length > 0 || difference.removed.length > 0;
      isFirst = false;
      isNew ||= isChanged;
      if (isNew && performance.now() - takenAt >= LISTS_APART_MS) {
        [isNew, takenAt] = [false, performance.now()];
        parts.onList?.(list.listing);
      }
      if (isChanged) {
        const { listing } = list;
        const named = isNamed(listing, parts);
        if (wasNamed && !named) parts.onUnnamed();
        wasNamed = named;
        yield { ...listing, ...difference };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Fault)) throw error;
      failures++;
    }
    const wait = list.version === "" ? Math.min(waits.most, waits.list + list.size * waits.perImage) : waits.changes;
    const longer = failures > 0 ? Math.max(wait, Math.min(waits.mostFailed, wait * 2 ** failures)) : wait;
    await pause(longer, rest.signal);
    rest.abort();
  }
}
