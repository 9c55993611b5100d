/**
 * Keeps a registration alive: renews it before its lease ends, and makes it anew when the tracker was away or forgot it.
 *
 * @module
 */
import { Fault } from "../wire/fault.ts";
import { notify } from "../wire/notify.ts";
import { pause } from "./pause.ts";

/** What a keeper tells. */
export type KeeperEvent =
  /** The tracker does not answer any more; it is asked again with growing waits. */
  | { readonly kind: "lost"; readonly fault: Fault }
  /** It answers again, and knows of us. */
  | { readonly kind: "found" }
  /** It had forgotten us, and knows of us again. */
  | { readonly kind: "again" };

/** When a keeper acts, in milliseconds. */
export interface KeeperWaits {
  /** Between renewals: a third of the lease that our tracker gives, so that two may get lost. */
  readonly renew: number;
  /** Before the first attempt after a failure; each further one waits twice as long. */
  readonly first: number;
  /** At most between attempts. */
  readonly most: number;
}

const DEFAULT_WAITS: KeeperWaits = { renew: 60_000, first: 2_000, most: 60_000 };

/**
 * Renews until `ending` is aborted. Every wait is a random part of its length shorter, so that the peers of a network
 * that comes back do not all ask at the same moment.
 *
 * @param renew Renews once; gives whether the tracker had forgotten us.
 * @param begin How it stands: all is well; the tracker did not answer the last time; or it may have forgotten us.
 */
export async function keep(
  renew: () => Promise<boolean>,
  tell: (event: KeeperEvent) => void,
  ending: AbortSignal,
  begin: "well" | "failing" | "doubtful",
  waits: KeeperWaits = DEFAULT_WAITS,
): Promise<void> {
  for (let failures = begin === "failing" ? 1 : 0, doubt = begin === "doubtful";; doubt = false) {
    const calm = failures === 0 && !doubt;
    const wait = calm ? waits.renew : Math.min(waits.most, waits.first * 2 ** Math.max(0, failures - 1));
    await pause(wait * (0.7 + 0.3 * Math.random()), ending);
    if (ending.aborted) return;
    try {
      const again = await renew();
      if (failures > 0) notify(() => tell({ kind: "found" }));
      else if (again) notify(() => tell({ kind: "again" }));
      failures = 0;
    } catch (error) {
      if (ending.aborted) return;
      if (!(error instanceof Fault)) throw error;
      if (failures++ === 0) notify(() => tell({ kind: "lost", fault: error }));
    }
  }
}
