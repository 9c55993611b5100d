/**
 * A client of a tracker, whichever program that tracker is.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { type Address, formatAddress, plainHost } from "../wire/address.ts";
import { Fault, isFault } from "../wire/fault.ts";
import type { Image, ListedImage } from "../wire/image.ts";
import { MAX_DATAGRAM_BYTES } from "../wire/limits.ts";
import { reasonOf } from "../wire/reason.ts";
import { parseList, parseReply, type Reply, replyText } from "../wire/reply.ts";
import { formatImage, formatRequest, type TrackerRequest } from "../wire/request.ts";
import { closeQuietly } from "./tcp.ts";

/** How often a request is sent, and how long each time waits for the answer, in milliseconds: together 7.5 seconds. */
const WAITS_MS = [500, 1_000, 2_000, 4_000];

/** `END` on the way out: a person waits for it. */
const FAREWELL_WAITS_MS = [300, 700];

/**
 * Sizes to which a request is cut down, in bytes, when a tracker takes less than was sent: programs in the wild read
 * into buffers of 4,096, 2,048 and 1,024 bytes, some less a byte for the end of a string.
 */
const SMALLER_REQUESTS = [4_000, 2_000, 1_000];

/** How often a request is sent that could be shorter, before it is made so. */
const LONG_REQUEST_TRIES = 2;

/** As much of a strange reply as a person is told, in characters. */
const MAX_REPLY_TOLD = 200;

/** What became of a registration. */
export interface Registered {
  /** How many images the tracker says that it now lists for us. */
  readonly accepted: number;
  /** How many there were to share. More than `accepted`: the tracker cuts long requests. */
  readonly offered: number;
}

/** One tracker, spoken to from one UDP socket for the whole session: some trackers know a client by its UDP port. */
export class TrackerClient {
  /** Where the tracker is; its name resolved. */
  readonly address: Address;
  readonly #socket: Deno.DatagramConn;
  readonly #waits: readonly number[];
  readonly #receiving: Promise<void>;
  /** Takes the next datagram while a request waits for its answer; at other times they are late ones, and dropped. */
  #onReply: ((text: string) => void) | null = null;
  /** Requests go one after the other: nothing in an answer says to which it belongs. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #leaving = new AbortController();
  /** The size of request that this tracker is known to take whole, in bytes. */
  #room = MAX_DATAGRAM_BYTES;

  private constructor(address: Address, waits: readonly number[]) {
    this.address = address;
    this.#waits = waits;
    const hostname = isIP(address.host) === 6 ? "::" : "0.0.0.0";
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.#receiving = this.#receive();
  }

  /**
   * Looks the tracker's name up and opens the socket; nothing is sent yet.
   *
   * @param waits How long each repetition of a request waits for the answer, in milliseconds.
   * @throws {Fault} `host-unknown`.
   */
  static async open(host: string, port: number, waits: readonly number[] = WAITS_MS): Promise<TrackerClient> {
    return new TrackerClient({ host: await resolve(host), port }, waits);
  }

  /**
   * `REG`: shares exactly `images` from TCP port `port`. Where the tracker cuts the request, as many are sent as fit.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  async register(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    for (;;) {
      const fitting = fit({ type: "REG", password, port, images }, this.#room);
      const request = formatRequest({ type: "REG", password, port, images: fitting });
      const smaller = SMALLER_REQUESTS.find((bytes) => bytes < byteLength(request));
      // A long request that gets no answer was too long for the tracker, or got lost in pieces on the way.
      const waits = smaller ? this.#waits.slice(0, LONG_REQUEST_TRIES) : this.#waits;
      const reply = await this.#ask(request, isAnnounced, waits).catch((error) => {
        if (smaller && isFault(error, "tracker-silent")) return null;
        throw error;
      });
      const taken = reply && accepted(reply, smaller === undefined);
      if (taken !== null && (taken >= fitting.length || !smaller)) return { accepted: taken, offered: images.length };
      this.#room = smaller!;
    }
  }

  /**
   * `UPD`: shares exactly `images` instead of what was shared. A tracker that does not take it, or whose `UPD` does
   * something else than the specification's, is told `END` and `REG`, which every one understands.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  async update(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    const fitting = fit({ type: "UPD", password, port, images }, this.#room);
    const reply = await this.#ask(formatRequest({ type: "UPD", password, port, images: fitting }), isAnnounced);
    if (reply.type !== "error" && "count" in reply && reply.count === fitting.length) {
      return { accepted: reply.count, offered: images.length };
    }
    await this.#ask(formatRequest({ type: "END", password, port }), isFinished);
    return await this.register(password, port, images);
  }

  /**
   * `END`: takes the registration back.
   *
   * @throws {Fault} As {@link TrackerClient.register}.
   */
  async finish(password: string, port: number): Promise<void> {
    const reply = await this.#ask(formatRequest({ type: "END", password, port }), isFinished);
    if (reply.type === "error") throw refused(reply.reason, "END");
  }

  /** `END` on the way out: gives up every other request, does not wait long, and never throws. */
  async leave(password: string, port: number): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    await this.#turn;
    const farewell = this.#exchange(
      formatRequest({ type: "END", password, port }),
      () => true,
      FAREWELL_WAITS_MS,
      null,
    );
    await farewell.catch(() => {}); // The tracker is gone, or the network: nobody is left to be told.
  }

  /**
   * `LST`: all images that are shared. Whatever the tracker says instead of a list is an empty one.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`.
   */
  async list(): Promise<ListedImage[]> {
    return parseList(
      await this.#exchange("LST", (text) => {
        const reply = parseReply(text);
        return reply === null || reply.type === "error";
      }, this.#waits),
    );
  }

  /** Closes the socket. A request that still waits fails. */
  async close(): Promise<void> {
    closeQuietly(this.#socket);
    await this.#receiving;
  }

  async #ask(request: string, fits: (reply: Reply) => boolean, waits = this.#waits): Promise<Reply> {
    const read = (text: string): Reply | null => {
      const reply = parseReply(text);
      if (reply) return fits(reply) || (reply.type === "error" && !isEmptyList(reply)) ? reply : null;
      // An answer in words of its own is none that can be relied on; a list is a late one to another request.
      return text === "" || parseList(text).length > 0 ? null : { type: "error", reason: text };
    };
    return read(await this.#exchange(request, (text) => read(text) !== null, waits))!;
  }

  /** Sends a request until an answer comes that can be its own, and gives that answer. */
  #exchange(
    request: string,
    fits: (text: string) => boolean,
    waits: readonly number[],
    leaving: AbortSignal | null = this.#leaving.signal,
  ): Promise<string> {
    const result = this.#turn.then(async () => {
      leaving?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      this.#onReply = (text) => fits(text) && resolve(text);
      promise.catch(() => {}); // It may be given up while nobody waits for it yet.
      const giveUp = () => reject(leaving?.reason);
      leaving?.addEventListener("abort", giveUp);
      try {
        for (const wait of waits) {
          await this.#send(request);
          const answer = await within(promise, wait);
          if (answer !== null) return answer;
        }
      } finally {
        leaving?.removeEventListener("abort", giveUp);
        this.#onReply = null;
      }
      const seconds = waits.reduce((sum, ms) => sum + ms, 0) / 1_000;
      throw new Fault("tracker-silent", { address: formatAddress(this.address), seconds });
    });
    this.#turn = result.catch(() => {}); // The caller hears of it; the next one has its turn.
    return result;
  }

  async #send(request: string): Promise<void> {
    const to: Deno.NetAddr = { transport: "udp", hostname: this.address.host, port: this.address.port };
    try {
      await this.#socket.send(encoder.encode(request), to);
    } catch (error) {
      throw new Fault("tracker-unreachable", { address: formatAddress(this.address), reason: reasonOf(error) }, error);
    }
  }

  /** Reads datagrams until the socket is closed. One from the tracker's host counts, whatever its port. */
  async #receive(): Promise<void> {
    const buffer = new Uint8Array(MAX_DATAGRAM_BYTES + 1);
    for (;;) {
      try {
        const [bytes, source] = await this.#socket.receive(buffer);
        if (plainHost((source as Deno.NetAddr).hostname) !== this.address.host) continue;
        const text = replyText(bytes);
        if (text !== "END") this.#onReply?.(text); // One tracker sends `END` after its answers.
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        await new Promise((resolve) => setTimeout(resolve, 10)); // What ICMP said of an earlier datagram, on Windows.
      }
    }
  }
}

const isAnnounced = (reply: Reply): boolean => reply.type === "registered" || reply.type === "updated";
const isFinished = (reply: Reply): boolean => reply.type === "finished";

/** A late answer to `LST`, when something else was asked. */
const isEmptyList = (reply: Reply): boolean => reply.type === "error" && /^NO_IMAGES/.test(reply.reason);

/** How many images a `REG` left registered; an error is 0 while a shorter request is still to be tried. */
function accepted(reply: Reply, last: boolean): number {
  if (reply.type !== "error") return "count" in reply ? reply.count : 0;
  if (last || reply.reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD") throw refused(reply.reason, "REG");
  return 0;
}

function refused(reason: string, request: string): Fault {
  return reason === "IP_REGISTERED_WITH_DIFFERENT_PASSWORD"
    ? new Fault("password-conflict", { request })
    : new Fault("tracker-refused", { request, reply: reason.slice(0, MAX_REPLY_TOLD) });
}

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;

/** As many of the images, from the first, as a request of `room` bytes holds. */
function fit(request: Extract<TrackerRequest, { type: "REG" | "UPD" }>, room: number): readonly Image[] {
  let left = room - byteLength(formatRequest({ ...request, images: [] }));
  const over = request.images.findIndex((image) => (left -= byteLength(formatImage(image)) + 1) < -1);
  return over < 0 ? request.images : request.images.slice(0, over);
}

/** What `promise` gives within `ms` milliseconds, else `null`. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => timer = setTimeout(() => resolve(null), ms));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The IP address of a host, IPv4 before IPv6 as other trackers know no other. */
async function resolve(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    const found = await lookup(host, { all: true });
    return (found.find(({ family }) => family === 4) ?? found[0]).address;
  } catch (error) {
    throw new Fault("host-unknown", { host }, error);
  }
}
