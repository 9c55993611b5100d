/**
 * Keeps a registration alive: renews it before its lease ends, makes it anew when the tracker was away or forgot it, and
 * completes it when the tracker took less than all.
 *
 * @module
 */
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { pause } from "../net/pause.ts";

/** What became of the tracker or of a registration meanwhile; `accepted` of `offered` images are listed. */
export type RegistrationEvent =
  /** The tracker does not answer any more; it is retried automatically, with growing waits. */
  | { readonly kind: "lost"; readonly fault: Fault }
  /** `found`: it answers again. `again`: it had forgotten the peer, which is registered again. `complete`: it lists all now. */
  | { readonly kind: "found" | "again" | "complete"; readonly accepted: number; readonly offered: number };

/** When a registration is renewed and retried, in milliseconds. */
export interface RenewalWaits {
  /** Between renewals: a third of the lease that our tracker gives, so that two may get lost. */
  readonly renew: number;
  /** Before the first attempt after a failure; each further one waits twice as long. */
  readonly first: number;
  /** At most between attempts. */
  readonly most: number;
}

/** The waits of every peer that was not given others. */
export const DEFAULT_WAITS: RenewalWaits = { renew: 60_000, first: 2_000, most: 60_000 };

/** At most between attempts to register all images where the tracker is known to take them, in milliseconds. */
const MAX_COMPLETING_MS = 5_000;

/** What a renewal brought. */
export interface Renewal {
  /** How many images the tracker lists. */
  readonly accepted: number;
  /** How many there are to share. */
  readonly offered: number;
  /** Whether the tracker had forgotten us. */
  readonly again: boolean;
  /** Whether the tracker will take all as soon as it has TCP again. */
  readonly hadTcp: boolean;
}

/** How it stands: all is well; the tracker did not answer the last time; it may have forgotten us; it took less than all. */
export type Begin = "well" | "failing" | "doubtful" | { readonly incomplete: true; readonly hadTcp: boolean };

/**
 * Renews until `ending` is aborted. Every wait is a random part of its length shorter, so that the peers of a network
 * that comes back do not all ask at the same moment.
 *
 * @param renew Renews once, and tries to complete what is not.
 */
export async function keep(
  renew: () => Promise<Renewal>,
  tell: (event: RegistrationEvent) => void,
  ending: AbortSignal,
  begin: Begin,
  waits: RenewalWaits = DEFAULT_WAITS,
): Promise<void> {
  const grown = (attempts: number, most: number): number => Math.min(most, waits.first * 2 ** (attempts - 1));
  let failures = begin === "failing" ? 1 : 0;
  let isDoubtful = begin === "doubtful";
  /** Attempts since less than all was listed, or 0. */
  let incomplete = typeof begin === "object" ? 1 : 0;
  let mostIncomplete = typeof begin === "object" && begin.hadTcp ? Math.min(MAX_COMPLETING_MS, waits.most) : waits.most;
  for (;;) {
    const wait = failures > 0
      ? grown(failures, waits.most)
      : isDoubtful
      ? waits.first
      : incomplete > 0
      ? Math.min(waits.renew, grown(incomplete, mostIncomplete))
      : waits.renew;
    await pause(wait * (0.7 + 0.3 * Math.random()), ending);
    if (ending.aborted) return;
    try {
      const { again, accepted, offered, hadTcp } = await renew();
      if (ending.aborted) return;
      const isComplete = accepted >= offered;
      if (failures > 0) notify(() => tell({ kind: "found", accepted, offered }));
      else if (again) notify(() => tell({ kind: "again", accepted, offered }));
      else if (incomplete > 0 && isComplete) notify(() => tell({ kind: "complete", accepted, offered }));
      failures = 0;
      isDoubtful = false;
      incomplete = isComplete ? 0 : incomplete + 1;
      mostIncomplete = hadTcp ? Math.min(MAX_COMPLETING_MS, waits.most) : waits.most;
    } catch (error) {
      if (ending.aborted) return;
      if (!(error instanceof Fault)) throw error;
      if (failures++ === 0) notify(() => tell({ kind: "lost", fault: error }));
      isDoubtful = false;
    }
  }
}
