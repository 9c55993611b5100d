/**
 * One UDP socket that asks a tracker and keeps each byte of what it says, where a client forgives differences.
 *
 * @module
 */
import { type Address, canonicalHost } from "../../protocol/address.ts";
import { replyText } from "../../protocol/reply.ts";
import { receiveDatagrams } from "../../net/datagrams.ts";
import { pause } from "../../net/pause.ts";
import { closeQuietly } from "../../net/tcp.ts";

/** A datagram of the tracker. */
export interface Heard {
  /** Its bytes. */
  readonly bytes: Uint8Array;
  /** The UDP port from which it came. */
  readonly port: number;
}

/** So long after a request was repeated nothing else is asked, in milliseconds: its late answer would be taken for another's. */
const LATE_MS = 1_000;

/** More datagrams than this are no answers, and not kept. */
const MAX_HEARD = 1_000;

const encoder = new TextEncoder();

/** Asks one tracker. */
export class Asker implements AsyncDisposable {
  /** All that the tracker's host has said. */
  readonly heard: Heard[] = [];
  readonly #tracker: Address;
  /** Its host as it is in what is received: without the zone of a link-local address. */
  readonly #host: string;
  readonly #socket: Deno.DatagramConn;
  readonly #receiving: Promise<void>;
  #onHeard: (heard: Heard) => void = () => {};
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

  /** The UDP port from which it asks. */
  get port(): number {
    return (this.#socket.addr as Deno.NetAddr).port;
  }

  /**
   * Sends a request until an answer comes.
   *
   * @param fits Whether a text, without what stands around it, is an answer to this request.
   * @param waits How long each repetition waits, in milliseconds.
   * @returns The answer, or `null` when none came.
   * @throws The reason of the signal.
   */
  async ask(
    request: string,
    fits: (text: string) => boolean,
    waits: readonly number[],
    signal: AbortSignal,
  ): Promise<Heard | null> {
    await pause(this.#repeated + LATE_MS - performance.now(), signal);
    let answer: Heard | null = null;
    const answered = new AbortController();
    this.#onHeard = (heard) => {
      const text = replyText(heard.bytes);
      if (answer !== null || text === "END" || !fits(text)) return;
      answer = heard;
      answered.abort();
    };
    for (const [i, wait] of waits.entries()) {
      signal.throwIfAborted();
      if (i > 0) this.#repeated = performance.now();
      await this.send(request);
      await pause(wait, AbortSignal.any([signal, answered.signal]));
      if (answer !== null) break;
    }
    this.#onHeard = () => {};
    signal.throwIfAborted();
    return answer;
  }

  /** Sends a request and waits for nothing. */
  async send(request: string): Promise<void> {
    const to = { transport: "udp", hostname: this.#tracker.host, port: this.#tracker.port } as const;
    await this.#socket.send(encoder.encode(request), to).catch(() => {}); // No way there: no answer either.
  }

  /** Closes the socket. */
  async [Symbol.asyncDispose](): Promise<void> {
    closeQuietly(this.#socket);
    await this.#receiving;
  }

  #receive(bytes: Uint8Array, { hostname, port }: Deno.NetAddr): void {
    if (canonicalHost(hostname) !== this.#host || this.heard.length >= MAX_HEARD) return;
    const heard = { bytes: bytes.slice(), port };
    this.heard.push(heard);
    this.#onHeard(heard);
  }
}
