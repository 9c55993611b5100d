/**
 * Keeps a peer registered: renews before the lease ends, registers again if the tracker was away or forgot the peer,
 * and retries if the tracker took only some of the images.
 */
import type { Address } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import { pauseAwake } from "../net/sleep.ts";
import type { Registered } from "./single_tracker.ts";

/** What happened to a registration in the meantime; `accepted` of `offered` images are listed. */
export type RegistrationEvent =
  /** The tracker does not answer; the renewal is retried automatically, with growing waits. */
  | { readonly kind: "lost"; readonly fault: Fault }
  /** A tracker does not answer or is full, and another of the same network answers. */
  | { readonly kind: "moved"; readonly from: Address; readonly to: Address; readonly why: "silent" | "full" }
  /**
   * `found`: the tracker answers again. `again`: it had forgotten the peer, which is registered again. `complete`: it
   * had listed some of the images, and now lists all.
   */
  | { readonly kind: "found" | "again" | "complete"; readonly accepted: number; readonly offered: number };

/** When a registration is renewed and retried, in milliseconds. */
export interface RenewalWaits {
  /** Between renewals: a third of our tracker's lease, so that two may get lost. */
  readonly renew: number;
  /** Before the first retry after a failure; each further wait is twice as long. */
  readonly first: number;
  /** The longest wait between retries. */
  readonly most: number;
  /** Between looks at whether the tracker still answers, if there are several; default: ten seconds. */
  readonly check?: number;
}

export const DEFAULT_WAITS: RenewalWaits = { renew: 60_000, first: 2_000, most: 60_000 };

/** The longest wait between retries if the tracker is known to take all images, in milliseconds. */
const MAX_COMPLETING_MS = 5_000;

/** The tracker's last answer; `failed` without one, `doubtful` if the tracker may have forgotten the peer. */
export type Begin = Registered | "failed" | "doubtful";

export interface RenewalParts {
  /** Renews once, and retries the images that the tracker did not take; `slept` if the machine was suspended. */
  readonly renew: (slept: boolean) => Promise<Registered>;
  /** Whether the tracker has answered on TCP before: it takes all images when it does so again. */
  readonly hadTcp: () => boolean;
  readonly onEvent: (event: RegistrationEvent) => void;
  readonly waits?: RenewalWaits;
  /** The clock of the machine and how often it is looked at, in milliseconds; see {@link pauseAwake}. */
  readonly awake?: Parameters<typeof pauseAwake>[2];
}

/**
 * Renews until `ending` is aborted. A random part is taken off every wait, so that after a network failure not all
 * peers ask at the same moment. When the machine was suspended, renews at once: leases have gone on, waits have not.
 */
export async function keepRegistered(parts: RenewalParts, begin: Begin, ending: AbortSignal): Promise<void> {
  const { renew, hadTcp, onEvent, awake, waits: { renew: regular, first, most } = DEFAULT_WAITS } = parts;
  let failures = begin === "failed" ? 1 : 0;
  let isDoubtful = begin === "doubtful";
  /** Retries since the tracker listed only some of the images. */
  let retries = typeof begin === "object" && begin.accepted < begin.offered ? 1 : 0;
  const grown = (attempt: number): number => Math.min(most, first * 2 ** (attempt - 1));
  for (;;) {
    let wait = regular;
    if (failures > 0) wait = grown(failures);
    else if (isDoubtful) wait = first;
    else if (retries > 0) wait = Math.min(regular, grown(retries), hadTcp() ? MAX_COMPLETING_MS : Infinity);
    const slept = await pauseAwake(wait * (0.7 + 0.3 * Math.random()), ending, awake);
    if (ending.aborted) return;
    if (slept) failures = Math.min(failures, 1); // The network may take some seconds to be there.
    try {
      const { again, accepted, offered } = await renew(slept);
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
