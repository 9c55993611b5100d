/**
 * The tracker on TCP: the same messages and replies as on UDP, but each ends with a newline, may be longer, and shares
 * its connection with others (PROTOCOL.md, "The tracker on TCP").
 */
import { writeAll } from "../net/io.ts";
import { limit } from "../tracker/tracker_limits.ts";
import type { Address } from "../protocol/address.ts";
import { ByteShares } from "../net/byte_shares.ts";
import { Crowd, type Slot } from "../net/crowd.ts";
import { LineReader } from "../net/lines.ts";
import { acceptAll, SilenceGuard } from "../net/tcp.ts";

/** Answers a message; `null` for no answer. */
export type Respond = (message: Uint8Array, from: Address) => Uint8Array | null;

const NEWLINE = 0x0a;
const TOO_LONG = new TextEncoder().encode("ERR INVALID_MESSAGE_FORMAT\n");

/** The bytes that all connections hold. */
interface Load {
  /** Messages whose newline has not arrived yet. */
  readonly unfinished: ByteShares;
  /** Answers that are being sent. */
  readonly sending: ByteShares;
}

/** Answers messages on `listener` until `ending` is aborted. */
export function serveMessages(listener: Deno.TcpListener, ending: AbortSignal, respond: Respond): Promise<void> {
  const load: Load = {
    unfinished: new ByteShares({
      most: limit("bytes of unfinished TCP messages"),
      ofSource: limit("bytes of unfinished TCP messages of a source"),
    }),
    // A whole class may wait for one long list, which is in memory only once.
    sending: new ByteShares({ most: limit("bytes of TCP answers under way"), ofSource: Infinity }),
  };
  const crowd = new Crowd({ most: limit("TCP connections"), ofSource: limit("TCP connections of a source") });
  return acceptAll(listener, crowd, ending, (conn, from, slot) => converse(conn, from, slot, load, respond));
}

async function converse(conn: Deno.TcpConn, from: Address, slot: Slot, load: Load, respond: Respond): Promise<void> {
  using guard = new SilenceGuard(conn, limit("seconds of silence on TCP") * 1_000);
  const lines = new LineReader(conn, limit("bytes of a TCP message"));
  /** When the first byte of the unfinished message arrived. */
  let began = 0;
  let unfinished = 0;
  try {
    for (;;) {
      for (let next = answerNext(lines, from, respond); next; next = answerNext(lines, from, respond)) {
        load.unfinished.drop(slot);
        unfinished = 0;
        slot.moves();
        const { reply } = next;
        if (reply) {
          if (!load.sending.add(slot, reply.length)) return;
          await send(conn, reply, guard, slot).finally(() => load.sending.drop(slot));
        }
        slot.waits();
      }
      if (lines.isTooLong) return await writeAll(conn, TOO_LONG);
      const { length } = lines.pending;
      if (unfinished === 0) began = performance.now();
      if (!load.unfinished.add(slot, length - unfinished)) return;
      unfinished = length;
      if (length > 0 && performance.now() - began > limit("seconds for a TCP message") * 1_000) return;
      if (await lines.more() === 0) return;
      guard.moved();
    }
  } finally {
    load.unfinished.drop(slot);
  }
}

/** Answers the next complete message, and drops the message from memory, since sending the reply may take long. */
function answerNext(lines: LineReader, from: Address, respond: Respond): { reply: Uint8Array | null } | null {
  const message = lines.take();
  return message && { reply: respond(message, from) };
}

async function send(conn: Deno.TcpConn, reply: Uint8Array, guard: SilenceGuard, slot: Slot): Promise<void> {
  if (reply.length < SMALL_BYTES) return await writeAll(conn, Uint8Array.from([...reply, NEWLINE]));
  // Not copied, since many connections may send the same long list.
  const piece = limit("bytes that a reader on TCP takes before it counts as silent");
  for (let at = 0; at < reply.length; at += piece) {
    await writeAll(conn, reply.subarray(at, at + piece));
    guard.moved();
    slot.moves();
  }
  await writeAll(conn, NEWLINE_BYTES);
}

/** A reply up to this size leaves in one packet with its newline. */
const SMALL_BYTES = 1_024;
const NEWLINE_BYTES = Uint8Array.of(NEWLINE);
