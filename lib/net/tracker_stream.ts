/**
 * The tracker on TCP: the same messages and replies as on UDP, each ended by a newline, of any size, several on one
 * connection (PROTOCOL.md, "The tracker on TCP").
 *
 * @module
 */
import { writeAll } from "../library/io.ts";
import { limit } from "../tracker/limits.ts";
import type { Address } from "../wire/address.ts";
import { acceptAll, SilenceGuard } from "./tcp.ts";

/** Answers one message; `null` for silence. */
export type Respond = (message: Uint8Array, from: Address) => Uint8Array | null;

const NEWLINE = 0x0a;
const CHUNK_BYTES = 16 * 1024;
const TOO_LONG = new TextEncoder().encode("ERR INVALID_MESSAGE_FORMAT\n");

/** What all conversations hold together. */
interface Load {
  /** Bytes of messages whose newline has not come yet. */
  unfinished: number;
}

/** Answers messages on `listener` until `ending` is aborted. */
export function serveMessages(listener: Deno.TcpListener, ending: AbortSignal, respond: Respond): Promise<void> {
  const load: Load = { unfinished: 0 };
  const crowd = { most: limit("TCP connections"), ofAddress: limit("TCP connections of an address") };
  return acceptAll(listener, crowd, ending, (conn, from) => converse(conn, from, load, respond));
}

async function converse(conn: Deno.TcpConn, from: Address, load: Load, respond: Respond): Promise<void> {
  using guard = new SilenceGuard(conn, limit("seconds of silence on TCP") * 1_000);
  const message = new Message();
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let n = await conn.read(chunk); n !== null; n = await conn.read(chunk)) {
      guard.moved();
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < n; end = chunk.indexOf(NEWLINE, start)) {
        load.unfinished -= message.length;
        const reply = respond(message.end(chunk.subarray(start, end)), from);
        start = end + 1;
        if (reply) await send(conn, reply, guard);
      }
      message.add(chunk.subarray(start, n));
      load.unfinished += n - start;
      if (message.length > limit("bytes of a TCP message")) return await writeAll(conn, TOO_LONG);
      if (load.unfinished > limit("bytes of unfinished TCP messages")) return;
    }
  } finally {
    load.unfinished -= message.length;
  }
}

/** Bytes that are sent between two looks at the clock: a slow reader of a long list is not a silent one. */
const SEND_BYTES = 256 * 1024;

async function send(conn: Deno.TcpConn, reply: Uint8Array, guard: SilenceGuard): Promise<void> {
  const line = new Uint8Array(reply.length + 1);
  line.set(reply);
  line[reply.length] = NEWLINE;
  for (let at = 0; at < line.length; at += SEND_BYTES) {
    await writeAll(conn, line.subarray(at, at + SEND_BYTES));
    guard.moved();
  }
}

/** A message that comes in pieces. */
class Message {
  #pieces: Uint8Array[] = [];
  /** Bytes so far. */
  length = 0;

  /** Keeps a copy of a piece. */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece.slice());
    this.length += piece.length;
  }

  /** The whole message with its last piece; begins the next one. */
  end(last: Uint8Array): Uint8Array {
    if (this.#pieces.length === 0) return last;
    const whole = new Uint8Array(this.length + last.length);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    whole.set(last, at);
    this.#pieces = [];
    this.length = 0;
    return whole;
  }
}
