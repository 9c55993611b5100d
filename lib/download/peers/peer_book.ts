/**
 * What is known about other peers: which are banned, which understand more than `GET`, how many connections each has,
 * and which of these are idle.
 */
import { type Address, formatAddress } from "../../protocol/address.ts";
import { Fault } from "../../fault/fault.ts";
import { BAN_MS, MAX_BACKOFF_MS, penaltyOf } from "./bans.ts";
import { DIALS_PER_LIST, HostBook, pageOf } from "./host_book.ts";
import { pause } from "../../net/pause.ts";
import { PeerConnection } from "./peer_connection.ts";
import { Slots } from "../../net/slots.ts";

/** The most connections with a peer at once: more gain nothing, and the peer serves others too. */
export const MAX_OF_PEER = 4;

/** How long an idle connection is kept, in milliseconds: less than the serving side keeps it. */
const IDLE_MS = 3_000;

/** The most peers remembered: some megabytes; the oldest entry is forgotten first. */
const MAX_PEERS = 10_000;

/** After this time, a peer that knew only `GET` is asked for more again, in milliseconds: it may have been busy. */
const GET_ONLY_MS = 60_000;

/** The requests that a peer understands: `RNG` and `INF` too, or `GET` only. */
export type Capability = "range" | "get";

/** What is remembered about a peer; times are those of `performance.now()`. */
class PeerPage {
  /** When a ban or backoff ends. */
  bannedUntil = -Infinity;
  /** Failures since it last sent an image. */
  failures = 0;
  /** Whether a failure showed that it is malicious or broken. */
  isMalicious = false;
  capability: Capability | undefined;
  learntAt = -Infinity;
  /** Whether it has answered as peers do, and not failed since. */
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

  /** @param isPassedOver Whether a host is never contacted. */
  constructor(isPassedOver: (host: string) => boolean = () => false) {
    this.#isPassedOver = isPassedOver;
  }

  /** Notes a new list: addresses of the last one that were not tried may be tried again. */
  newList(): void {
    this.#hosts.newList();
  }

  /** Why a peer is not contacted now, if so: its failures, those of its host, or its address. */
  refusal(peer: Address): Fault | null {
    return this.#hostRefusal(peer) ?? banned(peer, this.retryIn(peer));
  }

  /** The peers that may be contacted, at most `most`; if there are none, why. */
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

  /** The same, without this peer's own failures. */
  #hostRefusal(peer: Address): Fault | null {
    const address = formatAddress(peer);
    if (this.#isPassedOver(peer.host)) return new Fault("peer-passed-over", { peer: address });
    if (this.#known(peer).answers) return null;
    if (this.#hosts.isListExhausted) return new Fault("list-exhausted", { peer: address, tried: DIALS_PER_LIST });
    return banned(peer, this.#hostBackoff(peer));
  }

  /**
   * Connects to a peer, even if it is banned. Waits while the budget of the minute is used up.
   *
   * @throws {Fault} `peer-unreachable`; `peer-passed-over`, `peer-banned`, `list-exhausted` if no connection is tried.
   * @throws The reason of the signal, during a wait.
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

  /** Allows a peer to be tried at once, at a person's request. */
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

  /** A peer answered as peers do: the connections charged for it no longer count. */
  #answered(peer: Address): void {
    const page = this.#page(peer);
    this.#hosts.answered(peer.host, page.charged);
    [page.answers, page.isNoPeer, page.charged] = [true, false, 0];
  }

  /** For how much longer a peer, or its host if the peer never answered, is banned, in milliseconds; 0 if it is not. */
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

  /** Assigns an image to the peer of it with the fewest, until the result is disposed of. */
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

  /** Waits for a free connection to a peer and its host, and holds it until the result is disposed of. */
  async enter(peer: Address, signal?: AbortSignal): Promise<DisposableStack> {
    using stack = new DisposableStack();
    stack.use(await this.#page(peer).slots.enter(signal));
    stack.use(await this.#hosts.enter(peer.host, signal));
    return stack.move();
  }

  /** Takes an idle connection, if there is one. */
  take(peer: Address): PeerConnection | undefined {
    const idle = this.#page(peer).idle.pop();
    clearTimeout(idle?.timer);
    return idle?.connection;
  }

  /** Keeps an idle connection. */
  put(connection: PeerConnection): void {
    if (this.#closed) return connection.close();
    const { idle } = this.#page(connection.peer);
    const timer = setTimeout(() => {
      idle.splice(idle.findIndex((it) => it.connection === connection), 1);
      connection.close();
    }, IDLE_MS);
    idle.push({ connection, timer });
  }

  /** Closes the idle connections, for good. */
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

/** The fault of a peer that is banned for `ms` more milliseconds; `null` for 0. */
function banned(peer: Address, ms: number): Fault | null {
  return ms > 0 ? new Fault("peer-banned", { peer: formatAddress(peer), seconds: Math.ceil(ms / 1_000) }) : null;
}
