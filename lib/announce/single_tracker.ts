/**
 * The requests to one tracker, whichever program it is. Of trackers that are not ours, it relies only on `END` and
 * `REG`, which all of them understand (PROTOCOL.md, "What our client understands of other trackers").
 */
import type { Address } from "../protocol/address.ts";
import { isFault } from "../fault/fault.ts";
import { type Image, type ListedImage, sameImages } from "../protocol/image.ts";
import type { FoundImages } from "../protocol/find.ts";
import type { Reply } from "../protocol/reply.ts";
import { TrackerStream } from "./tcp_requests.ts";
import { isUnknown, refused } from "./replies.ts";
import { DatagramTracker, type Registrant, type Registration } from "./datagram_tracker.ts";
import { ChangesRequests } from "./list/fetch_changes.ts";
import { askOne, countImages, findImages, findSome } from "./list/find_images.ts";
import { type Listing, listOnce } from "./list/fetch_list.ts";
import type { ListDifference, LiveList } from "./list/live_list.ts";
import { OwnEntries } from "./own_entries.ts";
import { OwnTracker } from "./own_tracker.ts";
import { TrackerSocket } from "./udp_requests.ts";

/** The timeout of each repetition of the last `END`, in milliseconds: a person waits for it. */
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

/** How long a tracker may be silent, in milliseconds. */
export interface TrackerTimeouts {
  /** After each repetition of a request over UDP. */
  readonly waits: readonly number[];
  /** On a TCP connection. */
  readonly silence: number;
  /** After how many connections in a row that broke TCP is not used for a while. */
  readonly broken: number;
}

/** One tracker, over UDP, and over TCP if the tracker accepts it and that is better. It gets one request at a time. */
export class SingleTracker {
  readonly address: Address;
  readonly #socket: TrackerSocket;
  readonly #stream: TrackerStream;
  readonly #datagrams: DatagramTracker;
  readonly #ours: OwnTracker;
  readonly #changes: ChangesRequests;
  readonly #list: () => Promise<Listing>;
  readonly #leaving: AbortSignal;
  /** The images offered last, and how many of them, from the first, the tracker took. */
  #announced: { readonly images: readonly Image[]; readonly accepted: number } | null = null;
  readonly #ownEntries = new OwnEntries();

  /**
   * Opens the socket; nothing is sent yet.
   *
   * @param leaving Cancels every request but the last `END`.
   * @throws {Fault} `tracker-unreachable`.
   */
  constructor(address: Address, { waits, ...limits }: TrackerTimeouts, leaving: AbortSignal) {
    [this.address, this.#leaving] = [address, leaving];
    const socket = this.#socket = new TrackerSocket(address);
    const stream = this.#stream = new TrackerStream(address, limits);
    const list = this.#list = () => listOnce({ stream, socket, waits, leaving });
    this.#datagrams = new DatagramTracker({ socket, waits, leaving, list });
    this.#ours = new OwnTracker(stream, this.#datagrams, leaving);
    this.#changes = new ChangesRequests(stream, leaving);
  }

  /** Whether the tracker has answered on TCP: it will take all images when TCP is back. */
  get hadTcp(): boolean {
    return this.#stream.everAnswered;
  }

  register(registration: Registration): Promise<Registered> {
    return this.#register(registration, false);
  }

  /**
   * Takes over a registration that was made at another tracker of the same registry: `UPD`, or `REG` if this tracker
   * does not know of it.
   */
  async takeOver(registration: Registration): Promise<Registered> {
    const updated = await this.#ours.takeOver(registration);
    if (typeof updated === "number") return this.#took(registration.images, updated, false);
    return await this.#register(registration, false);
  }

  async update(registration: Registration): Promise<Registered> {
    const updated = this.#stream.answers ? await this.#ours.update(registration) : null;
    if (typeof updated === "number") return this.#took(registration.images, updated, false);
    if (updated === "unknown") await this.#end(registration);
    return await this.#register(registration, updated === "unknown");
  }

  async renew(registration: Registration, isOwn: (address: Address) => boolean): Promise<Registered> {
    if (this.#stream.answers) return await this.#renewLease(registration);
    return await this.complete(registration) ?? await this.#checkListed(registration, isOwn);
  }

  async complete(registration: Registration): Promise<Registered | null> {
    if (!this.#announced) return await this.#registerStream(registration);
    const updated = await this.#ours.takeOver(registration); // `REG` would not say whether the tracker forgot us.
    if (typeof updated === "number") return this.#took(registration.images, updated, false);
    return updated && await this.#registerStream(registration, true);
  }

  async unregister(registrant: Registrant): Promise<void> {
    // Other trackers do not keep a registration without images, and some do not answer an unknown `END`.
    const isUnregistered = this.#announced?.images.length === 0 && this.#datagrams.copies === 0;
    const reply = isUnregistered ? "unknown" : await this.#end(registrant);
    if (typeof reply !== "string" && reply.type === "error") throw refused(reply.reason, "END");
    this.#announced = null;
  }

  /** The final `END`: waits only a moment, and never throws. */
  async leave(registrant: Registrant): Promise<void> {
    if (this.#datagrams.copies === 0) return;
    const options = { waits: FAREWELL_WAITS_MS, isLast: true, isOurs: this.#stream.answers };
    // If the tracker or the network is gone, there is nowhere to unregister.
    await this.#datagrams.end(registrant, options).catch(() => {});
  }

  list(): Promise<Listing> {
    return this.#list();
  }

  find(queries: readonly (readonly string[])[]): Promise<readonly ListedImage[] | null> {
    return findImages(this.#stream, queries, this.#leaving);
  }

  findSome(words: readonly string[], from: number): Promise<FoundImages | null> {
    return findSome(this.#stream, words, from, this.#leaving);
  }

  count(): Promise<number> {
    return countImages(this.#stream, this.#leaving);
  }

  /** Whether the tracker still answers, if it has answered on TCP. */
  async answers(): Promise<boolean> {
    return !this.#stream.answers || await askOne(this.#stream, this.#leaving) !== null;
  }

  async refresh(list: LiveList): Promise<ListDifference> {
    return await this.#changes.refresh(list) ?? list.replace(await this.#list());
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  async #register(registration: Registration, again: boolean): Promise<Registered> {
    const streamed = await this.#registerStream(registration, again);
    if (streamed) return streamed;
    const { images } = registration;
    if (images.length > 0) {
      const mayKnow = this.#announced !== null && this.#datagrams.copies > 0 && !again;
      const first = !this.#stream.everAnswered ? "END" : mayKnow ? "UPD" : null;
      const { accepted, forgotten } = await this.#datagrams.register(registration, first);
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

  /** Renews; if the tracker refuses the current images, renews the lease of the registered images. */
  async #renewLease(registration: Registration): Promise<Registered> {
    try {
      return await this.update(registration);
    } catch (error) {
      const before = this.#announced;
      if (!isFault(error, "tracker-refused") || !before || before.accepted < before.images.length) throw error;
      if (before.images === registration.images) throw error;
      await this.update({ ...registration, images: before.images });
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
