/**
 * Asking a tracker over TCP, which ours answer on the same port as UDP, and others do not.
 *
 * @module
 */
import { writeAll } from "../library/io.ts";
import type { Address } from "../wire/address.ts";
import { closeQuietly, SilenceGuard } from "./tcp.ts";

/** How long a tracker may take to accept a connection, in milliseconds; where a firewall drops it, UDP comes after that. */
export const CONNECT_MS = 2_000;

/** How long it may be silent, in milliseconds. */
const SILENCE_MS = 10_000;

/** The longest reply that is read, in bytes: a list of some 500,000 images. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** After a failed attempt only UDP is used, for this long, in milliseconds. */
const RETRY_MS = 5 * 60_000;

/** A tracker's TCP port, if it has one. */
export class TrackerStream {
  readonly #address: Address;
  #absentUntil = -Infinity;

  /** The port at `address`; nothing is sent yet. */
  constructor(address: Address) {
    this.#address = address;
  }

  /**
   * Sends one message and gives the reply, without its newline; `null` where no tracker answers on TCP.
   *
   * @param giveUp Ends the attempt; the result is then `null`.
   * @param waits How long the connection may take, in milliseconds, and who is told when it is there.
   */
  async ask(
    message: string,
    giveUp: AbortSignal,
    waits: { readonly connect: number; readonly onConnect?: () => void } = { connect: CONNECT_MS },
  ): Promise<string | null> {
    if (performance.now() < this.#absentUntil) return null;
    try {
      const reply = await askOnce(this.#address, message, giveUp, { silence: SILENCE_MS, ...waits });
      if (reply !== null) return reply;
    } catch {
      // Refused, silent, cut off: whatever it is, UDP is tried instead.
    }
    if (!giveUp.aborted) this.passOver();
    return null;
  }

  /** Has it asked no more for a while: UDP was quicker. */
  passOver(): void {
    this.#absentUntil = performance.now() + RETRY_MS;
  }
}

/**
 * Sends one message on a connection of its own, and gives the reply without its newline; `null` when it ended before.
 *
 * @param waits How long a connection may take, and how long a silence, in milliseconds; the longest reply, in bytes;
 * who is told when the connection is there.
 * @throws What the system says of a connection that cannot be made, and when `giveUp` is aborted.
 */
export async function askOnce(
  { host, port }: Address,
  message: string,
  giveUp: AbortSignal,
  waits: {
    readonly connect: number;
    readonly silence: number;
    readonly most?: number;
    readonly onConnect?: () => void;
  },
): Promise<string | null> {
  const signal = AbortSignal.any([giveUp, AbortSignal.timeout(waits.connect)]);
  using conn = await Deno.connect({ hostname: host, port, signal });
  waits.onConnect?.();
  using guard = new SilenceGuard(conn, waits.silence);
  const close = (): void => closeQuietly(conn);
  giveUp.addEventListener("abort", close);
  try {
    await writeAll(conn, new TextEncoder().encode(`${message}\n`));
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(64 * 1024);
    let reply = "";
    for (let n = await conn.read(chunk); n !== null; n = await conn.read(chunk)) {
      guard.moved();
      const end = chunk.subarray(0, n).indexOf(0x0a);
      reply += decoder.decode(chunk.subarray(0, end < 0 ? n : end), { stream: true });
      if (end >= 0) return reply;
      if (reply.length > (waits.most ?? MAX_REPLY_BYTES)) return null;
    }
    return null; // Cut off before the newline.
  } finally {
    giveUp.removeEventListener("abort", close);
  }
}
