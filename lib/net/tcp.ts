/**
 * What every TCP conversation here needs: accepting, a limit on silence, and a close that does not cut what was sent.
 *
 * @module
 */

import { sourceKey } from "../tracker/trust.ts";
import { type Address, plainHost } from "../wire/address.ts";
import { MAX_TIMER_MS } from "../wire/limits.ts";

/** Closes what may be closed already. */
export function closeQuietly(resource: { close(): void }): void {
  try {
    resource.close();
  } catch {
    // BadResource: it is closed already.
  }
}

/**
 * Closes a connection when nothing moves for a while: its pending read or write then rejects. Deno's sockets have no
 * time limits of their own, and racing a read against a timer would leave the read to swallow the next bytes.
 */
export class SilenceGuard {
  readonly #conn: Deno.Conn;
  #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the connection was closed for its silence. */
  expired = false;

  /** Watches `conn` from now on; {@link SilenceGuard.moved} must be called at least every `ms` milliseconds. */
  constructor(conn: Deno.Conn, ms: number) {
    this.#conn = conn;
    this.#ms = ms;
    this.moved();
  }

  /** Something moved: the wait starts again, from now on of `ms` milliseconds. */
  moved(ms: number = this.#ms): void {
    this.#ms = ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.expired = true;
      closeQuietly(this.#conn);
    }, Math.min(this.#ms, MAX_TIMER_MS));
  }

  /** We are not waiting for the other side just now: nothing counts until it moves again. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Stops watching. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** The wait after `accept` failed, in milliseconds: out of file descriptors, it succeeds again when one is free. */
const ACCEPT_PAUSE_MS = 50;

/** How many conversations there may be at once. */
export interface Crowd {
  /** With everybody together: further ones wait in the system's queue. */
  readonly most: number;
  /** With one address, or one /64 of IPv6: further ones are closed at once. */
  readonly ofAddress: number;
}

/**
 * Hands each connection to `serve`, with a way to learn how many there are, and closes it afterwards. When `ending` is aborted, the listener and all connections
 * are closed, and this ends.
 */
export async function acceptAll(
  listener: Deno.TcpListener,
  { most, ofAddress }: Crowd,
  ending: AbortSignal,
  serve: (conn: Deno.TcpConn, from: Address, crowd: () => number) => Promise<void>,
): Promise<void> {
  const busy = new Map<Promise<void>, Deno.TcpConn>();
  const bySource = new Map<string, number>();
  let free = (): void => {};
  ending.addEventListener("abort", () => [listener, ...busy.values()].forEach(closeQuietly), { once: true });
  while (!ending.aborted) {
    if (busy.size >= most) await new Promise<void>((resolve) => free = resolve);
    let conn: Deno.TcpConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) break;
      if (error instanceof Deno.errors.ConnectionAborted) continue; // It left before it was accepted: no shortage here.
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      continue;
    }
    const from = { host: plainHost(conn.remoteAddr.hostname), port: conn.remoteAddr.port };
    const source = sourceKey(from.host);
    const others = bySource.get(source) ?? 0;
    if (others >= ofAddress || ending.aborted) {
      closeQuietly(conn);
      continue;
    }
    bySource.set(source, others + 1);
    const done = serve(conn, from, () => busy.size).catch(() => {}).finally(() => {
      closeQuietly(conn);
      busy.delete(done);
      free();
      const left = bySource.get(source)! - 1;
      if (left > 0) bySource.set(source, left);
      else bySource.delete(source);
    });
    busy.set(done, conn);
  }
  closeQuietly(listener);
  await Promise.all(busy.keys());
}

/** Most bytes that are read and thrown away before a close: enough for any line end, nothing for a flood. */
const MAX_DRAIN_BYTES = 64 * 1024;

/**
 * Ends our half of a connection and reads what the other side still says, until it closes: closing with bytes unread
 * makes some systems send a reset, which can destroy the end of what was just sent.
 */
export async function finishSending(conn: Deno.TcpConn): Promise<void> {
  await conn.closeWrite();
  const rest = new Uint8Array(4_096);
  for (let left = MAX_DRAIN_BYTES; left > 0;) {
    const n = await conn.read(rest);
    if (n === null) return;
    left -= n;
  }
}
