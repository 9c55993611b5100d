/**
 * One exchange on TCP, a message and its reply, and how long it may take: a limit on silence alone does not stop a
 * side that sends a byte now and then.
 */
import type { Address } from "../protocol/address.ts";
import { LineReader } from "./lines.ts";
import { closeQuietly } from "./tcp.ts";

/** The limits of one exchange; times are in milliseconds. */
export interface ExchangeLimits {
  /** How long it may be silent; as long as this it may also be slower than the least rate. */
  readonly silence: number;
  /** The least rate, in bytes a second; 0 where any byte counts as movement. */
  readonly rate: number;
  readonly deadline: number;
}

/** Closes a connection that is silent, drips, or takes too long: its pending read or write then rejects. */
export class ExchangeGuard {
  readonly #conn: Deno.Conn;
  readonly #silence: number;
  /** Fewer bytes than this within the window are too few. */
  readonly #least: number;
  readonly #deadline: ReturnType<typeof setTimeout>;
  #window: ReturnType<typeof setTimeout>;
  /** Bytes that moved within the window; `null` before the first. */
  #moved: number | null = null;

  /** Watches `conn` from now on; {@link ExchangeGuard.moved} must be called for all that moves. */
  constructor(conn: Deno.Conn, { silence, rate, deadline }: ExchangeLimits) {
    this.#conn = conn;
    this.#silence = silence;
    this.#least = Math.max(1, rate * silence / 1_000);
    this.#deadline = setTimeout(() => closeQuietly(conn), deadline);
    this.#window = setTimeout(() => this.#look(), silence);
  }

  moved(bytes: number): void {
    if (this.#moved === null) this.#begin(); // What came before was the other side's thinking.
    this.#moved = (this.#moved ?? 0) + bytes;
  }

  /** The other side's turn: it may think as long as it may be silent. */
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

/** How many bytes are written at once; after each the rate is checked. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Sends one message on a connection of its own, and returns the reply without its newline; `null` when it ended before.
 *
 * @param limits Timeout of the connection, in milliseconds, the limits of the exchange, and the longest reply, in bytes;
 * what is called when the connection is established.
 * @throws The system's error of a connection that cannot be made or was closed, also by a limit or by `giveUp`.
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
