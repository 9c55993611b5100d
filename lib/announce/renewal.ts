/**
 * Keeps a peer registered: renews before the lease ends, registers again when the tracker was away or forgot the peer, and
 * retries when the tracker took less than all images.
 *
 * @module
 */
import { Fault } from "../fault/fault.ts";
import { notify } from "../fault/notify.ts";
import { pause } from "../net/pause.ts";

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

/** What a renewal brought. */
export interface Renewal {
  /** How many images the tracker lists. */
  readonly accepted: number;
  /** How many there are to share. */
  readonly offered: number;
  /** Whether the tracker had forgotten the peer. */
  readonly again: boolean;
  /** Whether the tracker has taken all before, over TCP, and will again when it has that. */
  readonly hadTcp: boolean;
}

/** How it stands at first: what the tracker has just answered, or that it failed to, or may have forgotten the peer. */
export type Begin = Renewal | "failed" | "doubtful";

/**
 * Renews until `ending` is aborted. Every wait is shorter by a random part, so that the peers of a network that comes back
 * do not all ask at the same moment.
 *
 * @param renew Renews once, and retries what the tracker did not take.
 */
export async function keepRegistered(
  renew: () => Promise<Renewal>,
  onEvent: (event: RegistrationEvent) => void,
  ending: AbortSignal,
  begin: Begin,
  { renew: regular, first, most }: RenewalWaits = DEFAULT_WAITS,
): Promise<void> {
  let failures = begin === "failed" ? 1 : 0;
  let isDoubtful = begin === "doubtful";
  /** Retries since less than all was listed, and the wait between them at most. */
  let [retries, mostCompleting] = [0, most];
  const note = ({ accepted, offered, hadTcp }: Renewal): void => {
    retries = accepted < offered ? retries + 1 : 0;
    mostCompleting = hadTcp ? Math.min(MAX_COMPLETING_MS, most) : most;
  };
  const grown = (attempt: number, limit: number): number => Math.min(limit, first * 2 ** (attempt - 1));
  if (typeof begin === "object") note(begin);
  for (;;) {
    let wait = regular;
    if (failures > 0) wait = grown(failures, most);
    else if (isDoubtful) wait = first;
    else if (retries > 0) wait = Math.min(regular, grown(retries, mostCompleting));
    await pause(wait * (0.7 + 0.3 * Math.random()), ending);
    if (ending.aborted) return;
    try {
      const renewal = await renew();
      if (ending.aborted) return;
      const { again, accepted, offered } = renewal;
      const isComplete = retries > 0 && accepted >= offered;
      const kind = failures > 0 ? "found" : again ? "again" : isComplete ? "complete" : null;
      if (kind) notify(() => onEvent({ kind, accepted, offered }));
      [failures, isDoubtful] = [0, false];
      note(renewal);
    } catch (error) {
      if (ending.aborted) return;
      if (!(error instanceof Fault)) throw error;
      if (failures++ === 0) notify(() => onEvent({ kind: "lost", fault: error }));
      isDoubtful = false;
    }
  }
}
