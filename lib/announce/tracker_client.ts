/**
 * A client of a tracker, whichever program that tracker is.
 *
 * Ours answer on TCP: there `UPD` replaces what is shared and renews the lease. Of all others it is known only that
 * `END` and `REG` are right everywhere (PROTOCOL.md, "What our client understands of other trackers").
 *
 * @module
 */
import type { Address } from "../protocol/address.ts";
import { isFault } from "../fault/fault.ts";
import { type Image, sameImages } from "../protocol/image.ts";
import { parseReply, type Reply } from "../protocol/reply.ts";
import { type Announce, formatRequest } from "../protocol/request.ts";
import { CONNECT_MS, SHORT_CONNECT_MS, TrackerStream } from "./tcp_requests.ts";
import { acceptedOf, isAnnounced, isDone, isFinished, isRefusal, isUnknown, refused } from "./replies.ts";
import { DatagramTracker } from "./datagram_tracker.ts";
import { byteLength, capped } from "./fit.ts";
import { type Listing, listOnce } from "./fetch_list.ts";
import { OwnEntries } from "./own_entries.ts";
import { resolveHost } from "../net/resolve.ts";
import { parsePlace, type TrackerPlace } from "./tracker_place.ts";
import { TrackerSocket } from "./udp_requests.ts";

/**
 * The timeout of each repetition of a request, in milliseconds: together ten seconds. On a network that loses every fifth
 * packet, one of two million requests gets no answer to any of thirteen.
 */
const WAITS_MS = [250, 350, 500, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, 1_200, 1_200];

/** The same of `END` on the way out, for which a person waits. */
const FAREWELL_WAITS_MS = [300, 700];

/** Longer requests go over TCP where the tracker has it: as datagrams they would travel in fragments, and be lost with any. */
const SAFE_DATAGRAM_BYTES = 1_200;

/** What became of a registration. */
export interface Registered {
  /** How many images the tracker says that it now lists for us. */
  readonly accepted: number;
  /** How many there were to share: more than `accepted` if the tracker cuts long requests, or has no TCP at the moment. */
  readonly offered: number;
  /** Whether the tracker did not know us, so that we were registered again. */
  readonly again: boolean;
}

/** One tracker, spoken to over UDP, and over TCP where it can and that is better. */
export class TrackerClient implements AsyncDisposable {
  /** Where the tracker is; its name resolved. */
  readonly address: Address;
  readonly #socket: TrackerSocket;
  readonly #stream: TrackerStream;
  readonly #datagrams: DatagramTracker;
  readonly #list: () => Promise<Listing>;
  readonly #leaving = new AbortController();
  /** The queue: each call waits for the one before it, so that a tracker never gets two requests at once. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What was offered the last time, and how many of these images the tracker took, from the first. */
  #announced: { readonly images: readonly Image[]; readonly accepted: number } | null = null;
  readonly #own = new OwnEntries();

  private constructor(address: Address, waits: readonly number[]) {
    this.address = address;
    const socket = this.#socket = new TrackerSocket(address);
    const stream = this.#stream = new TrackerStream(address);
    const leaving = this.#leaving.signal;
    const list = this.#list = () => listOnce({ address, stream, socket, waits, leaving });
    this.#datagrams = new DatagramTracker({ address, socket, waits, leaving, list });
  }

  /**
   * Looks up the tracker's name and opens the socket; nothing is sent yet.
   *
   * @param tracker The tracker.
   * @param waits The timeout of each repetition of a request, in milliseconds.
   * @throws {Fault} `host-unknown`, `tracker-unreachable`.
   * @throws {RangeError} For a port that is none.
   */
  static async open(tracker: TrackerPlace, waits: readonly number[] = WAITS_MS): Promise<TrackerClient> {
    const { host, port } = parsePlace(tracker);
    return new TrackerClient({ host: await resolveHost(host), port }, waits);
  }

  /** Whether the tracker answered on TCP before: what it did not take over UDP, it will take when TCP is back. */
  get hadTcp(): boolean {
    return this.#stream.everAnswered;
  }

  /**
   * `REG`: shares exactly `images` from TCP port `port`. Where the tracker cuts the request, as many are sent as fit.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  register(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    return this.#inTurn(() => this.#register({ type: "REG", password, port, images }, false));
  }

  /**
   * Shares exactly `images` instead of what was shared: by `UPD` at a tracker of ours, by `END` and `REG` at any other.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  update(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    return this.#inTurn(() => this.#update({ type: "UPD", password, port, images }));
  }

  /**
   * Renews the lease, by an `UPD` at a tracker of ours. Others have no leases: there it is enough that the list still names
   * us with what was registered.
   *
   * @param isOwn Whether an address of the list is ours.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  renew(
    password: string,
    port: number,
    images: readonly Image[],
    isOwn: (address: Address) => boolean,
  ): Promise<Registered> {
    return this.#inTurn(async () => {
      const announce: Announce = { type: "UPD", password, port, images };
      if (this.#stream.answers) return await this.#renewLease(announce);
      return await this.#registerStream(announce, false) ?? await this.#checkListed(announce, isOwn);
    });
  }

  /**
   * Registers all images over TCP, where UDP did not carry all of them.
   *
   * @returns `null` where there is no TCP.
   * @throws {Fault} `tracker-refused`, `password-conflict`.
   */
  complete(password: string, port: number, images: readonly Image[]): Promise<Registered | null> {
    return this.#inTurn(() => this.#registerStream({ type: "REG", password, port, images }, false));
  }

  /**
   * `END`: ends the registration. A tracker that knows of none may have ended it already, and its answer got lost: that is
   * as good.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`.
   */
  unregister(password: string, port: number): Promise<void> {
    return this.#inTurn(async () => {
      // Trackers of others get no registration without images; some do not answer an `END` of somebody unknown.
      const isUnregistered = this.#announced?.images.length === 0 && !this.#mayKnow;
      const reply = isUnregistered ? "unknown" : await this.#end(password, port);
      if (typeof reply !== "string" && reply.type === "error") throw refused(reply.reason, "END");
      this.#announced = null;
    });
  }

  /** `END` on the way out: gives up every other request, does not wait long, and never throws. */
  async leave(password: string, port: number): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    await this.#turn;
    if (!this.#mayKnow) return;
    // If the tracker or the network is gone, there is nowhere to unregister.
    await this.#datagrams.leave({ password, port }, FAREWELL_WAITS_MS, this.#stream.answers).catch(() => {});
  }

  /**
   * `LST`: all images that are shared. A tracker that says so in a sentence, or says nothing, lists none.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`.
   */
  list(): Promise<Listing> {
    return this.#inTurn(() => this.#list());
  }

  /** The same as {@link TrackerClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Closes the socket. A request that is under way fails. */
  async close(): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    await this.#turn;
    await this.#socket.close();
  }

  /** Whether the tracker may hold a registration of ours; one of others holds none without images. */
  get #mayKnow(): boolean {
    return this.#stream.answers || this.#datagrams.copies > 0;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => {
      this.#leaving.signal.throwIfAborted();
      return work();
    });
    this.#turn = result.catch(() => {}); // The caller gets the error; the next one has its turn.
    return result;
  }

  async #register(announce: Announce, again: boolean): Promise<Registered> {
    const streamed = await this.#registerStream(announce, again);
    if (streamed) return streamed;
    const { images } = announce;
    if (images.length === 0) return await this.#registerNone(announce);
    const { accepted, forgotten } = await this.#datagrams.register({ ...capped(announce), type: "REG" });
    return this.#took(images, accepted, again || forgotten);
  }

  /** `REG` over TCP; `null` where there is none. */
  async #registerStream(announce: Announce, again: boolean): Promise<Registered | null> {
    const before = this.#datagrams.copies;
    // From the connection on we may be registered, even if no answer comes; an answer means that they replace the earlier ones.
    const onConnect = (): void => void (this.#datagrams.copies = Math.max(before, 1));
    const reply = await this.#askStream(formatRequest({ ...capped(announce), type: "REG" }), onConnect);
    if (!reply) {
      if (this.#stream.foreignReply !== null) this.#datagrams.copies = before; // Another program has that port.
      return null;
    }
    this.#datagrams.copies = 1;
    const accepted = acceptedOf(reply, true);
    return this.#took(announce.images, accepted, again);
  }

  /** Some trackers refuse a registration without images: there none is made, and one that is there is ended. */
  async #registerNone({ password, port, images }: Announce): Promise<Registered> {
    if (this.#datagrams.copies > 0) await this.#datagrams.end({ password, port });
    else await this.#list(); // Is there a tracker?
    return this.#took(images, 0, false);
  }

  async #update(announce: Announce): Promise<Registered> {
    if (!this.#stream.answers) return await this.#register(announce, false);
    const { images } = capped(announce);
    const reply = await this.#askOurs(formatRequest({ ...announce, images }), isAnnounced, images.length);
    if (reply && "count" in reply && reply.count === images.length) {
      return this.#took(announce.images, reply.count, false);
    }
    // Registering again helps whom the tracker does not know, or whom it did not understand; not whom it refuses.
    if (reply && isRefusal(reply) && !isUnknown(reply)) throw refused(reply.reason, "UPD");
    if (reply) await this.#end(announce.password, announce.port);
    return await this.#register(announce, reply !== null);
  }

  /** Renews; where the tracker refuses the images of now, it renews the lease of those that are registered. */
  async #renewLease(announce: Announce): Promise<Registered> {
    try {
      return await this.#update(announce);
    } catch (error) {
      const before = this.#announced;
      if (!isFault(error, "tracker-refused") || !before || before.accepted < before.images.length) throw error;
      if (before.images === announce.images) throw error;
      await this.#update({ ...announce, images: before.images });
      throw error;
    }
  }

  /** Checks that the tracker still lists us with what it took; registers again if it does not. */
  async #checkListed(announce: Announce, isOwn: (address: Address) => boolean): Promise<Registered> {
    const { images } = announce;
    const before = this.#announced;
    if (images.length === 0 || !before || !sameImages(before.images, images)) {
      return await this.#register(announce, false);
    }
    const listing = await this.#list();
    const taken = new Set(images.slice(0, before.accepted).map(({ md5 }) => md5));
    const entries = listing.images.filter(({ md5 }) => taken.has(md5));
    const listed = this.#own.count(entries, { isOwn, port: announce.port, udpPort: this.#socket.port });
    if (listed >= taken.size || listing.mayBeCut) return this.#took(images, before.accepted, false);
    return await this.#register(announce, listed === 0);
  }

  #took(images: readonly Image[], accepted: number, again: boolean): Registered {
    this.#announced = { images, accepted };
    return { accepted, offered: images.length, again };
  }

  /** `END` until it is refused; at a tracker of ours once, over what answers. */
  async #end(password: string, port: number): Promise<string | Reply> {
    if (!this.#stream.answers) return await this.#datagrams.end({ password, port });
    const reply = await this.#askOurs(formatRequest({ type: "END", password, port }), isFinished);
    if (!reply) return await this.#datagrams.end({ password, port });
    if (isDone(reply) || isUnknown(reply)) this.#datagrams.copies = 0;
    return isUnknown(reply) ? "unknown" : reply;
  }

  /** Asks a tracker of ours: over UDP if the request is short and gets an answer, else over TCP; `null` where TCP is gone. */
  async #askOurs(request: string, fits: (reply: Reply) => boolean, expected?: number): Promise<Reply | null> {
    if (byteLength(request) > SAFE_DATAGRAM_BYTES) return await this.#askStream(request);
    try {
      return await this.#datagrams.ask(request, fits, expected);
    } catch (error) {
      const reply = isFault(error, "tracker-silent") ? await this.#askStream(request) : null;
      if (!reply) throw error;
      return reply;
    }
  }

  async #askStream(request: string, onConnect?: () => void): Promise<Reply | null> {
    const connect = byteLength(request) > SAFE_DATAGRAM_BYTES ? CONNECT_MS : SHORT_CONNECT_MS;
    const text = await this.#stream.ask(request, this.#leaving.signal, { connect, onConnect });
    this.#leaving.signal.throwIfAborted();
    return text === null ? null : parseReply(text);
  }
}
