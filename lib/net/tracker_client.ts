/**
 * A client of a tracker, whichever program that tracker is.
 *
 * @module
 */
import type { Address } from "../wire/address.ts";
import { Fault, isFault } from "../wire/fault.ts";
import type { Image } from "../wire/image.ts";
import { MAX_DATAGRAM_BYTES, MAX_IMAGES_ANNOUNCED } from "../wire/limits.ts";
import { codeOf } from "../wire/reason.ts";
import { parseList } from "../wire/list.ts";
import { parseReply, type Reply } from "../wire/reply.ts";
import { type Announce, formatRequest } from "../wire/request.ts";
import { TrackerStream } from "./ask_stream.ts";
import { byteLength, fitAnnounce, type Fitted, mayCutLastName } from "./fit.ts";
import { type Listing, listOnce } from "./list_once.ts";
import { resolveHost } from "./resolve.ts";
import { TrackerSocket, type Verdict } from "./tracker_socket.ts";

/**
 * How often a request is sent, and how long each time waits for the answer, in milliseconds: together ten seconds. On a
 * network that loses every fifth packet, one of two million requests gets no answer to any of thirteen.
 */
const WAITS_MS = [250, 350, 500, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, 1_200, 1_200];

/** `END` on the way out: a person waits for it. */
const FAREWELL_WAITS_MS = [300, 700];

/** Longer requests go over TCP where the tracker has it: as datagrams they would travel in pieces, and be lost with any. */
const SAFE_DATAGRAM_BYTES = 1_200;

/** How often a request is sent that could be shorter, before it is made so; with the longest of the waits. */
const LONG_REQUEST_TRIES = 2;

/** As much of a strange reply as a person is told, in characters. */
const MAX_REPLY_TOLD = 200;

/** What became of a registration. */
export interface Registered {
  /** How many images the tracker says that it now lists for us. */
  readonly accepted: number;
  /** How many there were to share. More than `accepted`: the tracker cuts long requests. */
  readonly offered: number;
  /** Whether the tracker did not know us, and was told anew. */
  readonly again: boolean;
}

/** One tracker, spoken to over UDP, and over TCP where it can and that is better. */
export class TrackerClient {
  /** Where the tracker is; its name resolved. */
  readonly address: Address;
  readonly #socket: TrackerSocket;
  readonly #stream: TrackerStream;
  readonly #waits: readonly number[];
  readonly #leaving = new AbortController();
  /** Each call waits for the one before it: a tracker must not hear two stories at once. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The size of datagram that this tracker is known to take whole, in bytes. */
  #room = MAX_DATAGRAM_BYTES;
  /** Whether this tracker's `UPD` does what it should, as far as is known. */
  #updatesWork = true;

  private constructor(address: Address, waits: readonly number[]) {
    this.address = address;
    this.#waits = waits;
    this.#socket = new TrackerSocket(address);
    this.#stream = new TrackerStream(address);
  }

  /**
   * Looks the tracker's name up and opens the socket; nothing is sent yet.
   *
   * @param waits How long each repetition of a request waits for the answer, in milliseconds.
   * @throws {Fault} `host-unknown`.
   */
  static async open(host: string, port: number, waits: readonly number[] = WAITS_MS): Promise<TrackerClient> {
    return new TrackerClient({ host: await resolveHost(host), port }, waits);
  }

  /**
   * `REG`: shares exactly `images` from TCP port `port`. Where the tracker cuts the request, as many are sent as fit.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  register(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    return this.#inTurn(() => this.#register(password, port, images, false));
  }

  /**
   * `UPD`: shares exactly `images` instead of what was shared. A tracker that does not take it, or whose `UPD` does
   * something else than the specification's, is told `END` and `REG`, which every one understands.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  update(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    return this.#inTurn(() => this.#update(password, port, images));
  }

  /**
   * Keeps the registration from lapsing, by an `UPD` that changes nothing. A tracker whose `UPD` is known to damage
   * lists has no leases either: there it is enough that we are still in the list.
   *
   * @param isOwn Whether an address of the list is ours.
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  renew(
    password: string,
    port: number,
    images: readonly Image[],
    isOwn: (address: Address) => boolean,
  ): Promise<Registered> {
    return this.#inTurn(async () => {
      if (this.#updatesWork) return await this.#update(password, port, images);
      const offered = images.length;
      const listed = (await this.#list()).images.filter(({ peers }) => peers.some(isOwn));
      if (listed.length > 0 || offered === 0) return { accepted: listed.length, offered, again: false };
      return await this.#register(password, port, images, true);
    });
  }

  /**
   * `END`: takes the registration back. A tracker that knows of none has perhaps answered already, and the answer got
   * lost: that is as good.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  finish(password: string, port: number): Promise<void> {
    return this.#inTurn(async () => {
      const reply = await this.#ask(formatRequest({ type: "END", password, port }), isFinished);
      if (reply.type === "error" && !isRefusedPassword(reply)) throw refused(reply.reason, "END");
    });
  }

  /** `END` on the way out: gives up every other request, does not wait long, and never throws. */
  async leave(password: string, port: number): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    await this.#turn;
    const end = formatRequest({ type: "END", password, port });
    // The tracker is gone, or the network: nobody is left to be told.
    const judge = (text: string): Verdict => {
      const reply = parseReply(text);
      return reply && "count" in reply ? "other" : "answer";
    };
    await this.#socket.exchange(end, judge, FAREWELL_WAITS_MS).catch(() => {});
  }

  /**
   * `LST`: all images that are shared. Whatever the tracker says instead of a list is an empty one.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`.
   */
  list(): Promise<Listing> {
    return this.#inTurn(() => this.#list());
  }

  /** Closes the socket. A request that still waits fails. */
  async close(): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    await this.#turn;
    await this.#socket.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {}); // The caller hears of it; the next one has its turn.
    return result;
  }

  #list(): Promise<Listing> {
    return listOnce(this.#stream, this.#socket, this.#waits, this.#leaving.signal);
  }

  async #update(password: string, port: number, all: readonly Image[]): Promise<Registered> {
    const offered = all.length;
    const images = all.slice(0, MAX_IMAGES_ANNOUNCED);
    const streamed = await this.#askStream({ type: "UPD", password, port, images });
    if (streamed && "count" in streamed) return { accepted: streamed.count, offered, again: false };
    if (!streamed) {
      const fitted = this.#fit({ type: "UPD", password, port, images });
      const reply = await this.#announce(fitted);
      if (reply && "count" in reply && reply.count === fitted.images.length && !await this.#cutsNames(fitted)) {
        return { accepted: reply.count, offered, again: false };
      }
      this.#updatesWork &&= reply === null || isRefusedPassword(reply);
    }
    await this.#ask(formatRequest({ type: "END", password, port }), isFinished);
    return await this.#register(password, port, all, true);
  }

  async #register(password: string, port: number, all: readonly Image[], again: boolean): Promise<Registered> {
    const offered = all.length;
    const images = all.slice(0, MAX_IMAGES_ANNOUNCED);
    const streamed = await this.#askStream({ type: "REG", password, port, images });
    if (streamed) return { accepted: accepted(streamed, true), offered, again };
    for (;;) {
      const fitted = this.#fit({ type: "REG", password, port, images });
      const reply = await this.#announce(fitted);
      const taken = reply && accepted(reply, fitted.smaller === undefined);
      const whole = taken !== null && taken >= fitted.images.length && !await this.#cutsNames(fitted);
      if (taken !== null && (whole || !fitted.smaller)) return { accepted: taken, offered, again };
      this.#room = fitted.smaller!;
    }
  }

  /** Announces over UDP; `null` where a shorter request may get an answer that this one did not. */
  async #announce({ request, images, smaller, waits }: Fitted & { waits: readonly number[] }): Promise<Reply | null> {
    try {
      return await this.#ask(request, isAnnounced, images.length, waits);
    } catch (error) {
      const tooLong = isFault(error, "tracker-silent") ||
        (error instanceof Fault && codeOf(error.cause) === "EMSGSIZE");
      if (smaller && tooLong) return null;
      throw error;
    }
  }

  /** An announce as this tracker takes it, and how long to wait for the answer. */
  #fit(announce: Announce): Fitted & { waits: readonly number[] } {
    const fitted = fitAnnounce(announce, this.#room);
    // A long request that gets no answer was too long for the tracker, or got lost in pieces on the way.
    return { ...fitted, waits: fitted.smaller ? this.#waits.slice(-LONG_REQUEST_TRIES) : this.#waits };
  }

  /** Whether the tracker cut the request within the last name: no count tells that, but the list does. */
  async #cutsNames(fitted: Fitted): Promise<boolean> {
    if (!mayCutLastName(fitted)) return false;
    const last = fitted.images.at(-1)!;
    const ours = (await this.#list()).images.find(({ md5 }) => md5 === last.md5);
    return ours !== undefined && ours.name !== last.name && last.name.startsWith(ours.name);
  }

  /** Announces over TCP what is too long for a safe datagram; `null` for a short one, and where there is no TCP. */
  async #askStream(announce: Announce): Promise<Reply | null> {
    const request = formatRequest(announce);
    if (byteLength(request) <= SAFE_DATAGRAM_BYTES) return null;
    const text = await this.#stream.ask(request, this.#leaving.signal);
    return text === null ? null : parseReply(text);
  }

  /** Asks over UDP; an answer that counts something else than `expected` may be a late one to an earlier request. */
  async #ask(
    request: string,
    fits: (reply: Reply) => boolean,
    expected?: number,
    waits = this.#waits,
  ): Promise<Reply> {
    const read = (text: string): Reply | null => {
      const reply = parseReply(text);
      if (reply) return fits(reply) || (reply.type === "error" && !isEmptyList(reply)) ? reply : null;
      // An answer in words of its own is none that can be relied on; a list is a late one to another request.
      return text === "" || parseList(text).length > 0 ? null : { type: "error", reason: text };
    };
    const judge = (text: string): Verdict => {
      const reply = read(text);
      if (!reply) return "other";
      return "count" in reply && expected !== undefined && reply.count !== expected ? "perhaps" : "answer";
    };
    return read(await this.#socket.exchange(request, judge, waits, this.#leaving.signal))!;
  }
}

const isAnnounced = (reply: Reply): boolean => reply.type === "registered" || reply.type === "updated";
const isFinished = (reply: Reply): boolean => reply.type === "finished";

/** A late answer to `LST`, when something else was asked. */
const isEmptyList = (reply: Reply): boolean => reply.type === "error" && /^NO_IMAGES/.test(reply.reason);

const isRefusedPassword = (reply: Reply): boolean =>
  reply.type === "error" && reply.reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD";

/** How many images a `REG` left registered; an error is 0 while a shorter request is still to be tried. */
function accepted(reply: Reply, last: boolean): number {
  if (reply.type !== "error") return "count" in reply ? reply.count : 0;
  if (last || isRefusedPassword(reply)) throw refused(reply.reason, "REG");
  return 0;
}

function refused(reason: string, request: string): Fault {
  return reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD"
    ? new Fault("password-conflict", { request })
    : new Fault("tracker-refused", { request, reply: reason.slice(0, MAX_REPLY_TOLD) });
}
