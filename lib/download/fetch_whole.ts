/**
 * Fetching from peers that know only `GET`: all of an image or nothing, its length not known before its end.
 *
 * @module
 */
import { PartialFile, type Received } from "./save/partial_file.ts";
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { MAX_IMAGE_BYTES, MAX_TIMER_MS } from "../protocol/limits.ts";
import { notify } from "../fault/notify.ts";
import { formatGet } from "../protocol/peer_request.ts";
import { type Fetched, type FetchParts, notTheImage, openEnd } from "./fetch_options.ts";
import { FLOOR_MS, HURRY_BYTES, pull } from "./pull.ts";

/** A stream may be without end: after so many bytes, more than a camera's picture has, another peer is asked beside. */
const UNUSUAL_BYTES = 64 << 20;

/** Most peers that are asked for one image at the same time. */
const MAX_BESIDE = 3;

/**
 * Asks one peer after the other, and where one hesitates the next beside it; the first that gives the image right ends
 * it for the others.
 *
 * @param failed Told why a peer did not help; throws what no other peer would mend.
 * @returns The image, or `null` when nobody gave it right.
 */
export async function fetchWhole(
  peers: readonly Address[],
  parts: FetchParts,
  failed: (error: unknown, peer: Address) => void,
): Promise<Fetched | null> {
  const enough = new AbortController();
  const signal = AbortSignal.any([parts.signal, enough.signal]);
  const waiting = [...peers];
  const running = new Set<Promise<void>>();
  const over = Promise.withResolvers<void>();
  let fetched: Fetched | null = null;
  /** One attempt at a time ends, and the first that saved the image aborts the others before the next one has its turn. */
  let ending: Promise<unknown> = Promise.resolve();
  const inTurn: InTurn = (finish) => {
    const done = ending.then(async () => {
      signal.throwIfAborted();
      const received = await finish();
      if (received.kind === "saved") enough.abort();
      return received;
    });
    ending = done.catch(() => {});
    return done;
  };
  const next = (): void => {
    const peer = running.size < MAX_BESIDE ? waiting.shift() : undefined;
    if (peer === undefined) return running.size === 0 ? over.resolve() : undefined;
    const attempt = fetchFrom(peer, { ...parts, signal }, next, inTurn).then((it) => {
      fetched = it;
      over.resolve();
    }).catch((error) => {
      if (!signal.aborted) failed(error, peer);
    }).catch(over.reject).finally(() => {
      running.delete(attempt);
      if (!signal.aborted) next();
    });
    running.add(attempt);
  };
  const giveUp = (): void => over.resolve();
  parts.signal.addEventListener("abort", giveUp);
  try {
    parts.signal.throwIfAborted();
    next();
    await over.promise;
  } finally {
    parts.signal.removeEventListener("abort", giveUp);
    enough.abort();
    await Promise.all(running); // Each takes away what it wrote.
  }
  // One that was being saved when the fetch was given up is there all the same.
  if (fetched === null) parts.signal.throwIfAborted();
  return fetched;
}

/** Runs `finish` when no other attempt is ending; rejects when another one has saved the image. */
type InTurn = (finish: () => Promise<Received>) => Promise<Received>;

/** All of the image from one peer, which calls `hesitates` when another should be asked too. */
async function fetchFrom(
  peer: Address,
  { image, directory, book, signal, waits, limit, watcher, service }: FetchParts,
  hesitates: () => void,
  inTurn: InTurn,
): Promise<Fetched> {
  using _place = await book.enter(peer, signal);
  const link = await book.dial(peer, waits.connect, signal);
  const giveUp = (): void => link.close();
  signal.addEventListener("abort", giveUp);
  let patience: ReturnType<typeof setTimeout> | undefined = setTimeout(
    hesitates,
    Math.min(waits.patience, MAX_TIMER_MS),
  );
  let file: PartialFile | undefined;
  try {
    signal.throwIfAborted();
    const into = file = await PartialFile.open(directory, image, { service });
    await link.send(formatGet(image.md5)).catch(() => {}); // A connection that is closed already ends the reading too.
    let usual = true;
    let mark = { at: performance.now(), held: 0 };
    /** It drips: another may be faster. */
    const isSlow = (): boolean => {
      const now = performance.now();
      if (now - mark.at < FLOOR_MS) return false;
      const came = into.held - mark.held;
      mark = { at: now, held: into.held };
      return came < HURRY_BYTES;
    };
    const onBytes = (): void => {
      clearTimeout(patience);
      patience = undefined;
      if (usual && (into.held > UNUSUAL_BYTES || isSlow())) {
        usual = false;
        hesitates();
      }
      notify(() => watcher.onProgress?.({ image, received: into.held, resumedFrom: 0, peer }));
    };
    const { first, silence } = waits;
    const end = await pull(link, into, { most: MAX_IMAGE_BYTES + 1, first, silence, limit, signal, onBytes })
      .catch((error) => openEnd(error, into.held));
    if (into.held > MAX_IMAGE_BYTES) {
      throw new Fault("too-large", { peer: formatAddress(peer), limit: MAX_IMAGE_BYTES });
    }
    notify(() => watcher.onReceived?.());
    const received = await inTurn(() => into.finish());
    if (received.kind === "other") throw notTheImage(peer, image, received, end);
    const fetched = { path: received.path, bytes: received.bytes, resumedFrom: 0, peer };
    return isFault(end, "peer-silent") ? { ...fetched, unclosed: true } : fetched;
  } finally {
    clearTimeout(patience);
    signal.removeEventListener("abort", giveUp);
    link.close();
    await file?.discard();
  }
}
