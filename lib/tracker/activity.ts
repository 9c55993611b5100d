/** Remembers which sources sent something recently: a silent peer is gone only if others can still be heard. */
import type { Dial, DialResult } from "./dials.ts";
import type { SourceRecord } from "./source.ts";
import type { AddressScope } from "../protocol/network.ts";

/**
 * For how long a silent peer is dialled after its lease while no other is active either, in milliseconds: the tracker's
 * own network may be down. Then the peer is removed, since in a network of two there is no other.
 */
const SILENT_MS = 3 * 60_000;

/** The same for a peer that could not be dialled, in milliseconds: a peer that still runs registers again after it. */
const UNTRIED_MS = 60 * 60_000;

interface ActiveSource {
  readonly source: SourceRecord;
  readonly host: string;
  at: number;
}

/** The last two active sources of each scope: if a cable is unplugged, no source behind it is active. */
export class Activity {
  readonly #last: Partial<Record<AddressScope, { latest: ActiveSource; before: ActiveSource | null }>> = {};

  record(source: SourceRecord, host: string, now: number): void {
    const last = this.#last[source.scope];
    if (last?.latest.source === source) last.latest.at = now;
    else this.#last[source.scope] = { latest: { source, host, at: now }, before: last?.latest ?? null };
  }

  /**
   * Whether a peer is gone. Its lease has ended and its dial was not accepted.
   *
   * @param isOwn Whether a host is this machine, which hears itself whatever its network does.
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
