/** Fetches from peers that know only `GET`, which sends a whole image of unknown length. */
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { MAX_IMAGE_BYTES, MAX_TIMER_MS } from "../protocol/limits.ts";
import { RateWindow } from "../net/rate_window.ts";
import { Slots } from "../net/slots.ts";
import { notTheImage, openEnd } from "./fetch_faults.ts";
import { MIN_RATE_WITH_OTHERS, RATE_WINDOW_MS } from "./peers/fetch_limits.ts";
import type { Fetched } from "./fetch_options.ts";
import type { ImageFetch } from "./image_fetch.ts";
import { PeerClient } from "./peers/peer_client.ts";

/** A stream may be endless: after this many bytes, more than a camera's picture has, the next peer is asked too. */
const UNUSUAL_BYTES = 64 << 20;

/** The most peers that are asked for one image at the same time. */
const MAX_AT_ONCE = 3;

/** Peers that are asked at the same time. */
interface Race {
  readonly fetch: ImageFetch;
  /** Closed when one has won. */
  readonly client: PeerClient;
  /** Only one at a time has its bytes verified and saved. */
  readonly saving: Slots;
  /** Aborted when one has won, or our disk has failed. */
  readonly over: AbortController;
  /** Asks the next peer too. */
  readonly next: () => void;
}

/**
 * Asks one peer after the other, and the next one as well if one hesitates; the first that sends the image correctly
 * ends the requests to the others.
 *
 * @returns The image, or `null` if no peer sent it correctly.
 * @throws {Fault} `disk-full`, `not-written`; the signal's reason.
 */
export async function fetchByGet(fetch: ImageFetch, peers: readonly Address[]): Promise<Fetched | null> {
  const over = new AbortController();
  const { book, timeouts, limit, signal: ending } = fetch.client;
  const signal = AbortSignal.any([ending, over.signal]);
  const client = new PeerClient({ book, timeouts, limit, signal });
  const waiting = [...peers];
  const running = new Set<Promise<void>>();
  let fetched: Fetched | null = null;
  const next = (): void => {
    const peer = running.size < MAX_AT_ONCE && !signal.aborted ? waiting.shift() : undefined;
    if (!peer) return;
    const attempt = fetchWhole(peer, race).then((it) => {
      fetched = it;
    }).catch((error) => {
      if (!signal.aborted) fetch.failed(error, peer);
    }).catch((error) => over.abort(error)).finally(() => {
      running.delete(attempt);
      next();
    });
    running.add(attempt);
  };
  const race: Race = { fetch, client, saving: new Slots(1), over, next };
  next();
  while (running.size > 0) await Promise.race(running);
  // If the fetch was aborted while the image was being saved, the image exists anyway.
  if (fetched === null) signal.throwIfAborted();
  return fetched;
}

/** Fetches the whole image from one peer. */
async function fetchWhole(peer: Address, { fetch, client, saving, over, next }: Race): Promise<Fetched> {
  const { image } = fetch;
  fetch.asks(peer);
  using answer = await client.get(peer, image.md5);
  const hesitation = setTimeout(next, Math.min(client.timeouts.hesitation, MAX_TIMER_MS));
  let hasHesitated = false;
  const window = new RateWindow(RATE_WINDOW_MS);
  let last = { at: performance.now(), received: 0 };
  const onBytes = (received: number): void => {
    clearTimeout(hesitation);
    const now = performance.now();
    const rate = window.add(received - last.received, now - last.at);
    last = { at: now, received };
    if (!hasHesitated && (received > UNUSUAL_BYTES || (rate !== null && rate < MIN_RATE_WITH_OTHERS))) {
      hasHesitated = true;
      next();
    }
    fetch.progress(peer, received, 0);
  };
  const file = await fetch.open(false);
  try {
    const end = await file.receive(answer.body({ block: () => file.block(), onBytes }))
      .catch((error) => openEnd(error, file.held));
    client.signal.throwIfAborted();
    if (file.held > MAX_IMAGE_BYTES) {
      throw new Fault("too-large", { peer: formatAddress(peer), limit: MAX_IMAGE_BYTES });
    }
    fetch.received();
    using _turn = await saving.enter(client.signal);
    const received = await file.finish();
    if (received.kind === "other") throw notTheImage(peer, image, received, end);
    over.abort();
    const fetched = { path: received.path, bytes: received.bytes, resumedFrom: 0, peer };
    return isFault(end, "peer-silent") ? { ...fetched, unclosed: true } : fetched;
  } finally {
    clearTimeout(hesitation);
    await file.discard();
  }
}
