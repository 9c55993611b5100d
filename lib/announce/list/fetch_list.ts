/** Asks a tracker which images are shared: over TCP if possible, else over UDP, and over both if TCP is slow. */
import { Buffer } from "node:buffer";
import { formatAddress } from "../../protocol/address.ts";
import { Fault, isFault } from "../../fault/fault.ts";
import type { ListedImage } from "../../protocol/image.ts";
import { MAX_LISTED_IMAGES } from "../../protocol/limits.ts";
import { parseList } from "../../protocol/list.ts";
import { isListAnswer, MAX_REPLY_SHOWN, parseReply } from "../../protocol/reply.ts";
import { readList } from "./read_list.ts";
import { CONNECT_MS, type TrackerStream } from "../tcp_requests.ts";
import { pause } from "../../net/pause.ts";
import type { TrackerSocket, Verdict } from "../udp_requests.ts";

/** A list over UDP of at least this many bytes may have been cut to fit the datagram: no further entry would fit. */
export const FULL_LIST_BYTES = 60_000;

/** The same over TCP, where our tracker sends 67,000,000 bytes at most. */
const FULL_TCP_LIST_BYTES = 66_000_000;

/** How often UDP is tried if another program answers on TCP: the machine is up, so a tracker would answer soon. */
const TRIES_BESIDE_OTHERS = 7;

/** The list of a tracker. */
export interface Listing {
  /** The images, in the tracker's order. */
  readonly images: readonly ListedImage[];
  /** Whether images may be missing: the list is as long as a list can be, or over UDP a datagram. */
  readonly mayBeCut: boolean;
}

export interface ListParts {
  readonly stream: TrackerStream;
  readonly socket: TrackerSocket;
  /**
   * The timeout of each repetition over UDP, in milliseconds. If connecting takes so long that UDP is tried
   * too, it continues for their sum.
   */
  readonly waits: readonly number[];
  readonly leaving: AbortSignal;
}

/**
 * Asks once for the list.
 *
 * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`; the reason of the signal.
 */
export async function listOnce({ stream, socket, waits, leaving }: ListParts): Promise<Listing> {
  const over = new AbortController();
  const giveUp = AbortSignal.any([leaving, over.signal]);
  const connected = Promise.withResolvers<void>();
  const connect = waits.reduce((sum, ms) => sum + ms, CONNECT_MS);
  const started: Promise<unknown>[] = [];
  const listStream = async (): Promise<Listing | null> => {
    const text = await stream.ask("LST", giveUp, { connect, onConnect: connected.resolve, evenIfSlow: true });
    if (text === null) return null;
    const images = await readList(text);
    const isFull = images.length === MAX_LISTED_IMAGES || Buffer.byteLength(text) >= FULL_TCP_LIST_BYTES;
    return { images, mayBeCut: isFull };
  };
  const notATracker = (reply: string, cause?: unknown): Fault => {
    const address = formatAddress(socket.address);
    return new Fault("not-a-tracker", { address, reply: reply.slice(0, MAX_REPLY_SHOWN) }, cause);
  };
  const listDatagram = async (): Promise<Listing> => {
    const timeouts = stream.foreignReply === null ? waits : waits.slice(0, TRIES_BESIDE_OTHERS);
    const { text, bytes } = await socket.exchange("LST", judge, timeouts, giveUp);
    if (isListAnswer(text)) return { images: parseList(text), mayBeCut: bytes >= FULL_LIST_BYTES };
    throw notATracker(text);
  };
  try {
    const { isSlow } = stream; // If so, UDP does not wait for TCP.
    let streamed = listStream();
    started.push(streamed);
    const late = pause(CONNECT_MS, over.signal).then(() => "late" as const);
    if (!isSlow && await Promise.race([streamed, connected.promise, late]) !== "late") {
      const listing = await streamed;
      if (listing) return listing;
      streamed = listStream(); // The connection broke, but a new one may not; without TCP this ends at once.
      started.push(streamed);
    }
    // A network that loses packets of a connection does not carry a long datagram either: both are tried.
    let isWaiting = true;
    const stopWaiting = (): void => void (isWaiting = false);
    streamed.then(stopWaiting, stopWaiting);
    const datagram = listDatagram().then((listing) => {
      if (isWaiting) stream.backOff();
      return listing;
    });
    started.push(datagram);
    return await Promise.any([datagram, streamed.then((listing) => listing ?? datagram)]).catch(() => datagram);
  } catch (error) {
    // If only TCP is answered, and not as a tracker would, another program uses the port.
    if (stream.foreignReply === null || !isFault(error, "tracker-silent")) throw error;
    throw notATracker(stream.foreignReply, error);
  } finally {
    over.abort();
    await Promise.allSettled(started); // None of them continues when another request begins, or the client is closed.
  }
}

/** Any text is a list unless it is a reply to another request; an error may answer an earlier request. */
function judge(text: string): Verdict {
  const reply = parseReply(text);
  if (reply === null) return "answer";
  return reply.type === "error" ? "common" : "other";
}
