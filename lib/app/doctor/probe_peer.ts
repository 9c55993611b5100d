/**
 * A peer that is registered for a moment, with images that nobody has, to see what a tracker makes of it.
 *
 * @module
 */
import { formatRequest } from "../../protocol/request.ts";
import type { Address } from "../../protocol/address.ts";
import type { Image } from "../../protocol/image.ts";
import { parseList } from "../../protocol/list.ts";
import { parseReply, type Reply, replyText } from "../../protocol/reply.ts";
import { Asker, type Heard } from "./probe_socket.ts";

/** An image that nobody has: its MD5 is made up. */
export function madeUpImage(name = "idp2pi-doctor.gif"): Image {
  return { md5: crypto.getRandomValues(new Uint8Array(16)).toHex(), name };
}

/** A registration of our own, taken back in any case. */
export class Guest implements AsyncDisposable {
  /** The TCP port that it names. */
  readonly port: number;
  readonly #password = crypto.getRandomValues(new Uint8Array(8)).toHex();
  readonly #asker: Asker;
  readonly #waits: readonly number[];
  readonly #signal: AbortSignal;
  /** Whether the tracker may know of it. */
  #told = false;

  /**
   * A peer of which the tracker knows nothing yet; it names this TCP port.
   *
   * @param waits How long each repetition of a request waits for its answer, in milliseconds.
   */
  constructor(tracker: Address, port: number, waits: readonly number[], signal: AbortSignal) {
    this.#asker = new Asker(tracker);
    [this.port, this.#waits, this.#signal] = [port, waits, signal];
  }

  /** The UDP port from which it speaks. */
  get udpPort(): number {
    return this.#asker.port;
  }

  /** All that the tracker has said. */
  get heard(): readonly Heard[] {
    return this.#asker.heard;
  }

  /** Registers these images, or replaces those that are. */
  announce(type: "REG" | "UPD", images: readonly Image[], waits = this.#waits): Promise<Heard | null> {
    this.#told = true;
    const request = this.request(type, images);
    return this.#asker.ask(request, isNoList((reply) => reply.type !== "finished"), waits, this.#signal);
  }

  /** The text of such a request. */
  request(type: "REG" | "UPD", images: readonly Image[]): string {
    return formatRequest({ type, password: this.#password, port: this.port, images });
  }

  /** Asks for the list. */
  list(): Promise<Heard | null> {
    const isList = (text: string): boolean => (parseReply(text)?.type ?? "error") === "error";
    return this.#asker.ask("LST", isList, this.#waits, this.#signal);
  }

  /** Takes the registration back. */
  async finish(): Promise<Heard | null> {
    const reply = await this.#asker.ask(this.#end, isNoList((reply) => !("count" in reply)), this.#waits, this.#signal);
    this.#told = reply === null;
    return reply;
  }

  /** Leaves, if it has not: without waiting for an answer, twice, since one may be lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#told) {
      await this.#asker.send(this.#end);
      await this.#asker.send(this.#end);
    }
    await this.#asker[Symbol.asyncDispose]();
  }

  get #end(): string {
    return formatRequest({ type: "END", password: this.#password, port: this.port });
  }
}

/** A test for answers of this kind, or in words of the tracker's own, but for lists that come late. */
function isNoList(fits: (reply: Reply) => boolean): (text: string) => boolean {
  return (text) => {
    const reply = parseReply(text);
    if (reply) return fits(reply) && !(reply.type === "error" && reply.reason.startsWith("NO_IMAGES"));
    return text !== "" && parseList(text).length === 0;
  };
}

/** Under which address a list has one of these images at one of these ports; empty when it has none. */
export function addressIn(list: string, md5s: readonly string[], ports: readonly number[]): string {
  for (const { md5, peers } of parseList(list)) {
    const holder = md5s.includes(md5) ? peers.find(({ port }) => ports.includes(port)) : undefined;
    if (holder) return holder.host;
  }
  return "";
}

/** The text of what was heard; empty for nothing. */
export const textOf = (heard: Heard | null): string => heard ? replyText(heard.bytes) : "";
