/** What an engine has lost that failed over to a replica, was restored, or came back empty, as changes. Pure. */
import type { RecentChanges } from "./recent_changes.ts";
import type { Change, RegistryEntry, RegistrySnapshot, SharedPeer } from "./shared_state.ts";

/** What a tracker knows that the engine had. */
interface Known {
  /** The last entry of the stream that was applied. */
  readonly position: number;
  readonly recent: RecentChanges;
  /** All with a registration, or where there was one. */
  readonly addresses: ReadonlySet<string>;
  /** The registration at an address. */
  readonly at: (address: string) => SharedPeer | null;
}

/**
 * The changes that bring back what the engine has lost, the oldest registration first: all if it is another one or was
 * restored from an old copy, or else the recent ones that are not in its stream any more. Whatever others have done
 * there since is left as it is.
 *
 * @param entries The entries that the engine has, at least from the oldest recent change on.
 */
export function lostChanges(
  { position, recent, addresses, at }: Known,
  { peers }: RegistrySnapshot,
  entries: readonly RegistryEntry[],
  isOther: boolean,
): Change[] {
  const ids = new Set(entries.map(({ id }) => id));
  const isOld = !isOther && !ids.has(recent.oldest ?? position);
  const all = [...new Set([...addresses, ...isOld ? peers.keys() : []])];
  const lost = isOther || isOld ? all.map((address) => [address, position] as const) : recent.lost(ids);
  const touchedAt = lastTouched(entries);
  const changes: Change[] = [];
  for (const [address, id] of lost) {
    const touched = touchedAt.get(address);
    if (touched !== undefined && (isOther || touched > id)) continue;
    const known = at(address);
    const its = peers.get(address);
    if (known) changes.push({ kind: "restore", address, peer: known, before: id });
    else if (its) changes.push({ kind: "remove", address, password: its.password, before: id });
  }
  return changes.sort((a, b) => sequenceOf(a) - sequenceOf(b));
}

/** The last entry about each address. */
function lastTouched(entries: readonly RegistryEntry[]): Map<string, number> {
  const touchedAt = new Map<string, number>();
  for (const { id, results } of entries) {
    for (const { address, from } of results) {
      touchedAt.set(address, id);
      if (from !== undefined) touchedAt.set(from, id);
    }
  }
  return touchedAt;
}

function sequenceOf(change: Change): number {
  return "peer" in change ? change.peer.sequence : 0;
}
