/**
 * What is known of other peers: who is left alone for a while, who speaks more than `GET`, how many connections there
 * are with each, and which of them wait for the next request.
 *
 * @module
 */
import { type Address, formatAddress } from "../protocol/address.ts";
import { Fault } from "../fault/fault.ts";
import { DIALS_PER_LIST, HostBook } from "./host_book.ts";
import { pause } from "../net/pause.ts";
import { PeerLink } from "./peer_link.ts";
import { Slots } from "../net/slots.ts";

/** Most connections with one peer at once: more gain nothing, and a peer has others to serve. */
export const MAX_OF_PEER = 4;

/** How long a connection waits for its next request, in milliseconds: less than the giving side waits. */
const IDLE_MS = 3_000;

/** Most peers remembered: some megabytes; the ones met first are forgotten first. */
const MAX_PEERS = 10_000;

/** Longest time for which a peer is left alone, in milliseconds. */
const MAX_AVOIDED_MS = 600_000;

/** A peer that knew only `GET` may just have been too busy, in milliseconds: it is asked again after a while. */
const DOUBT_MS = 60_000;

/** The same for what may pass: a line that is broken is soon tried again. */
const MAX_PASSING_MS = 30_000;

/** What a peer understands: `RNG` and `INF` too, or `GET` alone. */
export type Speech = "range" | "get";

interface Page {
  /** Until when it is left alone, on the clock of `performance.now()`. */
  avoidedUntil: number;
  /** Failures since it last gave an image. */
  failures: number;
  /** Whether one of them was worse than to be out of reach. */
  lied: boolean;
  speech?: Speech;
  /** When that was learnt. */
  learnt: number;
  /** Whether it has answered as a peer does, and not failed since. */
  answers: boolean;
  /** Whether what answered there was none. */
  doubted: boolean;
  /** Connections begun with it since it last answered. */
  charged: number;
  readonly slots: Slots;
  readonly idle: { link: PeerLink; timer: ReturnType<typeof setTimeout> }[];
}

/** What a program remembers of the peers that it met. */
export class PeerBook implements Disposable {
  readonly #pages = new Map<string, Page>();
  readonly #hosts = new HostBook();
  readonly #isPassedOver: (host: string) => boolean;
  #closed = false;

  /**
   * A book of nobody yet.
   *
   * @param isPassedOver Whether a host is never connected to.
   */
  constructor(isPassedOver: (host: string) => boolean = () => false) {
    this.#isPassedOver = isPassedOver;
  }

  /** Another list came: addresses that were not tried any more may be. */
  newList(): void {
    this.#hosts.newList();
  }

  /** Why a peer is not connected to just now, if so: for what it or others on its host did, or for what it is. */
  refusal(peer: Address): Fault | null {
    return this.#hostRefusal(peer) ?? avoided(peer, this.avoided(peer));
  }

  /** The same, but for what this very peer did. */
  #hostRefusal(peer: Address): Fault | null {
    const address = formatAddress(peer);
    if (this.#isPassedOver(peer.host)) return new Fault("peer-passed-over", { peer: address });
    if (this.#pages.get(address)?.answers) return null;
    if (this.#hosts.isListExhausted) return new Fault("list-exhausted", { peer: address, tried: DIALS_PER_LIST });
    return avoided(peer, this.#hostBackoff(peer));
  }

  /**
   * Connects with a peer, whatever that did before. Waits while the budget of the minute is used up.
   *
   * @throws {Fault} `peer-unreachable`; `peer-passed-over`, `peer-avoided`, `list-exhausted` when it is not tried.
   * @throws The reason of the signal, when it waits.
   */
  async dial(peer: Address, ms: number, signal?: AbortSignal): Promise<PeerLink> {
    for (;;) {
      const refusal = this.#hostRefusal(peer);
      if (refusal) throw refusal;
      const page = this.#page(peer);
      if (page.answers) break;
      const wait = this.#hosts.untilBudget(performance.now());
      if (wait === 0) {
        page.charged++;
        this.#hosts.charge(performance.now());
        break;
      }
      await pause(wait, signal);
      signal?.throwIfAborted();
    }
    return await PeerLink.open(peer, ms, signal);
  }

  /**
   * Leaves a peer alone for so many milliseconds, twice as many for each failure since it last gave an image.
   *
   * @param passing Whether the failure may pass, as when the line is broken: then several fetches that meet it at once
   * count as one, and it does not take long.
   */
  avoid(peer: Address, ms: number, passing: boolean): void {
    const page = this.#page(peer);
    page.answers = false;
    if (passing && page.avoidedUntil > performance.now()) return;
    this.#hosts.failed(peer.host, ms, passing, performance.now());
    const most = passing ? MAX_PASSING_MS : MAX_AVOIDED_MS;
    const until = performance.now() + Math.min(most, ms * 2 ** page.failures++);
    page.avoidedUntil = Math.max(page.avoidedUntil, until);
    page.lied ||= !passing;
  }

  /** What answered there is no peer, or would not be one just now: it counts for its host, once. */
  doubt(peer: Address, ms: number): void {
    const page = this.#page(peer);
    if (page.answers || page.doubted) return;
    page.doubted = true;
    this.#hosts.failed(peer.host, ms, true, performance.now());
  }

  /** How often a peer, or all of its host, has failed since it last gave an image. */
  failures(peer: Address): number {
    const page = this.#pages.get(formatAddress(peer));
    return Math.max(page?.failures ?? 0, page?.answers ? 0 : this.#hosts.backoffs(peer.host));
  }

  /** Lets a peer be tried again at once, if it never did worse than to be out of reach. */
  trust(peer: Address): void {
    if (!this.#pages.get(formatAddress(peer))?.lied) this.forgive(peer);
  }

  /** Lets a peer be tried again at once: a person wants it. */
  forgive(peer: Address): void {
    this.#hosts.lift(peer.host);
    const page = this.#pages.get(formatAddress(peer));
    if (page) [page.avoidedUntil, page.failures, page.lied] = [-Infinity, 0, false];
  }

  /** A peer gave an image: whatever it did before is forgotten. */
  gave(peer: Address): void {
    this.#answered(peer);
    this.forgive(peer);
  }

  /** A peer answered as peers do: the connections that it took to find it do not count. */
  #answered(peer: Address): void {
    const page = this.#page(peer);
    this.#hosts.answered(peer.host, page.charged);
    [page.answers, page.doubted, page.charged] = [true, false, 0];
  }

  /** How much longer a peer, or its host if the peer has not answered yet, is backed off from, in milliseconds; 0 if not. */
  avoided(peer: Address): number {
    const until = this.#pages.get(formatAddress(peer))?.avoidedUntil ?? -Infinity;
    return Math.max(0, until - performance.now(), this.#hostBackoff(peer));
  }

  #hostBackoff(peer: Address): number {
    const answers = this.#pages.get(formatAddress(peer))?.answers ?? false;
    return answers ? 0 : this.#hosts.backoff(peer.host, performance.now());
  }

  /** What a peer understands, if that is known. */
  speech(peer: Address): Speech | undefined {
    const page = this.#pages.get(formatAddress(peer));
    if (page?.speech === "get" && performance.now() - page.learnt > DOUBT_MS) return undefined;
    return page?.speech;
  }

  /** Remembers what a peer understands. */
  learn(peer: Address, speech: Speech): void {
    Object.assign(this.#page(peer), { speech, learnt: performance.now() });
    if (speech === "range") this.#answered(peer);
  }

  /** How many connections with a peer are in use or waited for. */
  load(peer: Address): number {
    return this.#pages.get(formatAddress(peer))?.slots.load ?? 0;
  }

  /**
   * Waits until there may be one more connection with a peer and its host; disposing of what it gives makes room for
   * another.
   */
  async enter(peer: Address, signal?: AbortSignal): Promise<Disposable> {
    using stack = new DisposableStack();
    stack.use(await this.#page(peer).slots.enter(signal));
    stack.use(await this.#hosts.enter(peer.host, signal));
    return stack.move();
  }

  /** A connection that waits for its next request, if there is one. */
  take(peer: Address): PeerLink | undefined {
    const idle = this.#page(peer).idle.pop();
    clearTimeout(idle?.timer);
    return idle?.link;
  }

  /** Keeps a connection for a next request. */
  put(link: PeerLink): void {
    if (this.#closed) return link.close();
    const { idle } = this.#page(link.peer);
    const timer = setTimeout(() => {
      idle.splice(idle.findIndex((it) => it.link === link), 1);
      link.close();
    }, IDLE_MS);
    idle.push({ link, timer });
  }

  /** Closes the connections that wait, for good. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.closeIdle();
  }

  /** Closes the connections that wait for a next request. */
  closeIdle(): void {
    for (const { idle } of this.#pages.values()) {
      for (const { link, timer } of idle.splice(0)) {
        clearTimeout(timer);
        link.close();
      }
    }
  }

  #page(peer: Address): Page {
    const key = formatAddress(peer);
    let page = this.#pages.get(key);
    if (page) return page;
    const slots = new Slots(MAX_OF_PEER);
    const never = { avoidedUntil: -Infinity, learnt: -Infinity };
    const no = { lied: false, answers: false, doubted: false };
    page = { ...never, ...no, failures: 0, charged: 0, slots, idle: [] };
    this.#pages.set(key, page);
    if (this.#pages.size > MAX_PEERS) {
      const oldest = this.#pages.entries().find(([, { slots, idle }]) => slots.load === 0 && idle.length === 0);
      if (oldest) this.#pages.delete(oldest[0]);
    }
    return page;
  }
}

/** The fault of a peer that is backed off from for so many milliseconds more; `null` for 0. */
function avoided(peer: Address, ms: number): Fault | null {
  return ms > 0 ? new Fault("peer-avoided", { peer: formatAddress(peer), seconds: Math.ceil(ms / 1_000) }) : null;
}
