/**
 * The tracker's decisions: a request, where it came from and the time in, an answer out. No socket, no clock, no file.
 *
 * @module
 */
import { type Address, sameAddress } from "../protocol/address.ts";
import { formatReply } from "../protocol/reply.ts";
import { type AnnounceHead, announceHead, parseAgain } from "./repeat.ts";
import { type Announce, type End, parseRequest } from "../protocol/request.ts";
import { Dials, type Reached } from "./dials.ts";
import { type Answer, counted, good, ignored, refuse, type TrackerEvent, type Via } from "./answer.ts";
import { Hearing } from "./activity.ts";
import { LateLists, type LateReply } from "./deferred_lists.ts";
import { limit } from "./tracker_limits.ts";
import { Listings } from "./listing.ts";
import { MemoryRegistry } from "./registry/memory_registry.ts";
import { samePassword } from "./password.ts";
import type { Registration, Registry } from "./registry/registry.ts";
import { type Source, Sources } from "./source.ts";
import type { TrustPolicy } from "./trust.ts";
import { Views } from "./view.ts";
import type { OwnAddress } from "../protocol/network.ts";

/** How a tracker decides. */
export interface TrackerRules {
  /** How long a registration is kept unrenewed, in milliseconds; `Infinity` for ever. Three minutes when left out. */
  readonly lease?: number;
  /** Whom it trusts; by address when left out. */
  readonly trust?: TrustPolicy;
  /** Where registrations are kept; in memory when left out. */
  readonly registry?: Registry;
  /** The addresses of its machine. */
  readonly own?: readonly OwnAddress[];
}

/** Three minutes: a peer that died disappears while a person still watches, and renewing costs a datagram a minute. */
export const DEFAULT_LEASE_MS = 3 * 60_000;

/** Bytes of the headers of a datagram over IPv4 (RFC 791, RFC 768). */
const HEADER_BYTES = 28;

/** An answer to an address that is not proven has at most so many times the bytes of its request, on the wire. */
const AMPLIFICATION = 3;

/** An `UPD` this long after the last renewal comes from one who stays, in milliseconds: a flood sends it at once. */
const LIVES_MS = 30_000;

/** So few images are not added up: the bound on registrations is enough for those. */
const FEW_IMAGES = 100;

/** A tracker without its sockets. */
export class Tracker {
  /** Who shares what. */
  readonly registry: Registry;
  readonly #sources: Sources;
  readonly #views: Views;
  readonly #listings: Listings;
  readonly #lease: number;
  readonly #dials: Dials;
  readonly #late = new LateLists();
  readonly #hearing = new Hearing();

  /** A tracker of these rules that knows nobody yet, but for what the registry holds. */
  constructor({ lease = DEFAULT_LEASE_MS, trust = "by-address", registry, own = [] }: TrackerRules = {}) {
    this.registry = registry ?? new MemoryRegistry();
    this.#sources = new Sources(trust);
    this.#views = new Views(own);
    this.#listings = new Listings(this.registry);
    [this.#lease, this.#dials] = [lease, new Dials(lease)];
  }

  /** The tracker's machine has other addresses now. */
  setOwn(own: readonly OwnAddress[]): void {
    this.#views.setOwn(own);
  }

  /**
   * Answers one request. Never throws, whatever the bytes are.
   *
   * @param from Where it came from: the address is the peer's, the port only says where the reply goes.
   * @param now Milliseconds, of any clock that only goes forward.
   */
  handle(bytes: Uint8Array, from: Address, now: number, via: Via = "udp"): Answer {
    const source = this.#sources.of(from.host, now);
    this.#hearing.note(source, from.host, now);
    if (via === "tcp") source.prove(now);
    if (!source.mayAsk(now)) return ignored(from, "too many requests");
    const answer = this.#decide(bytes, from, source, now, via);
    if (answer.event.kind === "listed" && !source.mayGet(answer.reply!.length, now)) {
      return ignored(from, "too many bytes");
    }
    return answer;
  }

  #decide(bytes: Uint8Array, from: Address, source: Source, now: number, via: Via): Answer {
    const head = announceHead(bytes);
    const request = head && this.#readAgain(bytes, head, from) || parseRequest(bytes);
    switch (request.type) {
      case "malformed": {
        if (!request.answer) return ignored(from, "an error of a tracker");
        return refuse(from, "?", "INVALID_MESSAGE_FORMAT", request.reason);
      }
      case "LST":
        return this.#list(bytes.length, from, source, now, via);
      case "REG":
        return this.#register(request, from, source, now, head && bytes);
      default:
        return this.#change(request, from, source, now, head && bytes);
    }
  }

  /** Reads an announce by what is different from the last one of its peer, if there is one. */
  #readAgain(bytes: Uint8Array, head: AnnounceHead, from: Address): Announce | null {
    const held = this.registry.at({ host: from.host, port: head.port });
    const said = held && this.registry.saidBy(held);
    return said ? parseAgain(bytes, head, said, held.password, this.registry.imagesOf(held)) : null;
  }

  /** Remembers what a peer said, for {@link parseAgain}: a copy, since the bytes are the socket's. */
  #remember(held: Registration, said: Uint8Array | null, changed: boolean): void {
    const before = this.registry.saidBy(held);
    if (!changed && before) return;
    if (said && before?.length === said.length) before.set(said);
    else this.registry.remember(held, said && said.slice());
  }

  #register(
    { password, port, images }: Announce,
    from: Address,
    source: Source,
    now: number,
    said: Uint8Array | null,
  ): Answer {
    const address = { host: from.host, port };
    const known = this.registry.at(address);
    if (source.guarded && port < 1_024) return refuse(from, "REG", "INVALID_MESSAGE_FORMAT", "a port below 1024");
    if (source.guarded && known && !(source.mayGuess(now) && samePassword(known.password, password))) {
      return this.#refusePassword(from, "REG", source, now);
    }
    if (this.#tooMany(images.length, from.host, known)) return refuse(from, "REG", "TOO_MANY_IMAGES");
    const most = limit(source.guarded ? "registrations, public source" : "registrations, private source");
    if (!known && this.registry.of(from.host).length >= most) return refuse(from, "REG", "TOO_MANY_REGISTRATIONS");
    const listed = !source.guarded || (known?.listed ?? false);
    const changed = known === undefined || this.registry.imagesOf(known) !== images;
    const held = this.registry.put({ address, password, images, listed, until: now + this.#lease });
    if (!this.#makeRoom(held)) return refuse(from, "REG", "TRACKER_FULL");
    if (known) this.#remember(held, said, changed); // Not at first: forged ones never come again.
    const count = held.count;
    const event = { kind: "registered", peer: address, images: count } as const;
    const dial = known ? this.#dials.proof(held, source, now) : this.#dials.first(held, source, now);
    return { ...counted("registered", count, event), dial };
  }

  #change(request: Announce | End, from: Address, source: Source, now: number, said: Uint8Array | null): Answer {
    const { type, password, port } = request;
    const address = { host: from.host, port };
    const held = source.mayGuess(now) ? this.#find(address, password) : null;
    if (!held) return this.#refusePassword(from, type, source, now);
    if (request.type === "END") {
      const peer = held.address;
      this.registry.remove(held);
      return good(formatReply({ type: "finished" }), { kind: "finished", peer });
    }
    const before = held.address;
    const moves = before.port !== port;
    if (moves && this.registry.at(address)) return this.#refusePassword(from, type, source, now);
    if (moves && source.guarded && port < 1_024) {
      return refuse(from, type, "INVALID_MESSAGE_FORMAT", "a port below 1024");
    }
    if (this.#tooMany(request.images.length, from.host, held)) return refuse(from, type, "TOO_MANY_IMAGES");
    if (moves && source.guarded) this.registry.setListed(held, false);
    const same = this.registry.imagesOf(held) === request.images;
    const changed = this.registry.update(held, port, request.images);
    // Who made the password up can send UPD with it from any address: only one that was reached renews itself, and only
    // one that was silent for a while shows by it that it lives.
    const lives = now - (held.until - this.#lease) >= LIVES_MS;
    if (!source.guarded || held.listed) this.registry.renew(held, now + this.#lease, lives);
    if (!this.#makeRoom(held)) return refuse(from, type, "TRACKER_FULL");
    this.#remember(held, said, !same || moves);
    const images = held.count;
    const event = changed
      ? { kind: "updated", peer: address, images, from: before } as const
      : { kind: "renewed", peer: address, images } as const;
    return { ...counted("updated", images, event), dial: this.#dials.proof(held, source, now) };
  }

  /** Whether a source would share more images than one may, in this registration or in all of its. */
  #tooMany(images: number, host: string, held: Registration | undefined): boolean {
    if (images > limit("images of a registration")) return true;
    if (images < FEW_IMAGES) return false;
    const others = this.registry.of(host).reduce((sum, other) => other === held ? sum : sum + other.count, 0);
    return images + others > limit("images of a source");
  }

  /** The registration with this address and password: the same port first, else the only one of this host. */
  #find(address: Address, password: string): Registration | null {
    const same = this.registry.at(address);
    if (same && samePassword(same.password, password)) return same;
    const own = this.registry.of(address.host).slice(0, limit("registrations searched for a password"))
      .filter((held) => held.address.host === address.host && samePassword(held.password, password));
    return own.length === 1 ? own[0] : null;
  }

  #refusePassword(from: Address, request: string, source: Source, now: number): Answer {
    source.guessedWrong(now);
    return refuse(from, request, "IP_REGISTERED_WITH_DIFFERENT_PASSWORD");
  }

  /** Forgets the oldest that never proved themselves until there is room; without room, the newcomer itself. */
  #makeRoom(newcomer: Registration): boolean {
    while (this.registry.bytes > limit("bytes of memory for registrations")) {
      const oldest = this.registry.leastProven(newcomer);
      this.registry.remove(oldest ?? newcomer);
      if (!oldest) return false;
    }
    return true;
  }

  #list(asked: number, from: Address, source: Source, now: number, via: Via): Answer {
    const view = this.#views.of(from.host);
    const { bytes, images, cut } = this.#listings.get(view, via === "tcp" ? "whole" : "datagram");
    if (via === "udp" && source.guarded && !source.isProven(now) && !this.#hasListed(from.host)) {
      const most = AMPLIFICATION * (asked + HEADER_BYTES) - HEADER_BYTES;
      if (bytes.length > most) return this.#listLater(from);
    }
    if (images === 0) return refuse(from, "LST", "NO_IMAGES_AVAILABLE");
    return { reply: bytes, good: true, event: { kind: "listed", to: from, images, cut } };
  }

  /** Whether a peer at this host was reached, which proves the address as long as it is kept. */
  #hasListed(host: string): boolean {
    return this.registry.of(host).some((held) => held.listed && held.address.host === host);
  }

  /** A list for one who has yet to prove itself: when its port was tried, if it is being tried. */
  #listLater(from: Address): Answer {
    const refused = refuse(from, "LST", "REGISTER_FIRST");
    if (!this.registry.of(from.host).some((held) => this.#dials.has(held))) return refused;
    this.#late.add(from);
    return { ...refused, reply: null };
  }

  /**
   * What came of trying a peer's port at `address`. A peer whose lease has ended goes when it refused, and when it was
   * silent while others of its kind of network were heard; otherwise it stays for a while, and is tried again.
   *
   * @returns What happened, the replies that waited for it, and the peer to be tried again if it moved meanwhile.
   */
  dialled(
    held: Registration,
    address: Address,
    reached: Reached,
    now: number,
  ): { event: TrackerEvent | null; late: LateReply[]; again?: Registration } {
    const peer = held.address;
    const there = this.registry.at(peer) === held;
    if (there && !sameAddress(peer, address)) return { event: null, late: [], again: held };
    const since = this.#dials.delete(held, reached, now);
    const late = (): LateReply[] => this.#answerLate(address.host, now);
    if (!there) return { event: null, late: late() };
    const source = this.#sources.of(peer.host, now);
    if (typeof reached === "boolean") this.#hearing.note(source, peer.host, now);
    if (reached === true) {
      this.registry.renew(held, now + this.#lease);
      this.registry.setListed(held, true);
      source.prove(now);
      return { event: { kind: "answered", peer }, late: late() };
    }
    const overdue = now - held.until;
    if (overdue >= 0 && this.#hearing.isGone(reached, overdue, since, source, (host) => this.#views.isOwn(host))) {
      this.registry.remove(held);
      return { event: { kind: "lapsed", peer }, late: late() };
    }
    const isTold = overdue < 0 && reached !== null;
    return { event: isTold ? { kind: "unreachable", peer, listed: held.listed } : null, late: late() };
  }

  #answerLate(host: string, now: number): LateReply[] {
    return this.#late.take(host).flatMap((to) => {
      const { reply } = this.handle(LIST_REQUEST, to, now);
      return reply ? [{ to, reply }] : [];
    });
  }

  /**
   * The registrations whose time is up, to be tried before they go; those that were never reached go at once. Looks at no
   * other.
   */
  due(now: number): Registration[] {
    const due: Registration[] = [];
    for (const held of this.registry.byAge()) {
      if (held.until > now) break;
      if (this.#dials.has(held)) continue;
      if (!held.listed) this.registry.remove(held);
      else if (!this.#dials.rests(held, now)) due.push(this.#dials.add(held, now));
    }
    return due;
  }
}

const LIST_REQUEST = new TextEncoder().encode("LST");
