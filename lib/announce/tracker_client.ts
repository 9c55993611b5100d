/**
 * A client of any tracker. Of trackers that are not ours, it relies only on `END` and `REG`, which all of them
 * understand (PROTOCOL.md, "What our client understands of other trackers").
 */
import type { Address } from "../protocol/address.ts";
import { isFault } from "../fault/fault.ts";
import { type Image, sameImages } from "../protocol/image.ts";
import type { Reply } from "../protocol/reply.ts";
import { TrackerStream } from "./tcp_requests.ts";
import { isUnknown, refused } from "./replies.ts";
import { DatagramTracker, type Registrant, type Registration } from "./datagram_tracker.ts";
import { ChangesRequests } from "./fetch_changes.ts";
import { type Listing, listOnce } from "./fetch_list.ts";
import type { ListDifference, LiveList } from "./live_list.ts";
import { OwnEntries } from "./own_entries.ts";
import { OwnTracker } from "./own_tracker.ts";
import { resolveHost } from "../net/resolve.ts";
import { Slots } from "../net/slots.ts";
import { parsePlace } from "./tracker_place.ts";
import { TrackerSocket } from "./udp_requests.ts";

/**
 * The timeout of each repetition of a request, in milliseconds: together ten seconds. If a network loses every fifth
 * packet, one request in two million gets no answer.
 */
const WAITS_MS = [250, 350, 500, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, 1_200, 1_200];

/** The same for the last `END`, which a person waits for. */
const FAREWELL_WAITS_MS = [300, 700];

/** The result of a registration. */
export interface Registered {
  /** How many images the tracker now lists for us, as it says. */
  readonly accepted: number;
  /** How many images were to be shared: more than `accepted` if the tracker cuts long requests, or TCP fails now. */
  readonly offered: number;
  /** Whether the tracker did not know us, so that we were registered again. */
  readonly again: boolean;
}

/** A client of one tracker, over UDP, and over TCP if the tracker accepts it and that is better. */
export class TrackerClient implements AsyncDisposable {
  /** The tracker's address, with its name resolved. */
  readonly address: Address;
  readonly #socket: TrackerSocket;
  readonly #stream: TrackerStream;
  readonly #datagrams: DatagramTracker;
  readonly #ours: OwnTracker;
  readonly #changes: ChangesRequests;
  readonly #list: () => Promise<Listing>;
  readonly #leaving = new AbortController();
  /** Each call waits for the one before, so that a tracker never gets two requests at once. */
  readonly #turns = new Slots(1);
  /** The images offered last, and how many of them, from the first, the tracker took. */
  #announced: { readonly images: readonly Image[]; readonly accepted: number } | null = null;
  readonly #ownEntries = new OwnEntries();

  private constructor(address: Address, waits: readonly number[]) {
    this.address = address;
    const socket = this.#socket = new TrackerSocket(address);
    const stream = this.#stream = new TrackerStream(address);
    const leaving = this.#leaving.signal;
    const list = this.#list = () => listOnce({ stream, socket, waits, leaving });
    this.#datagrams = new DatagramTracker({ socket, waits, leaving, list });
    this.#ours = new OwnTracker(stream, this.#datagrams, leaving);
    this.#changes = new ChangesRequests(stream, leaving);
  }

  /**
   * Looks up the tracker's name and opens the socket; nothing is sent yet.
   *
   * @param tracker As in {@link PeerConfig}.
   * @param waits The timeout of each repetition of a request, in milliseconds.
   * @throws {Fault} `host-unknown`, `tracker-unreachable`.
   * @throws {RangeError} For an invalid port.
   */
  static async open(
    tracker: string | { readonly host: string; readonly port?: number },
    waits: readonly number[] = WAITS_MS,
  ): Promise<TrackerClient> {
    const { host, port } = parsePlace(tracker);
    return new TrackerClient({ host: await resolveHost(host), port }, waits);
  }

  /** Whether the tracker has answered on TCP: it will take all images when TCP is back. */
  get hadTcp(): boolean {
    return this.#stream.everAnswered;
  }

  /**
   * `REG`: shares exactly `images` from TCP port `port`, or as many as fit if the tracker cuts the request.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  register(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    return this.#inTurn(() => this.#register({ password, port, images }, false));
  }

  /**
   * Replaces what was shared by exactly `images`: by `UPD` at our tracker, by `END` and `REG` at any other.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  update(password: string, port: number, images: readonly Image[]): Promise<Registered> {
    return this.#inTurn(() => this.#update({ password, port, images }));
  }

  /**
   * Renews the lease, by `UPD` at our tracker. Others have no leases: we only check that the list still names us with
   * what was registered.
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
      const registration = { password, port, images };
      if (this.#stream.answers) return await this.#renewLease(registration);
      return await this.#registerStream(registration) ?? await this.#checkListed(registration, isOwn);
    });
  }

  /**
   * Registers all images over TCP, if UDP did not carry all of them.
   *
   * @returns `null` without TCP.
   * @throws {Fault} `tracker-refused`, `password-conflict`.
   */
  complete(password: string, port: number, images: readonly Image[]): Promise<Registered | null> {
    return this.#inTurn(() => this.#registerStream({ password, port, images }));
  }

  /**
   * `END`: ends the registration. If the tracker knows none, an earlier `END` ended it and its answer got lost.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`.
   */
  unregister(password: string, port: number): Promise<void> {
    return this.#inTurn(async () => {
      // Other trackers do not keep a registration without images, and some do not answer an unknown `END`.
      const isUnregistered = this.#announced?.images.length === 0 && !this.#mayKnow;
      const reply = isUnregistered ? "unknown" : await this.#end({ password, port });
      if (typeof reply !== "string" && reply.type === "error") throw refused(reply.reason, "END");
      this.#announced = null;
    });
  }

  /** The final `END`: cancels every other request, waits only a moment, and never throws. */
  async leave(password: string, port: number): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    using _turn = await this.#turns.enter();
    if (!this.#mayKnow) return;
    const options = { waits: FAREWELL_WAITS_MS, isLast: true, isOurs: this.#stream.answers };
    // If the tracker or the network is gone, there is nowhere to unregister.
    await this.#datagrams.end({ password, port }, options).catch(() => {});
  }

  /**
   * `LST`: all images that are shared. If the tracker says that there are none, or sends an empty reply, the list is
   * empty.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`.
   */
  list(): Promise<Listing> {
    return this.#inTurn(() => this.#list());
  }

  /**
   * Brings a list up to date: by what changed since it was last brought up to date, if the tracker can tell, else by
   * `LST`.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `not-a-tracker`; the list is then as before.
   */
  refresh(list: LiveList): Promise<ListDifference> {
    return this.#inTurn(async () => await this.#changes.refresh(list) ?? list.replace(await this.#list()));
  }

  /** The same as {@link TrackerClient.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Closes the socket. A pending request fails. */
  async close(): Promise<void> {
    this.#leaving.abort(new Error("the session is over"));
    using _turn = await this.#turns.enter();
    await this.#socket.close();
  }

  /** Whether the tracker may hold a registration of ours; others than ours hold none without images. */
  get #mayKnow(): boolean {
    return this.#stream.answers || this.#datagrams.copies > 0;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    using _turn = await this.#turns.enter();
    this.#leaving.signal.throwIfAborted();
    return await work();
  }

  async #register(registration: Registration, again: boolean): Promise<Registered> {
    const streamed = await this.#registerStream(registration, again);
    if (streamed) return streamed;
    const { images } = registration;
    if (images.length > 0) {
      const { accepted, forgotten } = await this.#datagrams.register(registration);
      return this.#took(images, accepted, again || forgotten);
    }
    // Some trackers refuse a registration without images: an existing registration is ended, and none is made.
    if (this.#datagrams.copies > 0) await this.#datagrams.end(registration);
    else await this.#list(); // Checks that a tracker answers.
    return this.#took(images, 0, false);
  }

  /** Registers over TCP; `null` without TCP. */
  async #registerStream(registration: Registration, again = false): Promise<Registered | null> {
    const accepted = await this.#ours.register(registration);
    return accepted === null ? null : this.#took(registration.images, accepted, again);
  }

  async #update(registration: Registration): Promise<Registered> {
    const updated = this.#stream.answers ? await this.#ours.update(registration) : null;
    if (typeof updated === "number") return this.#took(registration.images, updated, false);
    if (updated === "unknown") await this.#end(registration);
    return await this.#register(registration, updated === "unknown");
  }

  /** Renews; if the tracker refuses the current images, renews the lease of the registered images. */
  async #renewLease(registration: Registration): Promise<Registered> {
    try {
      return await this.#update(registration);
    } catch (error) {
      const before = this.#announced;
      if (!isFault(error, "tracker-refused") || !before || before.accepted < before.images.length) throw error;
      if (before.images === registration.images) throw error;
      await this.#update({ ...registration, images: before.images });
      throw error;
    }
  }

  /** Checks that the tracker still lists the images that it took; registers again if it does not. */
  async #checkListed(registration: Registration, isOwn: (address: Address) => boolean): Promise<Registered> {
    const { port, images } = registration;
    const before = this.#announced;
    if (images.length === 0 || !before || !sameImages(before.images, images)) {
      return await this.#register(registration, false);
    }
    const listing = await this.#list();
    const taken = new Set(images.slice(0, before.accepted).map(({ md5 }) => md5));
    const entries = listing.images.filter(({ md5 }) => taken.has(md5));
    const listed = this.#ownEntries.count(entries, { isOwn, port, udpPort: this.#socket.port });
    if (listed >= taken.size || listing.mayBeCut) return this.#took(images, before.accepted, false);
    return await this.#register(registration, listed === 0);
  }

  #took(images: readonly Image[], accepted: number, again: boolean): Registered {
    this.#announced = { images, accepted };
    return { accepted, offered: images.length, again };
  }

  /** `END` until it is refused; once to our tracker, over TCP or UDP. */
  async #end(registrant: Registrant): Promise<"known" | "unknown" | Reply> {
    const reply = this.#stream.answers ? await this.#ours.end(registrant) : null;
    if (!reply) return await this.#datagrams.end(registrant);
    return isUnknown(reply) ? "unknown" : reply;
  }
}
