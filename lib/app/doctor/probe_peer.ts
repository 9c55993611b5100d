/**
 * A peer that tests a tracker: it keeps every byte of the replies, while a client tolerates deviations, and registers
 * images that do not exist for a moment.
 */
import { TrackerSocket } from "../../announce/udp_requests.ts";
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { parseList } from "../../protocol/list.ts";
import { parseReply, type Reply, replyText } from "../../protocol/reply.ts";
import { formatRequest } from "../../protocol/request.ts";
import type { Examination } from "./examination.ts";

/** A datagram of the tracker, and the UDP port from which it came. */
export interface ReceivedDatagram {
  readonly bytes: Uint8Array;
  readonly port: number;
}

/** An image with a random MD5, which no peer has. */
export function randomImage(name = "idp2pi-doctor.gif"): Image {
  return { md5: crypto.getRandomValues(new Uint8Array(16)).toHex(), name };
}

/** The most datagrams that are kept: more are a flood. */
const MAX_DATAGRAMS = 1_000;

/** A peer whose registration is always removed. Its requests throw the reason of the signal when it is aborted. */
export class ProbePeer implements AsyncDisposable {
  /** All datagrams from the host of the tracker. */
  readonly received: ReceivedDatagram[] = [];
  readonly #socket: TrackerSocket;
  readonly #timeouts: readonly number[];
  readonly #signal: AbortSignal;
  readonly #password = crypto.getRandomValues(new Uint8Array(8)).toHex();
  #last: ReceivedDatagram | null = null;
  /** Whether the tracker may hold its registration. */
  #isRegistered = false;

  /**
   * @param port The TCP port to register, if any.
   * @throws {Fault} `tracker-unreachable`, such as on a machine without IPv6.
   */
  constructor(tracker: Address, { timeouts, signal }: Pick<Examination, "timeouts" | "signal">, readonly port = 0) {
    [this.#timeouts, this.#signal] = [timeouts.udp, signal];
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
   * Repeats a request until it is answered; `null` without an answer.
   *
   * @param fits Whether a text, without padding, is an answer to this request.
   * @param timeouts How long to wait after each repetition, in milliseconds.
   */
  async ask(
    request: string,
    fits: (text: string) => boolean,
    timeouts = this.#timeouts,
  ): Promise<ReceivedDatagram | null> {
    let answer: ReceivedDatagram | null = null;
    const judge = (text: string): "answer" | "other" => {
      if (!fits(text)) return "other";
      answer ??= this.#last;
      return "answer";
    };
    await this.#socket.exchange(request, judge, timeouts, this.#signal).catch(() => {});
    this.#signal.throwIfAborted();
    return answer;
  }

  /** Registers these images, or replaces the registered ones. */
  announce(
    type: "REG" | "UPD",
    images: readonly Image[],
    timeouts?: readonly number[],
  ): Promise<ReceivedDatagram | null> {
    this.#isRegistered = true;
    return this.ask(this.request(type, images), isNoList((reply) => reply.type !== "finished"), timeouts);
  }

  request(type: "REG" | "UPD", images: readonly Image[]): string {
    return formatRequest({ type, password: this.#password, port: this.port, images });
  }

  list(): Promise<ReceivedDatagram | null> {
    return this.ask("LST", (text) => (parseReply(text)?.type ?? "error") === "error");
  }

  async unregister(): Promise<ReceivedDatagram | null> {
    const reply = await this.ask(this.#end, isNoList((reply) => !("count" in reply)));
    this.#isRegistered = reply === null;
    return reply;
  }

  /** Unregisters if necessary, without waiting for an answer; twice, since one datagram may be lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (let times = this.#isRegistered ? 2 : 0; times > 0; times--) {
      await this.#socket.send(this.#end).catch(() => {}); // No route: the tracker did not get it.
    }
    await this.#socket.close();
  }

  get #end(): string {
    return formatRequest({ type: "END", password: this.#password, port: this.port });
  }
}

/** A test that accepts answers of this kind, or in the tracker's own words, but not late lists. */
function isNoList(fits: (reply: Reply) => boolean): (text: string) => boolean {
  return (text) => {
    const reply = parseReply(text);
    if (reply) return fits(reply) && !(reply.type === "error" && reply.reason.startsWith("NO_IMAGES"));
    return text !== "" && parseList(text).length === 0;
  };
}

/** The listed address of one of these images at one of these ports; empty if none. */
export function addressIn(list: string, md5s: readonly string[], ports: readonly number[]): string {
  for (const { md5, peers } of parseList(list)) {
    const holder = md5s.includes(md5) ? peers.find(({ port }) => ports.includes(port)) : undefined;
    if (holder) return holder.host;
  }
  return "";
}

/** The text of an answer; empty without one. */
export const textOf = (answer: ReceivedDatagram | null): string => answer ? replyText(answer.bytes) : "";
