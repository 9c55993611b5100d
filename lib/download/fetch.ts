/**
 * The side of a peer that takes: fetches an image from whoever has it, checks it, and saves it.
 *
 * Peers that speak `RNG` are asked first, one after the other: each goes on where the one before stopped. Then those
 * that know only `GET`.
 *
 * @module
 */
import { PartialFile } from "./save/partial_file.ts";
import { discardLeft } from "../files/temporary.ts";
import { SAVE_HERE } from "./save/save_service.ts";
import type { Address } from "../protocol/address.ts";
import { Fault, type FaultCode, isFault } from "../fault/fault.ts";
import type { ListedImage } from "../protocol/image.ts";
import { notify } from "../fault/notify.ts";
import { FETCH_WAITS, type Fetched, type FetchOptions, type FetchParts, type FetchWatcher } from "./fetch_options.ts";
import { fetchRange } from "./fetch_range.ts";
import { fetchWhole } from "./fetch_whole.ts";
import { PeerBook } from "./peer_book.ts";
import { UNLIMITED } from "../net/rate_limit.ts";

/** Most peers that are tried: a hostile list must not make a download last for hours. */
const MAX_TRIES = 20;

/** A peer that broke off after it had sent something is asked again, so often. */
const MAX_TRIES_OF_PEER = 3;

/** More failures than these tell a person nothing new. */
const MAX_FAULTS_TOLD = 3;

/** How long a peer is left alone for a failure that may pass, in milliseconds. */
const PASSING_MS: Partial<Record<FaultCode, number>> = {
  "peer-unreachable": 5_000,
  "peer-silent": 10_000,
  "peer-slow": 10_000,
};

/** Failures of those who mean ill or are broken, and how long they are left alone for them, in milliseconds. */
const LIES: ReadonlySet<FaultCode> = new Set(["peer-odd", "too-large", "wrong-md5"]);
const LIED_MS = 600_000;

/** What a service that is no peer does; a busy peer may too. And the first backoff of a host with many of them. */
const STRANGERS: ReadonlySet<FaultCode> = new Set(["peer-empty", "peer-said"]);
const STRANGER_MS = 10_000;

/** Whether a failure may pass by itself. */
export function isPassing(fault: Fault): boolean {
  return fault.code in PASSING_MS || fault.code === "peer-cut" || fault.code === "peer-avoided";
}

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
  const { book } = parts;
  const { usable, faults } = usablePeers(image, book, MAX_TRIES);
  const tooLarge: { peer: Address; bytes: number }[] = [];
  const failed = (error: unknown, peer: Address): void => {
    signal.throwIfAborted();
    if (!(error instanceof Fault) || isOurs(error)) throw error;
    noteFault(error, peer, book);
    faults.push(error);
    if (isFault(error, "no-room")) return void tooLarge.push({ peer, bytes: error.values.bytes });
    notify(() => watcher.onFailure?.({ image, fault: error, peer }));
  };
  const simple = usable.filter((peer) => book.speech(peer) === "get");
  const ranged = usable.filter((peer) => !simple.includes(peer));
  let fetched = await fetchRanges(ranged, simple, parts, failed);
  if (!fetched) {
    fetched = await fetchWhole(simple, parts, failed);
    if (fetched) discardLeft(directory, image); // What came with RNG before is of no more use.
  }
  if (fetched) {
    const { bytes } = fetched;
    book.gave(fetched.peer);
    // Who claimed more bytes than the image has filled the disk with something else.
    for (const it of tooLarge) if (it.bytes > bytes) book.avoid(it.peer, LIED_MS, false);
    return fetched;
  }
  const noRoom = faults.find((fault) => isFault(fault, "no-room"));
  if (noRoom) throw new Fault("disk-full", { path: directory }, noRoom);
  throw fetchFailed(image, faults);
}

/** Those who may be asked, at most so many; when all are left alone, why. */
export function usablePeers(image: ListedImage, book: PeerBook, most: number): { usable: Address[]; faults: Fault[] } {
  const usable: Address[] = [];
  const faults: Fault[] = [];
  for (const peer of image.peers) {
    const refusal = book.refusal(peer);
    if (refusal) faults.push(refusal);
    else if (usable.push(peer) === most) break;
  }
  return { usable, faults: usable.length === 0 ? faults : [] };
}

/** Leaves a peer alone for what it did. */
export function noteFault(fault: Fault, peer: Address, book: PeerBook): void {
  const ms = PASSING_MS[fault.code];
  if (ms) book.avoid(peer, ms, true);
  if (LIES.has(fault.code)) book.avoid(peer, LIED_MS, false);
  if (STRANGERS.has(fault.code)) book.doubt(peer, STRANGER_MS);
}

/** What to say when nobody helped. */
export function fetchFailed({ name }: ListedImage, faults: readonly Fault[]): Fault {
  // Of a peer that was asked again, how it failed last.
  const last = new Map(faults.map((fault) => [(fault.values as { peer?: string }).peer, fault])).values().toArray();
  return new Fault("fetch-failed", { name, faults: last.slice(-MAX_FAULTS_TOLD) });
}

/** Whether a fault is that of our disk, which no other peer would mend. */
export function isOurs(fault: Fault): boolean {
  return fault.code === "disk-full" || fault.code === "not-written";
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
  const open = (): Promise<PartialFile> => PartialFile.open(directory, image, { resume: true, service });
  let file = await open();
  const waiting = peers.map((peer) => ({ peer, tries: 1 }));
  /** Who gave some of what is there. */
  const gave = new Set<Address>();
  try {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      const { peer, tries } = turn;
      const before = file.held;
      const untried = simple.length > 0 || waiting.some((it) => it.tries === 1);
      try {
        const fetched = await fetchRange(peer, file, parts, { gave, hurry: untried });
        if (fetched) return fetched;
        simple.push(peer);
      } catch (error) {
        failed(error, peer);
        if (isFault(error, "no-room")) {
          // It may have claimed a size that the image does not have: the next one may not.
          await file.discard();
          file = await open();
          continue;
        }
        if (file.held > before) gave.add(peer);
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
