/**
 * Who was heard lately: the silence of one peer says something about that peer only while others are heard.
 *
 * @module
 */
import type { Reached } from "./dials.ts";
import type { Source } from "./source.ts";
import type { Neighbourhood } from "../protocol/network.ts";

/**
 * A peer that was silent when its lease had ended, while nobody else was heard either, is tried for so much longer, in
 * milliseconds: perhaps it is the tracker's cable that is out. Then it goes: in a network of two nobody else is heard.
 */
const SILENCE_MS = 3 * 60_000;

/** The same for a peer that could not even be tried: whoever is still there after this time registers again. */
const UNTRIED_MS = 60 * 60_000;

/** Somebody who was heard. */
interface Heard {
  readonly source: Source;
  readonly host: string;
  at: number;
}

/** The last two sources of each kind of network that were heard: where a cable is out, nobody behind it is. */
export class Hearing {
  readonly #last: Partial<Record<Neighbourhood, { latest: Heard; before: Heard | null }>> = {};

  /** Somebody was heard. */
  note(source: Source, host: string, now: number): void {
    const last = this.#last[source.where];
    if (last?.latest.source === source) last.latest.at = now;
    else this.#last[source.where] = { latest: { source, host, at: now }, before: last?.latest ?? null };
  }

  /**
   * Whether a peer is gone that was not reached.
   *
   * @param overdue How long ago its lease ended, in milliseconds.
   * @param since When the attempt began.
   * @param isOwn Whether a host is this machine, which always hears itself, whatever its network does.
   */
  isGone(
    reached: Exclude<Reached, true>,
    overdue: number,
    since: number,
    source: Source,
    isOwn: (host: string) => boolean,
  ): boolean {
    if (reached === false) return true;
    if (reached === null) return overdue >= UNTRIED_MS;
    if (overdue >= SILENCE_MS || source.where === "loopback") return true;
    const last = this.#last[source.where];
    return [last?.latest, last?.before].some((it) => it && it.source !== source && it.at >= since && !isOwn(it.host));
  }
}
