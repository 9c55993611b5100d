/**
 * The side of a peer that takes: fetches an image from whoever has it, checks it, and saves it.
 *
 * @module
 */
import { writeAll } from "../library/io.ts";
import { receive } from "../library/receive.ts";
import { type Address, formatAddress } from "../wire/address.ts";
import { Fault } from "../wire/fault.ts";
import type { Image, ListedImage } from "../wire/image.ts";
import { MAX_IMAGE_BYTES } from "../wire/limits.ts";
import { formatGet } from "../wire/peer_request.ts";
import { reasonOf } from "../wire/reason.ts";
import { closeQuietly, SilenceGuard } from "./tcp.ts";

/** Limits on waiting for a peer, in milliseconds. */
export interface FetchWaits {
  /** For the connection to be made. */
  readonly connect: number;
  /** For the next bytes to come. */
  readonly silence: number;
}

/** A host that is there answers a connection in far less than 5 s, and a disk that sleeps wakes within 10 s. */
const DEFAULT_WAITS: FetchWaits = { connect: 5_000, silence: 10_000 };

/** How fetching goes on. */
export interface FetchWatcher {
  /** Bytes of the image so far; no one knows how many there will be. */
  onBytes?(bytes: number, from: Address): void;
  /** A peer failed; the next one is tried. */
  onFailure?(fault: Fault, from: Address): void;
}

/** What a caller may change about a fetch. */
export interface FetchOptions {
  /** Other limits than the usual ones. */
  readonly waits?: FetchWaits;
  /** Gives the fetch up: nothing of it is left. */
  readonly signal?: AbortSignal;
}

/** Most peers that are tried: a hostile list must not make a download last for hours. */
const MAX_TRIES = 20;

/** More failures than these tell a person nothing new. */
const MAX_FAULTS_TOLD = 3;

/** An image that was fetched. */
export interface Fetched {
  /** The new file. */
  readonly path: string;
  /** How many bytes it has. */
  readonly bytes: number;
  /** The peer that gave it. */
  readonly from: Address;
}

/**
 * Fetches an image into `directory` from the first of its peers that gives it right.
 *
 * @throws {Fault} `no-peers`, `disk-full`, `not-written` (no other peer would help), or `fetch-failed`; and the
 * signal's reason when it was aborted.
 */
export async function fetchImage(
  image: ListedImage,
  directory: string,
  watcher: FetchWatcher = {},
  { waits = DEFAULT_WAITS, signal }: FetchOptions = {},
): Promise<Fetched> {
  if (image.peers.length === 0) throw new Fault("no-peers", { name: image.name });
  const faults: Fault[] = [];
  for (const peer of image.peers.slice(0, MAX_TRIES)) {
    try {
      return await fetchFrom(peer, image, directory, watcher, waits, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Fault) || error.code === "disk-full" || error.code === "not-written") throw error;
      faults.push(error);
      watcher.onFailure?.(error, peer);
    }
  }
  throw new Fault("fetch-failed", { name: image.name, faults: faults.slice(0, MAX_FAULTS_TOLD) });
}

async function fetchFrom(
  peer: Address,
  image: Image,
  directory: string,
  watcher: FetchWatcher,
  waits: FetchWaits,
  signal?: AbortSignal,
): Promise<Fetched> {
  const conn = await connect(peer, AbortSignal.any([AbortSignal.timeout(waits.connect), ...signal ? [signal] : []]));
  const giveUp = () => closeQuietly(conn);
  signal?.addEventListener("abort", giveUp);
  try {
    signal?.throwIfAborted(); // It may have been, after the connection was made and before we knew.
    const received = await receive(directory, image, bytesFrom(conn, peer, image, watcher, waits.silence));
    if (received.kind === "saved") return { path: received.path, bytes: received.bytes, from: peer };
    throw notTheImage(formatAddress(peer), image, received);
  } finally {
    signal?.removeEventListener("abort", giveUp);
    closeQuietly(conn);
  }
}

async function connect({ host, port }: Address, signal: AbortSignal): Promise<Deno.TcpConn> {
  try {
    return await Deno.connect({ hostname: host, port, signal });
  } catch (error) {
    throw new Fault("peer-unreachable", { peer: formatAddress({ host, port }), reason: reasonOf(error) }, error);
  }
}

/** Asks for the image and gives what the peer sends, within the limits on silence and on size. */
async function* bytesFrom(
  conn: Deno.TcpConn,
  from: Address,
  { md5 }: Image,
  watcher: FetchWatcher,
  silence: number,
): AsyncGenerator<Uint8Array> {
  const peer = formatAddress(from);
  let bytes = 0;
  using guard = new SilenceGuard(conn, silence);
  try {
    await writeAll(conn, new TextEncoder().encode(formatGet(md5)));
    for await (const chunk of conn.readable) {
      guard.moved();
      bytes += chunk.length;
      if (bytes > MAX_IMAGE_BYTES) throw new Fault("too-large", { peer, limit: MAX_IMAGE_BYTES });
      watcher.onBytes?.(bytes, from);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (guard.expired) throw new Fault("peer-silent", { peer, seconds: silence / 1_000 }, error);
    throw new Fault("peer-cut", { peer, bytes, reason: reasonOf(error) }, error);
  }
  if (guard.expired) throw new Fault("peer-silent", { peer, seconds: silence / 1_000 });
}

/** What to say of bytes that are not the image. */
function notTheImage(
  peer: string,
  image: Image,
  { bytes, md5, head }: { bytes: number; md5: string; head: Uint8Array },
): Fault {
  if (bytes === 0) return new Fault("peer-empty", { peer });
  if (bytes <= head.length && new TextDecoder().decode(head.subarray(0, 3)) === "ERR") {
    return new Fault("peer-said", { peer, text: new TextDecoder().decode(head).trim() });
  }
  return new Fault("wrong-md5", { peer, bytes, expected: image.md5, got: md5 });
}
