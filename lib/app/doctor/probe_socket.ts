/**
 * A UDP socket that sends requests to a tracker and keeps every byte of its replies, where a client tolerates deviations.
 *
 * @module
 */
import { type Address, canonicalHost } from "../../protocol/address.ts";
import { replyText } from "../../protocol/reply.ts";
import { receiveDatagrams } from "../../net/datagrams.ts";
import { pause } from "../../net/pause.ts";
import { closeQuietly } from "../../net/tcp.ts";

/** A datagram of the tracker. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array;
  /** The UDP port from which it came. */
  readonly port: number;
}

/** Pause after a repeated request in milliseconds: a late answer to it would be taken for that to the next request. */
const LATE_MS = 1_000;

/** Further datagrams are a flood, and not kept. */
const MAX_DATAGRAMS = 1_000;

const encoder = new TextEncoder();

/** The socket. */
export class ProbeSocket implements AsyncDisposable {
  /** All datagrams from the host of the tracker. */
  readonly received: ReceivedDatagram[] = [];
  readonly #tracker: Address;
  /** Its host as received datagrams show it: without the zone of a link-local address. */
  readonly #host: string;
  readonly #socket: Deno.DatagramConn;
  readonly #receiving: Promise<void>;
  #onDatagram: (received: ReceivedDatagram) => void = () => {};
  #repeated = -Infinity;

  /**
   * Opens a socket for the tracker at this address.
   *
   * @throws What the system says, such as on a machine without IPv6.
   */
  constructor(tracker: Address) {
    this.#tracker = tracker;
    this.#host = canonicalHost(tracker.host);
    const hostname = tracker.host.includes(":") ? "::" : "0.0.0.0";
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.#receiving = receiveDatagrams(this.#socket, (bytes, sender) => this.#receive(bytes, sender));
  }

  /** The UDP port from which it sends. */
  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
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
    await pause(this.#repeated + LATE_MS - performance.now(), signal);
    let answer: ReceivedDatagram | null = null;
    const answered = new AbortController();
    this.#onDatagram = (received) => {
      const text = replyText(received.bytes);
      if (answer !== null || text === "END" || !fits(text)) return;
      answer = received;
      answered.abort();
    };
    for (const [i, wait] of timeouts.entries()) {
      signal.throwIfAborted();
      if (i > 0) this.#repeated = performance.now();
      await this.send(request);
      await pause(wait, AbortSignal.any([signal, answered.signal]));
      if (answer !== null) break;
    }
    this.#onDatagram = () => {};
    signal.throwIfAborted();
    return answer;
  }

  /** Sends a request without waiting for an answer. */
  async send(request: string): Promise<void> {
    const to = { transport: "udp", hostname: this.#tracker.host, port: this.#tracker.port } as const;
    await this.#socket.send(encoder.encode(request), to).catch(() => {}); // No route: no answer either.
  }

  /** Closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    closeQuietly(this.#socket);
    await this.#receiving;
  }

  #receive(bytes: Uint8Array, { hostname, port }: Deno.NetAddr): void {
    if (canonicalHost(hostname) !== this.#host || this.received.length >= MAX_DATAGRAMS) return;
    const received = { bytes: bytes.slice(), port };
    this.received.push(received);
    this.#onDatagram(received);
  }
}
