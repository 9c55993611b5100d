/**
 * The side of a peer that takes: fetches an image from whoever has it, checks it, and saves it.
 *
 * Peers that speak `RNG` are asked first, one after the other: each goes on where the one before stopped. Then those
 * that know only `GET`.
 *
 * @module
 */
import { PartialFile } from "../library/partial_file.ts";
import { SAVE_HERE } from "../library/save_service.ts";
import { type Address, formatAddress } from "../wire/address.ts";
import { Fault, type FaultCode } from "../wire/fault.ts";
import type { ListedImage } from "../wire/image.ts";
import { FETCH_WAITS, type Fetched, type FetchOptions, type FetchParts, type FetchWatcher } from "./fetch_options.ts";
import { fetchRange } from "./fetch_range.ts";
import { fetchWhole } from "./fetch_whole.ts";
import { PeerBook } from "./peer_book.ts";
import { UNLIMITED } from "./rate_limit.ts";

/** Most peers that are tried: a hostile list must not make a download last for hours. */
const MAX_TRIES = 20;

/** A peer that broke off after it had sent something is asked again, so often. */
const MAX_TRIES_OF_PEER = 3;

/** More failures than these tell a person nothing new. */
const MAX_FAULTS_TOLD = 3;

/** How long a peer is left alone for its failure, in milliseconds: long for lies, short for what may pass. */
const LEFT_ALONE_MS: Partial<Record<FaultCode, number>> = {
  "peer-unreachable": 5_000,
  "peer-silent": 10_000,
  "peer-slow": 10_000,
  "peer-odd": 600_000,
  "too-large": 600_000,
  "wrong-md5": 600_000,
};

/**
 * Fetches an image into `directory` from the first of its peers that gives it right, and goes on with what an earlier
 * fetch left there.
 *
 * @throws {Fault} `no-peers`, `disk-full`, `not-written` (no other peer would help), or `fetch-failed`; and the
 * signal's reason when it was aborted.
 */
export async function fetchImage(
  image: ListedImage,
  directory: string,
  watcher: FetchWatcher = {},
  options: FetchOptions = {},
): Promise<Fetched> {
  if (image.peers.length === 0) throw new Fault("no-peers", { name: image.name });
  const { waits = FETCH_WAITS, service = SAVE_HERE, limit = UNLIMITED, signal = new AbortController().signal } =
    options;
  using own = options.book ? null : new PeerBook();
  const parts = { image, directory, watcher, waits, service, limit, signal, book: options.book ?? own! };
  const peers = image.peers.slice(0, MAX_TRIES);
  const faults = peers.flatMap((peer) => avoided(peer, parts.book));
  const failed = (error: unknown, peer: Address): void => {
    signal.throwIfAborted();
    if (!(error instanceof Fault) || error.code === "disk-full" || error.code === "not-written") throw error;
    const ms = LEFT_ALONE_MS[error.code as FaultCode];
    if (ms) parts.book.avoid(peer, ms);
    faults.push(error);
    watcher.onFailure?.(error, peer);
  };
  const usable = peers.filter((peer) => parts.book.avoided(peer) === 0);
  const simple = usable.filter((peer) => parts.book.speech(peer) === "get");
  const fetched = await fetchRanges(usable.filter((peer) => !simple.includes(peer)), simple, parts, failed) ??
    await fetchWhole(simple, parts, failed);
  if (fetched) parts.book.forgive(fetched.from);
  if (fetched) return fetched;
  throw new Fault("fetch-failed", { name: image.name, faults: faults.slice(-MAX_FAULTS_TOLD) });
}

/** Why a peer is not asked, if it is left alone for a while. */
function avoided(peer: Address, book: PeerBook): Fault[] {
  const ms = book.avoided(peer);
  return ms > 0 ? [new Fault("peer-avoided", { peer: formatAddress(peer), seconds: Math.ceil(ms / 1_000) })] : [];
}

/** Asks one after the other for what is missing; those that turn out to know only `GET` join `simple`. */
async function fetchRanges(
  peers: readonly Address[],
  simple: Address[],
  parts: FetchParts,
  failed: (error: unknown, peer: Address) => void,
): Promise<Fetched | null> {
  if (peers.length === 0) return null;
  const { directory, image, service } = parts;
  const file = await PartialFile.open(directory, image, { resume: true, service });
  const waiting = peers.map((peer) => ({ peer, tries: 1 }));
  try {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      const { peer, tries } = turn;
      const before = file.held;
      try {
        const fetched = await fetchRange(peer, file, parts);
        if (fetched) parts.book.forgive(fetched.from);
        if (fetched) return fetched;
        simple.push(peer);
      } catch (error) {
        failed(error, peer);
        if (file.held > before && tries < MAX_TRIES_OF_PEER) waiting.push({ peer, tries: tries + 1 });
      }
    }
    return null;
  } catch (error) {
    if (error instanceof Fault) await file.discard(); // The disk's: nothing is left there.
    throw error;
  } finally {
    await file.keep();
  }
}
