/** Asks a tracker over TCP: ours answers on the same port as UDP, others do not. */
import type { Address } from "../protocol/address.ts";
import { isList } from "../protocol/list.ts";
import { codeOf } from "../fault/reason.ts";
import { parseReply } from "../protocol/reply.ts";
import { askOnce } from "../net/exchange_guard.ts";

/** The timeout of a connection to a tracker, in milliseconds: if a firewall drops packets, UDP is tried after it. */
export const CONNECT_MS = 2_000;

/** The same for short requests, which UDP also carries. */
export const SHORT_CONNECT_MS = 300;

/**
 * How long an exchange with a tracker may be silent, and how long it may take, in milliseconds: 64 MiB in a minute are
 * 9 Mbit/s. The minimum rate, in bytes per second, is a tenth of that of the slowest usable line. The longest reply, in
 * bytes, is a list of some 500,000 images.
 */
export const EXCHANGE_LIMITS = { silence: 10_000, deadline: 60_000, rate: 1_000, reply: 64 * 1024 * 1024 };

/**
 * When TCP is tried again after it failed, in milliseconds. A refusal costs only one packet, so TCP is tried soon, and
 * at once if the tracker has answered there before: it may be restarting. A timeout costs seconds.
 */
const RETRY_MS = { refused: 500, answeredBefore: 5_000, never: 5 * 60_000 };

/** What a tracker's TCP port is allowed. */
export interface StreamLimits {
  /** How long an exchange may be silent, in milliseconds. */
  readonly silence: number;
  /** After how many broken connections in a row TCP is not used for a while. */
  readonly broken: number;
}

/** A connection that loses packets may be silent for longer than the limit, while a new one works. */
export const STREAM_LIMITS: StreamLimits = { silence: EXCHANGE_LIMITS.silence, broken: 2 };

/** A tracker's TCP port, if it has one. */
export class TrackerStream {
  readonly #address: Address;
  readonly #limits: StreamLimits;
  #absentUntil = -Infinity;
  /** How many connections in a row broke before the reply. */
  #broken = 0;
  /** Whether a tracker answered on TCP when it was last asked there: one of ours, then. */
  answers = false;
  /** Whether a tracker has ever answered over TCP: it will do so again. */
  everAnswered = false;
  /** The last reply that was not a tracker's. */
  foreignReply: string | null = null;

  constructor(address: Address, limits = STREAM_LIMITS) {
    [this.#address, this.#limits] = [address, limits];
  }

  /**
   * Sends one message and returns the reply without its newline; `null` if no tracker answers on TCP.
   *
   * @param giveUp Ends the attempt; the result is then `null`.
   * @param options Timeout of the connection, in milliseconds, and a callback for when it is established.
   */
  async ask(
    message: string,
    giveUp: AbortSignal,
    options: { readonly connect: number; readonly onConnect?: () => void; readonly evenIfSlow?: boolean } = {
      connect: CONNECT_MS,
    },
  ): Promise<string | null> {
    if (this.#isAbsent && !(options.evenIfSlow && this.isSlow)) return null;
    let isConnected = false;
    const onConnect = (): void => {
      isConnected = true;
      options.onConnect?.();
    };
    try {
      const limits = { ...EXCHANGE_LIMITS, silence: this.#limits.silence, connect: options.connect, onConnect };
      const reply = await askOnce(this.#address, message, giveUp, limits);
      const isTrackers = reply !== null &&
        (parseReply(reply) !== null || isList(reply) || /^(CHG|FND) /.test(reply));
      this.foreignReply = isTrackers ? null : reply;
      if (isTrackers) {
        this.#broken = 0;
        this.answers = this.everAnswered = true;
        return reply;
      }
      if (reply !== null) this.#failed(this.everAnswered);
      else if (!giveUp.aborted) this.#broke(); // Ours closes connections when there are too many.
    } catch (error) {
      if (giveUp.aborted) return null;
      if (codeOf(error) === "ECONNREFUSED") {
        this.answers = false;
        if (!this.everAnswered) this.#absentUntil = performance.now() + RETRY_MS.refused;
      } else if (isConnected) this.#broke();
      else if (options.connect >= CONNECT_MS) this.#failed(false);
    }
    return null;
  }

  get #isAbsent(): boolean {
    return performance.now() < this.#absentUntil;
  }

  /** Whether the tracker has TCP, but UDP was quicker or a connection failed recently. */
  get isSlow(): boolean {
    return this.#isAbsent && this.everAnswered;
  }

  /** Does not try TCP for a while, since UDP was quicker. */
  backOff(): void {
    this.#failed(this.answers);
  }

  #broke(): void {
    if (++this.#broken >= this.#limits.broken) this.#failed(this.everAnswered);
  }

  #failed(stillAnswers: boolean): void {
    this.answers &&= stillAnswers;
    this.#absentUntil = performance.now() + (this.everAnswered ? RETRY_MS.answeredBefore : RETRY_MS.never);
  }
}
