/**
 * A peer that is registered for a moment, with images that do not exist, to test a tracker.
 *
 * @module
 */
import { formatRequest } from "../../protocol/request.ts";
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { parseList } from "../../protocol/list.ts";
import { parseReply, type Reply, replyText } from "../../protocol/reply.ts";
import { ProbeSocket, type ReceivedDatagram } from "./probe_socket.ts";

/** An image with a random MD5, which no peer has. */
export function randomImage(name = "idp2pi-doctor.gif"): Image {
  return { md5: crypto.getRandomValues(new Uint8Array(16)).toHex(), name };
}

/** A registration of a TCP port that is removed in any case. */
export class ProbePeer extends ProbeSocket {
  readonly port: number;
  readonly #password = crypto.getRandomValues(new Uint8Array(8)).toHex();
  readonly #timeouts: readonly number[];
  readonly #signal: AbortSignal;
  /** Whether the tracker may have it. */
  #isRegistered = false;

  /** @param timeouts How long to wait for the answer to each repetition of a request, in milliseconds. */
  constructor(tracker: Address, port: number, timeouts: readonly number[], signal: AbortSignal) {
    super(tracker);
    [this.port, this.#timeouts, this.#signal] = [port, timeouts, signal];
  }

  /** Registers these images, or replaces the registered ones. */
  announce(type: "REG" | "UPD", images: readonly Image[], timeouts = this.#timeouts): Promise<ReceivedDatagram | null> {
    this.#isRegistered = true;
    const request = this.request(type, images);
    return this.ask(request, isNoList((reply) => reply.type !== "finished"), timeouts, this.#signal);
  }

  request(type: "REG" | "UPD", images: readonly Image[]): string {
    return formatRequest({ type, password: this.#password, port: this.port, images });
  }

  list(): Promise<ReceivedDatagram | null> {
    const isList = (text: string): boolean => (parseReply(text)?.type ?? "error") === "error";
    return this.ask("LST", isList, this.#timeouts, this.#signal);
  }

  async unregister(): Promise<ReceivedDatagram | null> {
    const isEnd = isNoList((reply) => !("count" in reply));
    const reply = await this.ask(this.#end, isEnd, this.#timeouts, this.#signal);
    this.#isRegistered = reply === null;
    return reply;
  }

  /** Unregisters if necessary, without waiting for an answer; twice, since one datagram may be lost. */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isRegistered) {
      await this.send(this.#end);
      await this.send(this.#end);
    }
    await super[Symbol.asyncDispose]();
  }

  get #end(): string {
    return formatRequest({ type: "END", password: this.#password, port: this.port });
  }
}

/** A test for answers of this kind, or in words of the tracker's own, but not for late lists. */
function isNoList(fits: (reply: Reply) => boolean): (text: string) => boolean {
  return (text) => {
    const reply = parseReply(text);
    if (reply) return fits(reply) && !(reply.type === "error" && reply.reason.startsWith("NO_IMAGES"));
    return text !== "" && parseList(text).length === 0;
  };
}

/** The address that a list has for one of these images at one of these ports; empty if none. */
export function addressIn(list: string, md5s: readonly string[], ports: readonly number[]): string {
  for (const { md5, peers } of parseList(list)) {
    const holder = md5s.includes(md5) ? peers.find(({ port }) => ports.includes(port)) : undefined;
    if (holder) return holder.host;
  }
  return "";
}

/** The text of an answer; empty if none came. */
export const textOf = (answer: ReceivedDatagram | null): string => answer ? replyText(answer.bytes) : "";
