/**
 * The tracker on TCP: the same messages and replies as on UDP, each ended by a newline, of any size, several on one
 * connection (PROTOCOL.md, "The tracker on TCP").
 *
 * @module
 */
import { writeAll } from "../net/io.ts";
import { limit } from "../tracker/tracker_limits.ts";
import type { Address } from "../protocol/address.ts";
import { ByteShares } from "../net/byte_shares.ts";
import { Crowd, type Seat } from "../net/crowd.ts";
import { acceptAll, SilenceGuard } from "../net/tcp.ts";

/** Answers one message; `null` for silence. */
export type Respond = (message: Uint8Array, from: Address) => Uint8Array | null;

const NEWLINE = 0x0a;
const CHUNK_BYTES = 16 * 1024;
const TOO_LONG = new TextEncoder().encode("ERR INVALID_MESSAGE_FORMAT\n");

/** What all conversations hold together. */
interface Load {
  /** Messages whose newline has not come yet. */
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
    // A whole class may wait for one long list, which is in memory once.
    sending: new ByteShares({ most: limit("bytes of TCP answers under way"), ofSource: Infinity }),
  };
  const crowd = new Crowd({ most: limit("TCP connections"), ofSource: limit("TCP connections of a source") });
  return acceptAll(listener, crowd, ending, (conn, from, seat) => converse(conn, from, seat, load, respond));
}

async function converse(conn: Deno.TcpConn, from: Address, seat: Seat, load: Load, respond: Respond): Promise<void> {
  using guard = new SilenceGuard(conn, limit("seconds of silence on TCP") * 1_000);
  const message = new Message();
  /** When the first byte of the message came that is not finished. */
  let began = 0;
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let n = await conn.read(chunk); n !== null; n = await conn.read(chunk)) {
      guard.moved();
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < n; end = chunk.indexOf(NEWLINE, start)) {
        load.unfinished.drop(seat);
        seat.moves();
        const reply = respond(message.end(chunk.subarray(start, end)), from);
        start = end + 1;
        if (reply) {
          if (!load.sending.add(seat, reply.length)) return;
          await send(conn, reply, guard, seat).finally(() => load.sending.drop(seat));
        }
        seat.waits();
      }
      if (start === n) continue;
      if (message.length === 0) began = performance.now();
      message.add(chunk.subarray(start, n));
      if (message.length > limit("bytes of a TCP message")) return await writeAll(conn, TOO_LONG);
      if (!load.unfinished.add(seat, n - start)) return;
      if (performance.now() - began > limit("seconds for a TCP message") * 1_000) return;
    }
  } finally {
    load.unfinished.drop(seat);
  }
}

async function send(conn: Deno.TcpConn, reply: Uint8Array, guard: SilenceGuard, seat: Seat): Promise<void> {
  if (reply.length < SMALL_BYTES) return await writeAll(conn, Uint8Array.from([...reply, NEWLINE]));
  // Not copied: many may be reading the same long list.
  const piece = limit("bytes that a reader on TCP takes before it counts as silent");
  for (let at = 0; at < reply.length; at += piece) {
    await writeAll(conn, reply.subarray(at, at + piece));
    guard.moved();
    seat.moves();
  }
  await writeAll(conn, NEWLINE_BYTES);
}

/** A short reply leaves in one packet with its newline. */
const SMALL_BYTES = 1_024;
const NEWLINE_BYTES = Uint8Array.of(NEWLINE);

/** A message that comes in pieces, in one buffer that grows: a piece may be a single byte. */
class Message {
  #buffer = new Uint8Array(0);
  /** Bytes so far. */
  length = 0;

  /** Takes in a piece. */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const length = this.length + piece.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.length));
      larger.set(this.#buffer.subarray(0, this.length));
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.length);
    this.length = length;
  }

  /** The whole message with its last piece; begins the next one. */
  end(last: Uint8Array): Uint8Array {
    if (this.length === 0) return last;
    this.add(last);
    const whole = this.#buffer.subarray(0, this.length);
    this.#buffer = new Uint8Array(0);
    this.length = 0;
    return whole;
  }
}
