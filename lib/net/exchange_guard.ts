/**
 * An exchange of one message and its reply over TCP, limited in total time too: a limit on silence alone does not stop
 * a sender that sends a byte now and then.
 */
import type { Address } from "../protocol/address.ts";
import { LineReader } from "./lines.ts";
import { closeQuietly } from "./tcp.ts";

export interface ExchangeLimits {
  /** How long it may be silent, and how long it may be slower than the minimum rate. */
  readonly silence: number;
  /** The minimum rate, in bytes per second; 0 if any byte counts. */
  readonly rate: number;
  readonly deadline: number;
}

/** Closes a connection that is silent, too slow, or takes too long: its pending read or write then rejects. */
export class ExchangeGuard {
  readonly #conn: Deno.Conn;
  readonly #silence: number;
  /** Fewer bytes than this within the window are too slow. */
  readonly #least: number;
  readonly #deadline: ReturnType<typeof setTimeout>;
  #window: ReturnType<typeof setTimeout>;
  /** Bytes that moved within the window; `null` before the first. */
  #moved: number | null = null;

  /** Watches `conn` from now on; call {@link ExchangeGuard.moved} for all bytes that move. */
  constructor(conn: Deno.Conn, { silence, rate, deadline }: ExchangeLimits) {
    this.#conn = conn;
    this.#silence = silence;
    this.#least = Math.max(1, rate * silence / 1_000);
    this.#deadline = setTimeout(() => closeQuietly(conn), deadline);
    this.#window = setTimeout(() => this.#look(), silence);
  }

  moved(bytes: number): void {
    if (this.#moved === null) this.#begin(); // Until now the other side was preparing its answer.
    this.#moved = (this.#moved ?? 0) + bytes;
  }

  /** The other side's turn: it may prepare its answer for as long as it may be silent. */
  turn(): void {
    this.#begin();
    this.#moved = null;
  }

  #begin(): void {
    clearTimeout(this.#window);
    this.#window = setTimeout(() => this.#look(), this.#silence);
  }

  #look(): void {
    if ((this.#moved ?? 0) < this.#least) return closeQuietly(this.#conn);
    this.#moved = 0;
    this.#begin();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#window);
    clearTimeout(this.#deadline);
  }
}

/** How many bytes are written at once; the rate is checked after each chunk. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Sends one message on its own connection, and returns the reply without its newline; `null` if the connection ended
 * first.
 *
 * @param limits Timeout of the connection, in milliseconds, the limits of the exchange, the longest reply, in bytes,
 * and a callback for when the connection is established.
 * @throws The system's error for a connection that cannot be made or was closed, by a limit or `giveUp` too.
 */
export async function askOnce(
  { host, port }: Address,
  message: string,
  giveUp: AbortSignal,
  limits: ExchangeLimits & {
    readonly connect: number;
    readonly reply: number;
    readonly onConnect?: () => void;
  },
): Promise<string | null> {
  const signal = AbortSignal.any([giveUp, AbortSignal.timeout(limits.connect)]);
  using conn = await Deno.connect({ hostname: host, port, signal });
  giveUp.throwIfAborted(); // It may have been given up at that very moment.
  limits.onConnect?.();
  using guard = new ExchangeGuard(conn, limits);
  const close = (): void => closeQuietly(conn);
  giveUp.addEventListener("abort", close);
  try {
    const request = new TextEncoder().encode(`${message}\n`);
    for (let at = 0; at < request.length;) {
      const n = await conn.write(request.subarray(at, at + CHUNK_BYTES));
      guard.moved(n);
      at += n;
    }
    guard.turn();
    const lines = new LineReader(conn, limits.reply);
    for (;;) {
      const reply = lines.take();
      if (reply) return new TextDecoder().decode(reply);
      const n = await lines.more();
      if (n === 0) return null;
      guard.moved(n);
    }
  } finally {
    giveUp.removeEventListener("abort", close);
  }
}
