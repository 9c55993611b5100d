/**
 * A tracker spoken to over UDP, so that it lists us once and rightly whichever program it is (PROTOCOL.md, "What our
 * client understands of other trackers"): some append at `REG`, and cut what is longer than their buffer. So `END` goes
 * before each further `REG`, until it is refused, and a request that was cut is made shorter.
 *
 * @module
 */
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault, isFault } from "../fault/fault.ts";
import { MAX_DATAGRAM_BYTES } from "../protocol/limits.ts";
import { codeOf } from "../fault/reason.ts";
import type { Reply } from "../protocol/reply.ts";
import { type Announce, formatRequest } from "../protocol/request.ts";
import { acceptedOf, isAnnounced, isDone, isFinished, isUnknown, readAnswer } from "./replies.ts";
import { cutLastNames, fitAnnounce, type Fitted, smallerAfter } from "./fit.ts";
import type { Listing } from "./fetch_list.ts";
import type { TrackerSocket, Verdict } from "./udp_requests.ts";

/** How often a request is sent that could be shorter, before it is made so; with the longest of the waits. */
const LONG_REQUEST_TRIES = 2;

/** In so many registrations in a row silence has to suggest that long requests get lost, before that is believed for good. */
const MAX_SUPPOSED = 2;

/** How often `REG` is sent at most, with `END` between: on a network that loses every fifth packet, one of 30,000 is lost that many times. */
const REGISTER_TRIES = 10;

/** How often `END` is repeated at most where the tracker does not answer it, and may answer `REG` all the same. */
const END_TRIES = 5;

/** So often in a row it is tried; a datagram may get lost, but hardly ten. */
const MAX_ENDS_IGNORED = 2;

/** So often a refusal of `REG` is taken for that of an `END`. */
const MAX_DOUBTS = 2;

/** How many more times `END` may be answered `OK` than `REG` was sent: networks repeat datagrams. */
const MORE_ENDS = 2;

/** Whose registration is ended. */
export interface Registrant {
  readonly password: string;
  readonly port: number;
}

/** Whom is asked, and how. */
export interface DatagramParts {
  readonly address: Address;
  readonly socket: TrackerSocket;
  /** How long each repetition of a request waits for the answer, in milliseconds. */
  readonly waits: readonly number[];
  /** What it lists. */
  readonly list: () => Promise<Listing>;
  /** Gives up. */
  readonly leaving: AbortSignal;
}

/** One tracker, and what of ours it may hold. */
export class DatagramTracker {
  readonly #parts: DatagramParts;
  /** The size of datagram that this tracker is known to take whole, in bytes: its count or the system showed it. */
  #room = MAX_DATAGRAM_BYTES;
  /** The same as its silence suggests, and in how many registrations in a row it did. */
  #supposedRoom = MAX_DATAGRAM_BYTES;
  #supposed = 0;
  /** How many registrations of ours it may hold: one for each `REG` that was sent since `END` was refused. */
  copies = 0;
  /** How often one after the other it did not answer `END`, but `REG` after that. */
  #endsIgnored = 0;
  /** Whether it answers `END` behind the last registration, as far as is known. */
  #answersFurtherEnd = true;

  /** A tracker that holds nothing of ours yet. */
  constructor(parts: DatagramParts) {
    this.#parts = parts;
  }

  /** Whether it may hold a registration of ours. */
  get mayKnow(): boolean {
    return this.copies > 0;
  }

  /**
   * Shares as many of the images as the tracker takes in one datagram, instead of what was shared.
   *
   * @returns How many it took, and whether it had forgotten an earlier registration.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  async register(announce: Announce): Promise<{ accepted: number; forgotten: boolean }> {
    let [tries, triesOfSize, doubts] = [0, 0, 0];
    let [forgotten, isFirst, isEndIgnored, hasEnded] = [false, true, false, false];
    const before = this.#supposed;
    if (before < MAX_SUPPOSED) [this.#supposedRoom, this.#supposed] = [MAX_DATAGRAM_BYTES, 0];
    for (;;) {
      if (this.copies > 0) {
        // Behind a REG without an answer, END finds out whether there is anybody.
        const known = await (isFirst ? this.#endIfAnswered(announce) : this.end(announce));
        hasEnded = true;
        if (isFirst) forgotten = known === "unknown";
        isEndIgnored = known === "silent";
      }
      isFirst = false;
      const fitted = fitAnnounce(announce, Math.min(this.#room, this.#supposedRoom));
      const reply = await this.#registerOnce(fitted, tries++);
      if (reply === "silent" && tries >= REGISTER_TRIES) throw this.#silent();
      if (reply === "silent" && (!fitted.smaller || ++triesOfSize < LONG_REQUEST_TRIES)) continue;
      // What refuses a REG in the words that have just refused an END is most often that answer once more.
      if (typeof reply !== "string" && isUnknown(reply) && hasEnded && doubts++ < MAX_DOUBTS) continue;
      if (typeof reply !== "string") {
        if (isEndIgnored) this.#endsIgnored++;
        const accepted = Math.min(acceptedOf(reply, fitted.smaller === undefined), fitted.images.length);
        const isWhole = accepted >= fitted.images.length && !await this.#cutsName(fitted);
        if (isWhole || !fitted.smaller) return { accepted, forgotten };
      }
      triesOfSize = 0;
      if (reply === "silent") [this.#supposedRoom, this.#supposed] = [fitted.smaller!, before + 1];
      else if (reply === "too long") this.#room = fitted.smaller!;
      else this.#room = smallerAfter(fitted, announce, acceptedOf(reply, false));
    }
  }

  /** Sends `REG` once: a tracker that appends would keep each copy. */
  async #registerOnce({ request, images, smaller }: Fitted, tries: number): Promise<Reply | "silent" | "too long"> {
    const { waits, socket } = this.#parts;
    const usual = smaller ? waits.at(-1)! : waits[Math.min(tries, waits.length - 1)];
    try {
      this.copies++;
      return await this.ask(request, isAnnounced, images.length, [Math.max(usual, 2 * socket.slowest)]);
    } catch (error) {
      if (isFault(error, "tracker-silent")) return "silent";
      if (!smaller || !(error instanceof Fault) || codeOf(error.cause) !== "EMSGSIZE") throw error;
      this.copies--; // It never left.
      return "too long";
    }
  }

  /**
   * `END`, until it is refused.
   *
   * @returns Whether the tracker knew of a registration, and the reply if it is one that says nothing of that.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`.
   */
  async end(
    registrant: Registrant,
    waits: readonly number[] = this.#parts.waits,
  ): Promise<"known" | "unknown" | Reply> {
    const request = formatRequest({ type: "END", password: registrant.password, port: registrant.port });
    const first = await this.ask(request, isFinished, undefined, waits);
    this.#endsIgnored = 0;
    if (!isDone(first)) {
      this.copies = 0;
      return isUnknown(first) ? "unknown" : first;
    }
    const most = this.copies - 1 + (this.#answersFurtherEnd ? MORE_ENDS : 0);
    for (let i = 0; i < most; i++) {
      try {
        if (!isDone(await this.ask(request, isFinished, undefined, waits.slice(0, END_TRIES)))) break;
      } catch (error) {
        if (!isFault(error, "tracker-silent")) throw error;
        this.#answersFurtherEnd = false; // It answers only those whom it knows.
        break;
      }
    }
    this.copies = 0;
    return "known";
  }

  /** `END` on the way out: does not wait long, and gives up with the last answer. One is enough at a tracker of ours. */
  async leave(registrant: Registrant, waits: readonly number[], once: boolean): Promise<void> {
    const request = formatRequest({ type: "END", password: registrant.password, port: registrant.port });
    const judge = (text: string): Verdict => readAnswer(text, isFinished) ? "answer" : "other";
    for (let left = once ? 1 : this.copies + MORE_ENDS; left > 0; left--) {
      const { text } = await this.#parts.socket.exchange(request, judge, waits);
      if (!isDone(readAnswer(text, isFinished)!)) break;
    }
    this.copies = 0;
  }

  /** The same where `END` may get no answer though `REG` does. */
  async #endIfAnswered(registrant: Registrant): Promise<"known" | "unknown" | Reply | "silent"> {
    if (this.#endsIgnored >= MAX_ENDS_IGNORED) return "silent";
    try {
      return await this.end(registrant, this.#parts.waits.slice(0, END_TRIES));
    } catch (error) {
      if (!isFault(error, "tracker-silent")) throw error;
      return "silent";
    }
  }

  /** Whether the tracker cut the request within the last name: no count shows that, but the list does. */
  async #cutsName(fitted: Fitted): Promise<boolean> {
    const names = cutLastNames(fitted);
    if (names.length === 0) return false;
    const last = fitted.images.at(-1)!;
    const listed = (await this.#parts.list()).images.find(({ md5 }) => md5 === last.md5);
    return listed !== undefined && listed.name !== last.name && names.includes(listed.name);
  }

  /**
   * Asks; an answer that counts something else than `expected` may be a late one to an earlier request.
   *
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`; the reason of the signal.
   */
  async ask(
    request: string,
    fits: (reply: Reply) => boolean,
    expected?: number,
    waits: readonly number[] = this.#parts.waits,
  ): Promise<Reply> {
    const judge = (text: string): Verdict => {
      const reply = readAnswer(text, fits);
      if (!reply) return "other";
      if (reply.type === "error" || reply.type === "finished") return "common";
      return "count" in reply && expected !== undefined && reply.count !== expected ? "perhaps" : "answer";
    };
    const { text } = await this.#parts.socket.exchange(request, judge, waits, this.#parts.leaving);
    return readAnswer(text, fits)!;
  }

  #silent(): Fault {
    const seconds = this.#parts.waits.reduce((sum, ms) => sum + ms, 0) / 1_000;
    return new Fault("tracker-silent", { address: formatAddress(this.#parts.address), seconds });
  }
}
