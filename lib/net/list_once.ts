/**
 * Asking a tracker who shares what: over TCP where it has that, else over UDP, and over both where TCP is slow.
 *
 * @module
 */
import type { ListedImage } from "../wire/image.ts";
import { parseList } from "../wire/list.ts";
import { parseReply } from "../wire/reply.ts";
import { CONNECT_MS, type TrackerStream } from "./ask_stream.ts";
import { pause } from "./pause.ts";
import type { TrackerSocket, Verdict } from "./tracker_socket.ts";

/** A list over UDP of at least this many characters may have been cut to fit the datagram: no entry fits the rest. */
const FULL_LIST = 60_000;

/** What a tracker lists. */
export interface Listing {
  /** The images, in the tracker's order. */
  readonly images: readonly ListedImage[];
  /** Whether there may be more, for it came over UDP and is as long as a datagram can be. */
  readonly mayBeCut: boolean;
}

/**
 * Asks once.
 *
 * @param waits How long each repetition over UDP waits, in milliseconds. A connection that is not there when UDP is tried
 * is gone on with beside it for as long.
 * @param leaving Gives up.
 * @throws {Fault} `tracker-silent`, `tracker-unreachable`; the reason of the signal.
 */
export async function listOnce(
  stream: TrackerStream,
  socket: TrackerSocket,
  waits: readonly number[],
  leaving: AbortSignal,
): Promise<Listing> {
  const over = new AbortController();
  const giveUp = AbortSignal.any([leaving, over.signal]);
  const connected = Promise.withResolvers<void>();
  const connect = waits.reduce((sum, ms) => sum + ms, CONNECT_MS);
  const streamed = stream.ask("LST", giveUp, { connect, onConnect: connected.resolve })
    .then((text) => text === null ? null : { images: parseList(text), mayBeCut: false });
  try {
    const late = pause(CONNECT_MS, over.signal).then(() => "late" as const);
    if (await Promise.race([streamed, connected.promise, late]) !== "late") {
      return await streamed ?? await listDatagram(socket, waits, giveUp);
    }
    // The connection may just have got lost on the way, where a long list would not come as a datagram either.
    const datagram = listDatagram(socket, waits, giveUp).then((listing) => {
      stream.passOver();
      return listing;
    });
    return await Promise.any([datagram, streamed.then((listing) => listing ?? datagram)]).catch(() => datagram);
  } finally {
    over.abort();
  }
}

async function listDatagram(socket: TrackerSocket, waits: readonly number[], giveUp: AbortSignal): Promise<Listing> {
  const isList = (text: string): Verdict => {
    const reply = parseReply(text);
    return reply === null || reply.type === "error" ? "answer" : "other";
  };
  const text = await socket.exchange("LST", isList, waits, giveUp);
  return { images: parseList(text), mayBeCut: text.length >= FULL_LIST };
}
