/**
 * A UDP socket that sends requests to a tracker and keeps every byte of its replies, where a client tolerates deviations.
 *
 * @module
 */
import { TrackerSocket } from "../../announce/udp_requests.ts";
import type { Address } from "../../protocol/address.ts";

/** A datagram of the tracker, and the UDP port from which it came. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array;
  readonly port: number;
}

/** Further datagrams are a flood, and not kept. */
const MAX_DATAGRAMS = 1_000;

export class ProbeSocket implements AsyncDisposable {
  /** All datagrams from the host of the tracker. */
  readonly received: ReceivedDatagram[] = [];
  #last: ReceivedDatagram | null = null;
  readonly #socket: TrackerSocket;

  /** @throws {Fault} `tracker-unreachable`, such as on a machine without IPv6. */
  constructor(tracker: Address) {
    this.#socket = new TrackerSocket(tracker, undefined, (bytes, port) => {
      this.#last = { bytes: bytes.slice(), port };
      if (this.received.length < MAX_DATAGRAMS) this.received.push(this.#last);
    });
  }

  /** The UDP port from which it sends. */
  get udpPort(): number {
    return this.#socket.port;
  }

  /**
   * Repeats a request until an answer comes.
   *
   * @param fits Whether a text, without padding, is an answer to this request.
   * @param timeouts How long to wait after each repetition, in milliseconds.
   * @returns The answer, or `null` if none came.
   * @throws The reason of the signal.
   */
  async ask(
    request: string,
    fits: (text: string) => boolean,
    timeouts: readonly number[],
    signal: AbortSignal,
  ): Promise<ReceivedDatagram | null> {
    let answer: ReceivedDatagram | null = null;
    const judge = (text: string): "answer" | "other" => {
      if (!fits(text)) return "other";
      answer ??= this.#last;
      return "answer";
    };
    await this.#socket.exchange(request, judge, timeouts, signal).catch(() => {});
    signal.throwIfAborted();
    return answer;
  }

  /** Sends a request without waiting for an answer. */
  async send(request: string): Promise<void> {
    await this.#socket.send(request).catch(() => {}); // No route: no answer either.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket.close();
  }
}
