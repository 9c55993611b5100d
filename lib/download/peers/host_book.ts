/**
 * Limits the connections that a list may cause and no peer answers: per host, per minute and per list. Lists come from
 * strangers, and may name thousands of ports of one machine, or thousands of machines, that are not peers.
 */
import { BAN_MS, MAX_BACKOFF_MS } from "./bans.ts";
import { Slots } from "../../net/slots.ts";

/** The most connections with one host at once: as many as there are fetches, and some size requests. */
const MAX_OF_HOST = 16;

/** Failures in a row, on any ports, after which a host is backed off from: a room behind one address has fewer. */
const MAX_FAILURES_OF_HOST = 16;

/** The most unanswered connections per minute: a network has fewer departed peers. */
const DIALS_PER_MINUTE = 600;

/** The most unanswered connections for one list. */
export const DIALS_PER_LIST = 1_000;

/** The most hosts remembered; the oldest entry is forgotten first. */
const MAX_HOSTS = 10_000;

class HostPage {
  /** Failures in a row since a peer of this host last answered. */
  failures = 0;
  /** Backoffs since then. */
  backoffs = 0;
  backoffUntil = -Infinity;
  readonly slots = new Slots(MAX_OF_HOST);

  get isInUse(): boolean {
    return this.slots.load > 0;
  }
}

/** What is remembered about hosts, and how many connections are allowed. Times are in milliseconds. Pure. */
export class HostBook {
  readonly #hosts = new Map<string, HostPage>();
  #ofList = 0;
  /** How many connections may begin now; they become available again with time. */
  #tokens = DIALS_PER_MINUTE;
  #at = -Infinity;

  /** Whether the budget of this list is used up: then none of its further addresses is tried. */
  get isListExhausted(): boolean {
    return this.#ofList >= DIALS_PER_LIST;
  }

  newList(): void {
    this.#ofList = 0;
  }

  /** For how much longer unknown peers of this host are not tried, in milliseconds; 0 if they may be. */
  backoff(host: string, now: number): number {
    return Math.max(0, (this.#hosts.get(host)?.backoffUntil ?? -Infinity) - now);
  }

  /** When the budget of the minute allows another unanswered connection, in milliseconds; 0 for now. */
  untilBudget(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) * 60_000 / DIALS_PER_MINUTE;
  }

  backoffs(host: string): number {
    return this.#hosts.get(host)?.backoffs ?? 0;
  }

  /** Counts a connection that is not answered yet. */
  charge(now: number): void {
    this.#refill(now);
    this.#tokens--;
    this.#ofList++;
  }

  /** A peer of this host answered: the connections charged for it no longer count. */
  answered(host: string, charged: number): void {
    this.#tokens = Math.min(DIALS_PER_MINUTE, this.#tokens + charged);
    this.#ofList = Math.max(0, this.#ofList - charged);
    const page = this.#hosts.get(host);
    if (page) [page.failures, page.backoffs, page.backoffUntil] = [0, 0, -Infinity];
  }

  /** Counts a failure of this host; `ms` is the first backoff, and each further one is twice as long. */
  failed(host: string, ms: number, passing: boolean, now: number): void {
    const page = this.#page(host);
    if (++page.failures < MAX_FAILURES_OF_HOST || page.backoffUntil > now) return;
    page.backoffUntil = now + Math.min(passing ? MAX_BACKOFF_MS : BAN_MS, ms * 2 ** page.backoffs++);
  }

  /** Ends the backoff of a host that a person wants to try. Further failures count as before. */
  lift(host: string): void {
    const page = this.#hosts.get(host);
    if (page) page.backoffUntil = -Infinity;
  }

  enter(host: string, signal?: AbortSignal): Promise<Disposable> {
    return this.#page(host).slots.enter(signal);
  }

  #refill(now: number): void {
    const came = Math.max(0, now - this.#at) * DIALS_PER_MINUTE / 60_000;
    this.#tokens = Math.min(DIALS_PER_MINUTE, this.#tokens + came);
    this.#at = Math.max(this.#at, now);
  }

  #page(host: string): HostPage {
    return pageOf(this.#hosts, host, () => new HostPage(), MAX_HOSTS);
  }
}

/** The page of a key; if there are `most` already, a new one replaces the oldest that is not in use. */
export function pageOf<Page extends { readonly isInUse: boolean }>(
  pages: Map<string, Page>,
  key: string,
  make: () => Page,
  most: number,
): Page {
  const known = pages.get(key);
  if (known) return known;
  const oldest = pages.size >= most ? pages.entries().find(([, { isInUse }]) => !isInUse) : undefined;
  if (oldest) pages.delete(oldest[0]);
  const page = make();
  pages.set(key, page);
  return page;
}
