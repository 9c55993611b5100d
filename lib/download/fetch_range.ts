/**
 * Fetches from peers that understand `RNG`: each sends the missing bytes of the image, and the MD5 is that of all
 * parts.
 */
import type { Address } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { MAX_IMAGE_BYTES } from "../protocol/limits.ts";
import { notTheImage } from "./fetch_faults.ts";
import { MIN_RATE, MIN_RATE_WITH_OTHERS } from "./peers/fetch_limits.ts";
import type { Fetched } from "./fetch_options.ts";
import type { ImageFetch } from "./image_fetch.ts";
import type { Answer } from "./peers/peer_client.ts";
import type { PartialFile } from "./save/partial_file.ts";

/** How often a peer is asked that breaks off after it has sent something. */
const MAX_TRIES_OF_PEER = 3;

/**
 * Asks one peer after the other for the missing bytes.
 *
 * @param getOnly Receives the peers that turn out to know only `GET`.
 * @returns The image, or `null` if no peer sent it.
 * @throws {Fault} `disk-full`, `not-written`; the signal's reason.
 */
export async function fetchByRange(
  fetch: ImageFetch,
  peers: readonly Address[],
  getOnly: Address[],
): Promise<Fetched | null> {
  if (peers.length === 0) return null;
  let file = await fetch.open(true);
  const waiting = peers.map((peer) => ({ peer, tries: 1 }));
  /** The peers that sent parts of the image. */
  const gave = new Set<Address>();
  try {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      const { peer, tries } = turn;
      const before = file.held;
      const hasOthers = getOnly.length > 0 || waiting.some((it) => it.tries === 1);
      try {
        const fetched = await fetchRest(fetch, peer, file, gave, hasOthers ? MIN_RATE_WITH_OTHERS : MIN_RATE);
        if (fetched) return fetched;
        getOnly.push(peer);
      } catch (error) {
        fetch.failed(error, peer);
        if (isFault(error, "no-room")) {
          // The peer may have claimed a wrong size; the next one may not.
          await file.discard();
          file = await fetch.open(true);
          continue;
        }
        if (file.held > before) gave.add(peer);
        if (file.held > before && tries < MAX_TRIES_OF_PEER) waiting.push({ peer, tries: tries + 1 });
      }
    }
    return null;
  } catch (error) {
    if (error instanceof Fault) await file.discard(); // A disk failure: nothing is kept.
    throw error;
  } finally {
    await file.keep();
  }
}

/** Fetches the missing bytes in `file` from one peer; `null` if it knows only `GET`. */
async function fetchRest(
  fetch: ImageFetch,
  peer: Address,
  file: PartialFile,
  gave: Set<Address>,
  minRate: number,
): Promise<Fetched | null> {
  let suspects: Address[] = [];
  for (;;) {
    const start = file.held;
    fetch.asks(peer, start, file.resumedFrom);
    const answer = await fetch.client.range(peer, fetch.image.md5, start, MAX_IMAGE_BYTES - start);
    if (answer === "get-only") return null;
    if (answer === "out-of-range") {
      await file.empty(); // The received part is longer than this peer's image.
      continue;
    }
    await receiveRest(fetch, answer, file, minRate);
    // The connection is free again: its next request need not wait for our disk.
    fetch.received();
    const received = await file.finish();
    if (received.kind === "saved") {
      suspects.forEach((other) => fetch.client.book.ban(other));
      return { path: received.path, bytes: received.bytes, resumedFrom: file.resumedFrom, peer };
    }
    // The wrong part may be from another peer: fetching the whole image from one peer shows which.
    if (start === 0) throw notTheImage(peer, fetch.image, received);
    suspects = [...gave].filter((other) => other !== peer);
    gave.clear();
  }
}

async function receiveRest(fetch: ImageFetch, answer: Answer, file: PartialFile, minRate: number): Promise<void> {
  using _answer = answer;
  const { size, modified } = answer.range!;
  await file.expect(size, modified);
  const { peer } = answer.connection;
  const onBytes = (received: number): void => fetch.progress(peer, received, file.resumedFrom, size);
  await file.receive(answer.body({ block: () => file.block(), minRate, onBytes }));
  fetch.client.signal.throwIfAborted();
}
