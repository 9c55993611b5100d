/**
 * Registers over UDP so that any tracker lists us exactly once, whichever program it is (PROTOCOL.md, "What our client
 * understands of other trackers"). Some trackers add a second registration at each `REG`, and cut requests that are
 * longer than their buffer. So `END` is sent before each further `REG` until it is refused, and a request that was cut
 * is shortened.
 */
import { Fault, isFault } from "../fault/fault.ts";
import { MAX_DATAGRAM_BYTES } from "../protocol/limits.ts";
import { codeOf } from "../fault/reason.ts";
import type { Reply } from "../protocol/reply.ts";
import { type Announce, formatRequest } from "../protocol/request.ts";
import { acceptedOf, isAnnounced, isDone, isFinished, isRefusal, isUnknown, readAnswer, refused } from "./replies.ts";
import { cutLastNames, fitAnnounce, type Fitted, smallerAfter } from "./fit.ts";
import type { Listing } from "./list/fetch_list.ts";
import type { TrackerSocket, Verdict } from "./udp_requests.ts";

/** How often a long request is sent, with the longest timeout, before a shorter one is tried. */
const LONG_REQUEST_TRIES = 2;

/** After this many registrations in a row that were answered only once they were shortened, later ones stay short. */
const MAX_SUPPOSED = 2;

/** How often `REG` is sent, with `END` between, even if other requests are sent less often. */
const MIN_REGISTER_TRIES = 10;

/** How often `END` is sent at most to a tracker that does not answer it, since it may still answer `REG`. */
const END_TRIES = 5;

/** After this many unanswered `END`s in a row, none is sent before `REG`: ten lost datagrams in a row are unlikely. */
const MAX_ENDS_IGNORED = 2;

/** How often a refusal of `REG` may be taken for a late answer to `END` in the same words. */
const MAX_DOUBTS = 2;

/** How many more answers `OK` to `END` than sent `REG`s are possible: networks duplicate datagrams. */
const MORE_ENDS = 2;

/** The password, the port and the images that a peer registers. */
export type Registration = Omit<Announce, "type">;

/** The password and the port, which identify a registration. */
export type Registrant = Omit<Registration, "images">;

export interface DatagramParts {
  readonly socket: TrackerSocket;
  readonly waits: readonly number[];
  readonly list: () => Promise<Listing>;
  readonly leaving: AbortSignal;
}

interface AskOptions {
  /** How many images the answer counts; another count may be in a late answer to an earlier request. */
  readonly expected?: number;
  readonly waits?: readonly number[];
  /** Whether it is the final request, which is sent although the session is over. */
  readonly isLast?: boolean;
}

interface EndOptions extends Omit<AskOptions, "expected"> {
  /** Whether the tracker is our program, which keeps one registration for each peer. */
  readonly isOurs?: boolean;
}

/** A tracker that is asked over UDP, and the registrations of ours that it may hold. */
export class DatagramTracker {
  readonly #parts: DatagramParts;
  /** The largest datagram that this tracker takes whole, in bytes, as its count or the system showed. */
  #room = MAX_DATAGRAM_BYTES;
  /** The same, as its silence suggests, and how many registrations in a row suggested it. */
  #supposedRoom = MAX_DATAGRAM_BYTES;
  #supposed = 0;
  /** How many registrations of ours it may hold: one for each `REG` sent since `END` was last refused. */
  copies = 0;
  /** How often in a row it answered `REG` after it had not answered `END`. */
  #endsIgnored = 0;
  /** Whether it answers `END` when it holds no registration of ours, as far as is known. */
  #answersFurtherEnd = true;

  constructor(parts: DatagramParts) {
    this.#parts = parts;
  }

  /**
   * Replaces what was shared by as many of the images as the tracker takes in one datagram.
   *
   * @param first What is sent before `REG`, which replaces a registration only at our tracker: `END` if it may be another
   * program; `UPD` if it is ours and has registered us, then `REG` only if it forgot that.
   * @returns How many it took, and whether it had forgotten an earlier registration.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`, `tracker-refused`, `password-conflict`.
   */
  async register(
    registration: Registration,
    first: "END" | "UPD" | null = "END",
  ): Promise<{ accepted: number; forgotten: boolean }> {
    const { waits, socket } = this.#parts;
    let announce: Announce = { ...registration, type: first === "UPD" ? "UPD" : "REG" };
    const before = this.#supposed;
    if (before < MAX_SUPPOSED) [this.#supposedRoom, this.#supposed] = [MAX_DATAGRAM_BYTES, 0];
    const ended = this.copies > 0 && first === "END" ? await this.#endIfAnswered(announce) : null;
    let forgotten = ended === "unknown";
    let [tries, triesOfSize, doubts] = [0, 0, 0];
    for (;;) {
      // Without an answer to REG, END finds out whether a tracker is there.
      if (tries > 0 && this.copies > 0) {
        const known = await this.end(announce);
        if (announce.type === "UPD") forgotten = known === "unknown";
      }
      if (tries > 0) announce = { ...registration, type: "REG" };
      const fitted = fitAnnounce(announce, Math.min(this.#room, this.#supposedRoom));
      const reply = await this.#registerOnce(fitted, tries++);
      if (reply === "silent") {
        if (tries >= Math.max(MIN_REGISTER_TRIES, waits.length)) throw socket.silent(waits);
        if (!fitted.smaller || ++triesOfSize < LONG_REQUEST_TRIES) continue;
        [this.#supposedRoom, this.#supposed] = [fitted.smaller, before + 1];
      } else if (reply === "too long") {
        this.#room = fitted.smaller!;
      } else if (announce.type === "UPD" && reply.type === "error") {
        if (isRefusal(reply) && !isUnknown(reply)) throw refused(reply.reason, "UPD");
        [this.copies, forgotten] = [0, true];
      } else {
        // A refusal of REG in the same words as the refusal of END before it is most likely a copy of that answer.
        if (isUnknown(reply) && (ended || tries > 1) && doubts++ < MAX_DOUBTS) continue;
        if (ended === "silent" && tries === 1) this.#endsIgnored++;
        const accepted = Math.min(acceptedOf(reply, !fitted.smaller), fitted.images.length);
        const isWhole = accepted === fitted.images.length && !await this.#cutsName(fitted);
        if (isWhole || !fitted.smaller) return { accepted, forgotten };
        this.#room = smallerAfter(fitted, announce, accepted);
      }
      triesOfSize = 0;
    }
  }

  /** Sends `REG` (or `UPD`) once, since some trackers would keep each copy. */
  async #registerOnce({ request, images, smaller }: Fitted, tries: number): Promise<Reply | "silent" | "too long"> {
    const { waits, socket } = this.#parts;
    const timeout = smaller ? waits.at(-1)! : waits[Math.min(tries, waits.length - 1)];
    try {
      this.copies++;
      const once = [Math.max(timeout, 2 * socket.slowest)];
      return await this.ask(request, isAnnounced, { expected: images.length, waits: once });
    } catch (error) {
      if (isFault(error, "tracker-silent")) return "silent";
      if (!smaller || !(error instanceof Fault) || codeOf(error.cause) !== "EMSGSIZE") throw error;
      this.copies--; // It was not sent.
      return "too long";
    }
  }

  /**
   * Sends `END` until it is refused; once to a tracker of ours.
   *
   * @returns Whether the tracker knew of a registration, or its reply if that says neither.
   * @throws {Fault} `tracker-silent`, `tracker-unreachable`.
   */
  async end(
    { password, port }: Registrant,
    { waits = this.#parts.waits, isLast = false, isOurs = false }: EndOptions = {},
  ): Promise<"known" | "unknown" | Reply> {
    const request = formatRequest({ type: "END", password, port });
    const first = await this.ask(request, isFinished, { waits, isLast });
    this.#endsIgnored = 0;
    if (!isDone(first)) {
      this.copies = 0;
      return isUnknown(first) ? "unknown" : first;
    }
    const further = this.copies - 1 + (this.#answersFurtherEnd ? MORE_ENDS : 0);
    for (let left = isOurs ? 0 : further; left > 0; left--) {
      try {
        if (!isDone(await this.ask(request, isFinished, { waits: waits.slice(0, END_TRIES), isLast }))) break;
      } catch (error) {
        if (!isFault(error, "tracker-silent")) throw error;
        this.#answersFurtherEnd = false; // It answers only peers that it knows.
        break;
      }
    }
    this.copies = 0;
    return "known";
  }

  /** {@link DatagramTracker.end} for a tracker that may answer `REG` but not `END`. */
  async #endIfAnswered(registrant: Registrant): Promise<"known" | "unknown" | Reply | "silent"> {
    if (this.#endsIgnored >= MAX_ENDS_IGNORED) return "silent";
    try {
      return await this.end(registrant, { waits: this.#parts.waits.slice(0, END_TRIES) });
    } catch (error) {
      if (!isFault(error, "tracker-silent")) throw error;
      return "silent";
    }
  }

  /** Whether the tracker cut the request within the last name, which only its list shows. */
  async #cutsName(fitted: Fitted): Promise<boolean> {
    const names = cutLastNames(fitted);
    if (names.length === 0) return false;
    const last = fitted.images.at(-1)!;
    const listed = (await this.#parts.list()).images.find(({ md5 }) => md5 === last.md5);
    return listed !== undefined && listed.name !== last.name && names.includes(listed.name);
  }

  /** Waits until no datagram may be under way that could undo a request over TCP. */
  settled(): Promise<void> {
    return this.#parts.socket.settled(this.#parts.leaving);
  }

  /** @throws {Fault} `tracker-silent`, `tracker-unreachable`; the reason of the signal. */
  async ask(
    request: string,
    fits: (reply: Reply) => boolean,
    { expected, waits = this.#parts.waits, isLast = false }: AskOptions = {},
  ): Promise<Reply> {
    const judge = (text: string): Verdict => {
      const reply = readAnswer(text, fits);
      if (!reply) return "other";
      if (reply.type === "error" || reply.type === "finished") return "common";
      return "count" in reply && expected !== undefined && reply.count !== expected ? "perhaps" : "answer";
    };
    const { text } = await this.#parts.socket.exchange(request, judge, waits, isLast ? undefined : this.#parts.leaving);
    return readAnswer(text, fits)!;
  }
}
