/** Which sources sent something recently: the silence of one peer means that it is gone only while others send. */
import type { Dial, DialResult } from "./dials.ts";
import type { SourceRecord } from "./source.ts";
import type { AddressScope } from "../protocol/network.ts";

/**
 * For how long a silent peer is dialled after its lease, in milliseconds, while no other is active either: the tracker's
 * own network may be down. Then it is removed: in a network of two there is no other.
 */
const SILENT_MS = 3 * 60_000;

/** The same for a peer that could not even be dialled: a peer that is still running then registers again. */
const UNTRIED_MS = 60 * 60_000;

interface ActiveSource {
  readonly source: SourceRecord;
  readonly host: string;
  at: number;
}

/** The last two active sources of each scope: if a cable is out, none behind it is active. */
export class Activity {
  readonly #last: Partial<Record<AddressScope, { latest: ActiveSource; before: ActiveSource | null }>> = {};

  record(source: SourceRecord, host: string, now: number): void {
    const last = this.#last[source.scope];
    if (last?.latest.source === source) last.latest.at = now;
    else this.#last[source.scope] = { latest: { source, host, at: now }, before: last?.latest ?? null };
  }

  /**
   * Whether a peer is gone whose lease has ended and whose dial was not accepted.
   *
   * @param isOwn Whether a host is this machine, which always hears itself, whatever its network does.
   */
  isGone(
    { peer, startedAt }: Dial,
    result: Exclude<DialResult, "accepted">,
    now: number,
    source: SourceRecord,
    isOwn: (host: string) => boolean,
  ): boolean {
    const overdue = now - peer.expiresAt;
    if (result === "refused") return true;
    if (result === "untried") return overdue >= UNTRIED_MS;
    if (overdue >= SILENT_MS || source.scope === "loopback") return true;
    const last = this.#last[source.scope];
    return [last?.latest, last?.before].some((it) =>
      it && it.source !== source && it.at >= startedAt && !isOwn(it.host)
    );
  }
}
