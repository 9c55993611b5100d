/**
 * How long one exchange on TCP may take: a limit on silence is none for a side that sends a byte now and then.
 *
 * @module
 */
import { closeQuietly } from "./tcp.ts";

/** The limits of one exchange; times are in milliseconds. */
export interface ExchangeLimits {
  /** How long it may be silent; as long as this it may also be slower than the least rate. */
  readonly silence: number;
  /** The least rate, in bytes a second; 0 where any byte counts as movement. */
  readonly rate: number;
  /** How long it may take in all. */
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

  /** So many bytes moved. */
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

  /** Stops watching. */
  [Symbol.dispose](): void {
    clearTimeout(this.#window);
    clearTimeout(this.#deadline);
  }
}
