/**
 * What is known of other peers: who is left alone for a while, who speaks more than `GET`, how many connections there
 * are with each, and which of them wait for the next request.
 *
 * @module
 */
import { type Address, formatAddress } from "../wire/address.ts";
import type { PeerLink } from "./peer_link.ts";

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
  busy: number;
  /** Those who wait for a connection to become free. */
  readonly queue: (() => void)[];
  readonly idle: { link: PeerLink; timer: ReturnType<typeof setTimeout> }[];
}

/** What a program remembers of the peers that it met. */
export class PeerBook implements Disposable {
  readonly #pages = new Map<string, Page>();
  #closed = false;

  /**
   * Leaves a peer alone for so many milliseconds, twice as many for each failure since it last gave an image.
   *
   * @param passing Whether the failure may pass, as when the line is broken: then several fetches that meet it at once
   * count as one, and it does not take long.
   */
  avoid(peer: Address, ms: number, passing: boolean): void {
    if (passing && this.avoided(peer) > 0) return;
    const page = this.#page(peer);
    const most = passing ? MAX_PASSING_MS : MAX_AVOIDED_MS;
    const until = performance.now() + Math.min(most, ms * 2 ** page.failures++);
    page.avoidedUntil = Math.max(page.avoidedUntil, until);
    page.lied ||= !passing;
  }

  /** How often a peer has failed since it last gave an image. */
  failures(peer: Address): number {
    return this.#pages.get(formatAddress(peer))?.failures ?? 0;
  }

  /** Lets a peer be tried again at once, if it never did worse than to be out of reach. */
  trust(peer: Address): void {
    if (!this.#pages.get(formatAddress(peer))?.lied) this.forgive(peer);
  }

  /** Lets a peer be tried again at once: it gave an image, or a person wants it. */
  forgive(peer: Address): void {
    const page = this.#page(peer);
    [page.avoidedUntil, page.failures, page.lied] = [-Infinity, 0, false];
  }

  /** How much longer a peer is left alone, in milliseconds; 0 for one that is not. */
  avoided(peer: Address): number {
    return Math.max(0, (this.#pages.get(formatAddress(peer))?.avoidedUntil ?? -Infinity) - performance.now());
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
  }

  /** How many connections with a peer are in use or waited for. */
  load(peer: Address): number {
    const page = this.#pages.get(formatAddress(peer));
    return page ? page.busy + page.queue.length : 0;
  }

  /** Waits until there may be one more connection with a peer; disposing of what it gives makes room for another. */
  async enter(peer: Address, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    const page = this.#page(peer);
    if (page.busy < MAX_OF_PEER) page.busy++;
    else {
      await new Promise<void>((resolve, reject) => {
        const turn = (): void => {
          signal?.removeEventListener("abort", giveUp);
          resolve();
        };
        const giveUp = (): void => {
          page.queue.splice(page.queue.indexOf(turn), 1);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", giveUp, { once: true });
        page.queue.push(turn);
      });
    }
    return { [Symbol.dispose]: () => this.#leave(page) };
  }

  /** The one that waits longest takes the place over. */
  #leave(page: Page): void {
    const next = page.queue.shift();
    if (next) next();
    else page.busy--;
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
    page = { avoidedUntil: -Infinity, failures: 0, lied: false, learnt: -Infinity, busy: 0, queue: [], idle: [] };
    this.#pages.set(key, page);
    if (this.#pages.size > MAX_PEERS) {
      for (const [oldest, { busy, idle }] of this.#pages) {
        if (busy > 0 || idle.length > 0) continue;
        this.#pages.delete(oldest);
        break;
      }
    }
    return page;
  }
}
