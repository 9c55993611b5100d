/**
 * Keeps a peer registered: renews before the lease ends, registers again when the tracker was away or forgot the peer, and
 * retries when the tracker took less than all images.
 */
import { Fault } from "../fault/fault.ts";
import { pause } from "../net/pause.ts";
import type { Registered } from "./tracker_client.ts";

/** What became of a registration meanwhile; `accepted` of `offered` images are listed. */
export type RegistrationEvent =
  /** The tracker does not answer any more; it is retried automatically, with growing waits. */
  | { readonly kind: "lost"; readonly fault: Fault }
  /**
   * `found`: it answers again. `again`: it had forgotten the peer, which is registered again. `complete`: it had listed
   * less than all before, and lists all now.
   */
  | { readonly kind: "found" | "again" | "complete"; readonly accepted: number; readonly offered: number };

/** When a registration is renewed and retried, in milliseconds. */
export interface RenewalWaits {
  /** Between renewals: a third of the lease that our tracker gives, so that two may get lost. */
  readonly renew: number;
  /** Before the first retry after a failure; each further one waits twice as long. */
  readonly first: number;
  /** Between retries at most. */
  readonly most: number;
}

/** The default waits. */
export const DEFAULT_WAITS: RenewalWaits = { renew: 60_000, first: 2_000, most: 60_000 };

/** Between retries at most where the tracker is known to take all images, in milliseconds. */
const MAX_COMPLETING_MS = 5_000;

/** What the tracker has just answered, or that it failed to answer, or may have forgotten the peer. */
export type Begin = Registered | "failed" | "doubtful";

/** What is renewed. */
export interface RenewalParts {
  /** Renews once, and retries what the tracker did not take. */
  readonly renew: () => Promise<Registered>;
  /** Whether the tracker has answered on TCP before: when it does again, it takes all images. */
  readonly hadTcp: () => boolean;
  readonly onEvent: (event: RegistrationEvent) => void;
  readonly waits?: RenewalWaits;
}

/**
 * Renews until `ending` is aborted. Every wait is shorter by a random part, so that the peers of a network that comes back
 * do not all ask at the same moment.
 */
export async function keepRegistered(parts: RenewalParts, begin: Begin, ending: AbortSignal): Promise<void> {
  const { renew, hadTcp, onEvent, waits: { renew: regular, first, most } = DEFAULT_WAITS } = parts;
  let failures = begin === "failed" ? 1 : 0;
  let isDoubtful = begin === "doubtful";
  /** Retries since less than all was listed. */
  let retries = typeof begin === "object" && begin.accepted < begin.offered ? 1 : 0;
  const grown = (attempt: number): number => Math.min(most, first * 2 ** (attempt - 1));
  for (;;) {
    let wait = regular;
    if (failures > 0) wait = grown(failures);
    else if (isDoubtful) wait = first;
    else if (retries > 0) wait = Math.min(regular, grown(retries), hadTcp() ? MAX_COMPLETING_MS : Infinity);
    await pause(wait * (0.7 + 0.3 * Math.random()), ending);
    if (ending.aborted) return;
    try {
      const { again, accepted, offered } = await renew();
      if (ending.aborted) return;
      const isComplete = retries > 0 && accepted >= offered;
      const kind = failures > 0 ? "found" : again ? "again" : isComplete ? "complete" : null;
      if (kind) onEvent({ kind, accepted, offered });
      [failures, isDoubtful] = [0, false];
      retries = accepted < offered ? retries + 1 : 0;
    } catch (error) {
      if (ending.aborted) return;
      if (!(error instanceof Fault)) throw error;
      if (failures++ === 0) onEvent({ kind: "lost", fault: error });
      isDoubtful = false;
    }
  }
}
