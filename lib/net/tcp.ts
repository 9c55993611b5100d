/** What all TCP connections share: accepting, a limit on silence, and a close that does not lose what was sent. */

import { sourceKey } from "../protocol/network.ts";
import { type Address, canonicalHost } from "../protocol/address.ts";
import { MAX_TIMER_MS } from "../protocol/limits.ts";
import type { Crowd, Slot } from "./crowd.ts";

/** Closes a resource that may already be closed. */
export function closeQuietly(resource: { close(): void }): void {
  try {
    resource.close();
  } catch {
    // BadResource: already closed.
  }
}

/**
 * Closes a connection on which no bytes move for a while: its pending read or write then rejects. Deno's sockets have
 * no timeouts, and a read that lost a race against a timer would still take the next bytes. It has one timer, since a
 * new one for each read takes longer than many reads.
 */
export class SilenceGuard {
  readonly #conn: Deno.Conn;
  #ms: number;
  readonly #onMoved: () => void;
  /** When the connection is closed, and when the timer checks that, in milliseconds. */
  #closesAt = Infinity;
  #looksAt = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  expired = false;

  /** Call {@link SilenceGuard.moved} at least every `ms` milliseconds from now on. */
  constructor(conn: Deno.Conn, ms: number, onMoved: () => void = () => {}) {
    this.#conn = conn;
    this.#ms = ms;
    this.#onMoved = onMoved;
    this.moved();
  }

  /** Bytes moved: the wait starts again, from now on of `ms` milliseconds. */
  moved(ms: number = this.#ms): void {
    this.#ms = ms;
    this.#onMoved();
    this.#closesAt = performance.now() + ms;
    if (this.#closesAt < this.#looksAt) this.#wait();
  }

  /** Pauses the wait until bytes move again. */
  rest(): void {
    this.#closesAt = Infinity;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#looksAt = Math.min(this.#closesAt, now + Math.min(this.#ms, MAX_TIMER_MS));
    this.#timer = setTimeout(() => this.#look(), this.#looksAt - now);
  }

  #look(): void {
    if (performance.now() < this.#closesAt) return this.#wait();
    this.expired = true;
    closeQuietly(this.#conn);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** The pause after `accept` failed, in milliseconds: without free file descriptors, it works again when one is free. */
const ACCEPT_PAUSE_MS = 50;

export type Serve = (conn: Deno.TcpConn, from: Address, slot: Slot) => Promise<void>;

/**
 * Calls `serve` with each connection and its slot, and closes the connection afterwards. Without room, a {@link Crowd}
 * decides which connection is closed. When `ending` is aborted, closes the listener and all connections, and resolves.
 */
export async function acceptAll(
  listener: Deno.TcpListener,
  crowd: Crowd,
  ending: AbortSignal,
  serve: Serve,
): Promise<void> {
  const busy = new Map<Promise<void>, Deno.TcpConn>();
  ending.addEventListener("abort", () => {
    [listener, ...busy.values()].forEach(closeQuietly);
    crowd.wake();
  }, { once: true });
  while (!ending.aborted) {
    let conn: Deno.TcpConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) break;
      if (error instanceof Deno.errors.ConnectionAborted) continue; // The other side closed it: no shortage here.
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      continue;
    }
    const from = { host: canonicalHost(conn.remoteAddr.hostname), port: conn.remoteAddr.port };
    const admit = (): Slot | "later" | null => crowd.admit(sourceKey(from.host), () => closeQuietly(conn));
    let slot = admit();
    for (; slot === "later" && !ending.aborted; slot = admit()) await crowd.changed();
    if (slot === null || slot === "later" || ending.aborted) {
      closeQuietly(conn);
      continue;
    }
    const admitted = slot;
    const done = serve(conn, from, admitted).catch(() => {}).finally(() => {
      closeQuietly(conn);
      busy.delete(done);
      admitted.leave();
    });
    busy.set(done, conn);
  }
  closeQuietly(listener);
  await Promise.all(busy.keys());
}

/** The most bytes that are read and discarded before a close: enough for any line end, little of a flood. */
const MAX_DRAIN_BYTES = 64 * 1024;

/**
 * Ends our half of a connection and reads until the other side closes: some systems answer a close with unread bytes by
 * a reset, which can destroy the end of what was sent.
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
