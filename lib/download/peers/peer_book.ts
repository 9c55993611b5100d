/**
 * What is known about other peers: which are banned, which understand more than `GET`, how many connections there
 * are to each, and which of them wait for the next request.
 */
import { type Address, formatAddress } from "../../protocol/address.ts";
import { Fault } from "../../fault/fault.ts";
import { BAN_MS, MAX_BACKOFF_MS, penaltyOf } from "./bans.ts";
import { DIALS_PER_LIST, HostBook, pageOf } from "./host_book.ts";
import { pause } from "../../net/pause.ts";
import { PeerConnection } from "./peer_connection.ts";
import { Slots } from "../../net/slots.ts";

/** Most connections with one peer at once: more gain nothing, and a peer has others to serve. */
export const MAX_OF_PEER = 4;

/** How long a connection waits for its next request, in milliseconds: less than the serving side waits. */
const IDLE_MS = 3_000;

/** Most peers remembered: some megabytes; the ones met first are forgotten first. */
const MAX_PEERS = 10_000;

/** A peer that knew only `GET` may just have been too busy: it is asked again after this time, in milliseconds. */
const GET_ONLY_MS = 60_000;

/** The capability of a peer: `RNG` and `INF` too, or `GET` alone. */
export type Capability = "range" | "get";

/** What is remembered of one peer; times are those of `performance.now()`. */
class PeerPage {
  /** When a ban or backoff ends. */
  bannedUntil = -Infinity;
  /** Failures since it last sent an image. */
  failures = 0;
  /** Whether one of them was that of a malicious or broken peer. */
  isMalicious = false;
  capability: Capability | undefined;
  learntAt = -Infinity;
  /** Whether it has answered as a peer does, and not failed since. */
  answers = false;
  /** Whether the program that answered there is not a peer. */
  isNoPeer = false;
  /** Connections to it since it last answered. */
  charged = 0;
  /** Images of batches that are assigned to it. */
  assigned = 0;
  readonly slots = new Slots(MAX_OF_PEER);
  readonly idle: { connection: PeerConnection; timer: ReturnType<typeof setTimeout> }[] = [];

  get isInUse(): boolean {
    return this.slots.load > 0 || this.idle.length > 0;
  }
}

/** The record of a peer that was never contacted. */
const UNKNOWN: Readonly<PeerPage> = new PeerPage();

/** What a program remembers about the peers that it contacted. */
export class PeerBook implements Disposable {
  readonly #pages = new Map<string, PeerPage>();
  readonly #hosts = new HostBook();
  readonly #isPassedOver: (host: string) => boolean;
  #closed = false;

  /** @param isPassedOver Whether a host is never connected to. */
  constructor(isPassedOver: (host: string) => boolean = () => false) {
    this.#isPassedOver = isPassedOver;
  }

  /** A new list came: addresses that were no longer tried may be tried again. */
  newList(): void {
    this.#hosts.newList();
  }

  /** Why a peer is not contacted now, if so: because of its failures, those of its host, or its address. */
  refusal(peer: Address): Fault | null {
    return this.#hostRefusal(peer) ?? banned(peer, this.retryIn(peer));
  }

  /** Peers that may be contacted, at most so many; if none may, why. */
  usable(peers: readonly Address[], most: number): { usable: Address[]; faults: Fault[] } {
    const usable: Address[] = [];
    const faults: Fault[] = [];
    for (const peer of peers) {
      const refusal = this.refusal(peer);
      if (refusal) faults.push(refusal);
      else if (usable.push(peer) === most) break;
    }
    return { usable, faults: usable.length === 0 ? faults : [] };
  }

  /** The same, apart from the failures of this peer. */
  #hostRefusal(peer: Address): Fault | null {
    const address = formatAddress(peer);
    if (this.#isPassedOver(peer.host)) return new Fault("peer-passed-over", { peer: address });
    if (this.#known(peer).answers) return null;
    if (this.#hosts.isListExhausted) return new Fault("list-exhausted", { peer: address, tried: DIALS_PER_LIST });
    return banned(peer, this.#hostBackoff(peer));
  }

  /**
   * Connects to a peer, whatever it did before. Waits while the budget of the minute is used up.
   *
   * @throws {Fault} `peer-unreachable`; `peer-passed-over`, `peer-banned`, `list-exhausted` when it is not tried.
   * @throws The reason of the signal, when it waits.
   */
  async dial(peer: Address, ms: number, signal?: AbortSignal): Promise<PeerConnection> {
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
    return await PeerConnection.open(peer, ms, signal);
  }

  /** Applies the consequence of a peer's failure; see bans.ts. */
  penalize(peer: Address, fault: Fault): void {
    const penalty = penaltyOf(fault);
    if (penalty?.kind === "ban") this.ban(peer);
    if (penalty?.kind === "backoff") this.#backOff(peer, penalty.ms);
    if (penalty?.kind === "host-backoff") this.#backOffHost(peer, penalty.ms);
  }

  /** Bans a malicious or broken peer. */
  ban(peer: Address): void {
    const page = this.#page(peer);
    const now = performance.now();
    this.#hosts.failed(peer.host, BAN_MS, false, now);
    page.failures++;
    [page.answers, page.isMalicious, page.bannedUntil] = [false, true, now + BAN_MS];
  }

  /** Several fetches that meet one failure at once count as one. */
  #backOff(peer: Address, ms: number): void {
    const page = this.#page(peer);
    const now = performance.now();
    page.answers = false;
    if (page.bannedUntil > now) return;
    this.#hosts.failed(peer.host, ms, true, now);
    page.bannedUntil = now + Math.min(MAX_BACKOFF_MS, ms * 2 ** page.failures++);
  }

  #backOffHost(peer: Address, ms: number): void {
    const page = this.#page(peer);
    if (page.answers || page.isNoPeer) return;
    page.isNoPeer = true;
    this.#hosts.failed(peer.host, ms, true, performance.now());
  }

  /** How often a peer, or its whole host, has failed since it last sent an image. */
  failures(peer: Address): number {
    const { failures, answers } = this.#known(peer);
    return Math.max(failures, answers ? 0 : this.#hosts.backoffs(peer.host));
  }

  /** Ends the backoff of a peer, unless it is malicious. */
  endBackoff(peer: Address): void {
    if (!this.#known(peer).isMalicious) this.unban(peer);
  }

  /** Allows a peer to be tried again at once, on request of a person. */
  unban(peer: Address): void {
    this.#hosts.lift(peer.host);
    const page = this.#pages.get(formatAddress(peer));
    if (page) [page.bannedUntil, page.failures, page.isMalicious] = [-Infinity, 0, false];
  }

  /** A peer sent an image: its earlier failures are forgotten. */
  gave(peer: Address): void {
    this.#answered(peer);
    this.unban(peer);
  }

  /** A peer answered as peers do: the connections that it took to find it do not count. */
  #answered(peer: Address): void {
    const page = this.#page(peer);
    this.#hosts.answered(peer.host, page.charged);
    [page.answers, page.isNoPeer, page.charged] = [true, false, 0];
  }

  /** How much longer a peer, or its host if the peer has not answered yet, is banned, in milliseconds; 0 if it is not. */
  retryIn(peer: Address): number {
    return Math.max(0, this.#known(peer).bannedUntil - performance.now(), this.#hostBackoff(peer));
  }

  #hostBackoff(peer: Address): number {
    return this.#known(peer).answers ? 0 : this.#hosts.backoff(peer.host, performance.now());
  }

  /** The capability of a peer, if known. */
  capability(peer: Address): Capability | undefined {
    const { capability, learntAt } = this.#known(peer);
    return capability === "get" && performance.now() - learntAt > GET_ONLY_MS ? undefined : capability;
  }

  learn(peer: Address, capability: Capability): void {
    Object.assign(this.#page(peer), { capability, learntAt: performance.now() });
    if (capability === "range") this.#answered(peer);
  }

  /** Assigns an image to that of its peers which has fewest, until the result is disposed of. */
  assign(peers: readonly Address[]): Disposable {
    const [peer] = peers.toSorted((a, b) => this.assigned(a) - this.assigned(b));
    const page = peer && this.#page(peer);
    if (page) page.assigned++;
    return { [Symbol.dispose]: () => void (page && page.assigned--) };
  }

  /** How many images are assigned to a peer. */
  assigned(peer: Address): number {
    return this.#known(peer).assigned;
  }

  /** How many connections with a peer are in use or waited for. */
  load(peer: Address): number {
    return this.#known(peer).slots.load;
  }

  /** Waits until there may be one more connection with a peer and its host, until the result is disposed of. */
  async enter(peer: Address, signal?: AbortSignal): Promise<DisposableStack> {
    using stack = new DisposableStack();
    stack.use(await this.#page(peer).slots.enter(signal));
    stack.use(await this.#hosts.enter(peer.host, signal));
    return stack.move();
  }

  /** Takes a connection that waits for its next request, if there is one. */
  take(peer: Address): PeerConnection | undefined {
    const idle = this.#page(peer).idle.pop();
    clearTimeout(idle?.timer);
    return idle?.connection;
  }

  /** Keeps a connection for a next request. */
  put(connection: PeerConnection): void {
    if (this.#closed) return connection.close();
    const { idle } = this.#page(connection.peer);
    const timer = setTimeout(() => {
      idle.splice(idle.findIndex((it) => it.connection === connection), 1);
      connection.close();
    }, IDLE_MS);
    idle.push({ connection, timer });
  }

  /** Closes the connections that wait, for good. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.closeIdle();
  }

  /** Closes the connections that wait for a next request. */
  closeIdle(): void {
    for (const { idle } of this.#pages.values()) {
      for (const { connection, timer } of idle.splice(0)) {
        clearTimeout(timer);
        connection.close();
      }
    }
  }

  #known(peer: Address): Readonly<PeerPage> {
    return this.#pages.get(formatAddress(peer)) ?? UNKNOWN;
  }

  #page(peer: Address): PeerPage {
    return pageOf(this.#pages, formatAddress(peer), () => new PeerPage(), MAX_PEERS);
  }
}

/** The fault of a peer that is banned for so many milliseconds more; `null` for 0. */
function banned(peer: Address, ms: number): Fault | null {
  return ms > 0 ? new Fault("peer-banned", { peer: formatAddress(peer), seconds: Math.ceil(ms / 1_000) }) : null;
}
