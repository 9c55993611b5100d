/** Asks one peer after the other until one helps. */
import type { Address } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { fetchFailed } from "./fetch_faults.ts";
import type { PeerClient } from "./peers/peer_client.ts";

/**
 * Returns the answer of the first peer of an image that helps; peers known to understand `RNG` are asked first.
 *
 * @param ask Asks a peer; returns `null` if it cannot help and is not to blame.
 * @throws {Fault} `no-peers`; why the peer did not help, if only one could be asked; `fetch-failed` for several; the
 * signal's reason.
 */
export async function askEach<T>(
  { name, peers }: ListedImage,
  { book, signal }: PeerClient,
  maxTries: number,
  ask: (peer: Address) => Promise<T | null>,
): Promise<T> {
  if (peers.length === 0) throw new Fault("no-peers", { name });
  const { usable, faults } = book.usable(peers, maxTries);
  for (const peer of usable.sort((a, b) => rank(book, a) - rank(book, b))) {
    try {
      const given = await ask(peer);
      if (given !== null) return given;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Fault)) throw error;
      book.penalize(peer, error);
      faults.push(error);
    }
  }
  throw faults.length === 1 ? faults[0] : fetchFailed(name, faults);
}

const RANK = { range: 0, unknown: 1, get: 2 } as const;

function rank(book: PeerClient["book"], peer: Address): number {
  return RANK[book.capability(peer) ?? "unknown"];
}
