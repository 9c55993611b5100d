/** Looks for trackers in the networks of this machine. */
import { findLocalTracker } from "../../announce/local_tracker.ts";
import { pause } from "../../net/pause.ts";
import type { Address } from "../../protocol/address.ts";
import type { HeardTracker } from "./heard_trackers.ts";
import { type SearchedNetwork, TrackerListener } from "./tracker_listener.ts";

/** What a search found, and how. */
export interface Search {
  readonly trackers: readonly HeardTracker[];
  /** Where a tracker answers on this machine, if none was heard; `null` if none does, or it was not asked. */
  readonly local: Address | null;
  /** The networks that were searched. */
  readonly networks: readonly SearchedNetwork[];
  /** How many answers came to all, and how many to this program alone: a firewall may stop one kind of them. */
  readonly answers: { readonly multicast: number; readonly unicast: number };
  /** Why the port of multicast DNS could not be opened; `null` if it could. */
  readonly portError: string | null;
}

/** How many trackers a search finds: nobody chooses among more. */
const MAX_SHOWN = 50;

/** When a search asks and when it ends, in milliseconds from its start. */
export interface SearchTimes {
  readonly asks: readonly number[];
  /** When it ends if a tracker was found by then. */
  readonly enough: number;
  readonly end: number;
}

/**
 * Trackers answer within 120 ms. The second question comes after a second (RFC 6762, section 5.2), since wireless
 * networks lose a tenth of what is sent to all; half a second later all trackers have answered once but one in fifty.
 * Only when nobody has answered a third one follows, and the person waits longer, also for a tracker on this machine.
 */
export const SEARCH_TIMES: SearchTimes = { asks: [0, 1_000, 3_000], enough: 1_500, end: 3_500 };

/** When nobody waits but a request to a tracker that was silent, and will be repeated. */
export const AGAIN_TIMES: SearchTimes = { asks: [0, 1_000], enough: 1_500, end: 1_500 };

/**
 * Looks for trackers for a moment.
 *
 * @throws The reason of the signal.
 */
export async function searchTrackers(signal: AbortSignal, times: SearchTimes = SEARCH_TIMES): Promise<Search> {
  signal.throwIfAborted();
  await using listener = await TrackerListener.open();
  let searching: Promise<Address | null> | null = null;
  const start = performance.now();
  const until = (ms: number): Promise<void> => pause(start + ms - performance.now(), signal);
  for (const at of times.asks) {
    if (at > times.enough) {
      await until(times.enough);
      if (listener.trackers.length > 0) break;
      searching ??= findLocalTracker(signal);
    }
    await until(at);
    signal.throwIfAborted();
    await listener.ask();
  }
  await until(listener.trackers.length > 0 ? times.enough : times.end);
  const local = await searching;
  signal.throwIfAborted();
  const { trackers, networks, answers, portError } = listener;
  return { trackers: trackers.slice(0, MAX_SHOWN), local, networks, answers, portError };
}

/** How often the networks are looked at again, in milliseconds: a cable is plugged in, a laptop moves. */
const LOOK_MS = 5_000;

/** How long a change waits for others that come with it, in milliseconds; also the least wait in a flood. */
const GATHER_MS = 500;

/** The longest wait between questions, in milliseconds: half of the time for which answers are kept. */
const MAX_ASK_MS = 60_000;

/**
 * Follows which trackers are in the networks of this machine, until the signal is aborted: calls `onTrackers` with all
 * of them soon after something was heard, and every few seconds. It asks after 0, 1, 3, 7, 15, 31 and 63 seconds and
 * then once a minute (RFC 6762, section 5.2), and from the beginning when this machine is in another network.
 */
export async function followTrackers(
  signal: AbortSignal,
  onTrackers: (trackers: readonly HeardTracker[]) => void,
): Promise<void> {
  await using listener = await TrackerListener.open();
  let [wait, askAt] = [0, 0];
  while (!signal.aborted) {
    const now = performance.now();
    if (listener.look()) [wait, askAt] = [0, now];
    if (now >= askAt) {
      await listener.ask();
      wait = Math.min(2 * wait || 1_000, MAX_ASK_MS);
      askAt = now + wait;
    }
    onTrackers(listener.trackers);
    const late = pause(Math.min(LOOK_MS, askAt - performance.now()), signal);
    await Promise.race([late, listener.heardMore()]);
    await pause(GATHER_MS, signal);
  }
}
