/**
 * Decides for the tracker: takes a request, its sender and the time, and returns effects. Uses no socket, clock or
 * file.
 */
import { type Address, sameAddress } from "../protocol/address.ts";
import type { FindRequest } from "../protocol/find.ts";
import type { Announce } from "../protocol/request.ts";
import type { OwnAddress } from "../protocol/network.ts";
import { Activity } from "./activity.ts";
import { DeferredLists } from "./deferred_lists.ts";
import { type Dial, type DialResult, Dials } from "./dials.ts";
import { answer, type Effects, ignore, refuse, silence, type TrackerEvent, type Transport } from "./effects.ts";
import { Finder } from "./finder.ts";
import { LastAnnounces } from "./last_announces.ts";
import { ListCache } from "./list_cache.ts";
import { samePassword } from "./password.ts";
import { isSurplus, tooManyImages } from "./places.ts";
import { MemoryBound } from "./memory_bound.ts";
import { MemoryRegistry } from "./registry/memory_registry.ts";
import type { PeerRecord } from "./registry/records.ts";
import type { Registry } from "./registry/registry.ts";
import { type SourceRecord, Sources } from "./source.ts";
import { limit } from "./tracker_limits.ts";
import { DEFAULT_LEASE_MS, type TrackerRules } from "./tracker_rules.ts";
import { Views } from "./view.ts";

/** Bytes of the headers of a datagram over IPv4 (RFC 791, RFC 768). */
const HEADER_BYTES = 28;

/** A reply to an unverified address is at most this many times as long as the request, in bytes on the wire. */
const AMPLIFICATION = 3;

/** An `UPD` this long after the last renewal shows that the peer is alive, in milliseconds: a flood sends it sooner. */
const STAYS_MS = 30_000;

/** Within this time the registry gives leases in any order, in milliseconds. */
const ORDER_MS = 1_000;

/** A received request. */
interface Incoming {
  readonly bytes: Uint8Array;
  readonly from: Address;
  /** The host of the peers that it is about: that of its sender, but see {@link TrackerRules.replacesLoopback}. */
  readonly host: string;
  readonly source: SourceRecord;
  readonly now: number;
  readonly transport: Transport;
}

/** A tracker without its sockets. */
export class Tracker {
  /** The registrations. */
  readonly registry: Registry;
  readonly #memory: MemoryBound;
  readonly #sources: Sources;
  readonly #views: Views;
  readonly #lists: ListCache;
  readonly #finder: Finder;
  readonly #leaseMs: number;
  readonly #dials: Dials;
  readonly #lastAnnounces: LastAnnounces;
  readonly #deferredLists = new DeferredLists();
  readonly #activity = new Activity();

  /** A tracker that knows the peers in the registry and no others. */
  constructor(rules: TrackerRules = {}) {
    const { leaseMs = DEFAULT_LEASE_MS, trust = "by-address", registry, own = [], run = crypto.randomUUID() } = rules;
    this.registry = registry ?? new MemoryRegistry();
    this.#sources = new Sources(trust, rules.limits, rules.replacesLoopback);
    this.#views = new Views(own, rules.replacesLoopback);
    this.#lists = new ListCache(this.registry, run);
    this.#finder = new Finder(this.registry);
    this.#lastAnnounces = new LastAnnounces(this.registry);
    this.registry.onReplaced = (peer) => this.#lastAnnounces.drop(peer);
    [this.#leaseMs, this.#dials] = [leaseMs, new Dials(leaseMs)];
    this.#memory = new MemoryBound(this.registry, this.#lastAnnounces, rules.memory);
  }

  /** How many bytes registrations may take; whether other trackers that share the registry have more memory. */
  get memory(): { readonly bytes: number; readonly isOutgrown: boolean } {
    return this.#memory;
  }

  /** Updates the addresses of the tracker's machine. */
  setOwn(own: readonly OwnAddress[]): void {
    this.#views.setOwn(own);
  }

  /**
   * Decides about one request. Never throws, whatever the bytes are.
   *
   * @param from The sender: the host is the peer's, the port only says where the reply goes.
   * @param now Milliseconds, by any clock that never goes back.
   */
  handle(bytes: Uint8Array, from: Address, now: number, transport: Transport = "udp"): Effects {
    const source = this.#sources.of(from.host, now);
    this.#activity.record(source, from.host, now);
    if (transport === "tcp") source.verify(now);
    if (!source.mayAsk(now)) return ignore(from, "too many requests");
    const host = source.scope === "loopback" ? this.#views.registeredHost(from.host) : from.host;
    const incoming = { bytes, from, host, source, now, transport };
    const request = this.#lastAnnounces.parse(bytes, host);
    switch (request.type) {
      case "malformed":
        if (!request.answer) return ignore(from, "an error of a tracker");
        return refuse(from, "?", "INVALID_MESSAGE_FORMAT", request.reason);
      case "LST":
        return this.#list(incoming);
      case "CHG":
      case "FND": // Only where its sender is verified, and no datagram cuts the answer.
        if (transport === "udp") return refuse(from, "?", "INVALID_MESSAGE_FORMAT", "unknown type");
        if (request.type === "FND") return this.#findImages(request, incoming);
        if (this.registry.images > limit("images for CHG")) {
          return refuse(from, "CHG", "INVALID_MESSAGE_FORMAT", "a list too long for CHG");
        }
        return this.#listChanges(request.version, incoming);
      case "END":
        return this.#unregister(request, incoming);
      case "REG":
        return this.#register(request, incoming);
      case "UPD":
        return this.#update(request, incoming);
    }
  }

  #register({ password, port, images }: Announce, incoming: Incoming): Effects {
    const { bytes, from, host, source, now } = incoming;
    const address = { host, port };
    const known = this.registry.at(address);
    if (source.untrusted && port < 1_024) return refuse(from, "REG", "INVALID_MESSAGE_FORMAT", "a port below 1024");
    if (source.untrusted && known && !(source.mayGuess(now) && samePassword(known.password, password))) {
      return this.#refusePassword("REG", incoming);
    }
    if (tooManyImages(this.registry, host, images.length, known)) return refuse(from, "REG", "TOO_MANY_IMAGES");
    if (!known && this.registry.ofHost(host).length >= source.maxPeers) {
      return refuse(from, "REG", "TOO_MANY_REGISTRATIONS");
    }
    const listed = !source.untrusted || (known?.listed ?? false);
    const put = () => this.registry.put({ address, password, images, listed, expiresAt: now + this.#leaseMs });
    if (!this.#memory.change(known, bytes.length, put)) return refuse(from, "REG", "TRACKER_FULL");
    const peer = this.registry.at(address)!;
    // A new registration is not remembered: a forged one would never be repeated.
    if (known) this.#memory.keep(peer, bytes);
    const count = peer.images.length;
    const dial = known ? this.#dials.verifying(peer, source, now) : this.#dials.first(peer, source, now);
    return answer(from, { type: "registered", count }, { kind: "registered", peer: address, images: count }, dial);
  }

  #update({ password, port, images }: Announce, incoming: Incoming): Effects {
    const { bytes, from, host, source, now } = incoming;
    const address = { host, port };
    const peer = this.#find(address, password, incoming);
    if (!peer) return this.#refusePassword("UPD", incoming);
    const before = peer.address;
    const moves = before.port !== port;
    if (moves && this.registry.at(address)) return this.#refusePassword("UPD", incoming);
    if (moves && source.untrusted && port < 1_024) {
      return refuse(from, "UPD", "INVALID_MESSAGE_FORMAT", "a port below 1024");
    }
    if (tooManyImages(this.registry, host, images.length, peer)) return refuse(from, "UPD", "TOO_MANY_IMAGES");
    if (isSurplus(this.registry, peer, source.maxPeers)) return refuse(from, "UPD", "TOO_MANY_REGISTRATIONS");
    let changed = false;
    const fits = this.#memory.change(peer, bytes.length, () => {
      if (moves && source.untrusted) this.registry.setListed(peer, false);
      changed = this.registry.update(peer, port, images);
      return peer;
    });
    if (!fits) return refuse(from, "UPD", "TRACKER_FULL");
    // Whoever forged a registration can forge its updates too. So a lease is only renewed for a peer that was reached,
    // and only a pause since the last renewal shows that the peer is alive.
    const stays = now - (peer.expiresAt - this.#leaseMs) >= STAYS_MS;
    if (!source.untrusted || peer.listed) this.registry.renew(peer, now + this.#leaseMs, stays);
    this.#memory.keep(peer, bytes);
    const count = peer.images.length;
    const event = changed
      ? { kind: "updated", peer: address, images: count, from: before } as const
      : { kind: "renewed", peer: address, images: count } as const;
    return answer(from, { type: "updated", count }, event, this.#dials.verifying(peer, source, now));
  }

  #unregister({ password, port }: Omit<Announce, "type" | "images">, incoming: Incoming): Effects {
    const peer = this.#find({ host: incoming.host, port }, password, incoming);
    if (!peer) return this.#refusePassword("END", incoming);
    this.#remove(peer, incoming.now + this.#leaseMs);
    return answer(incoming.from, { type: "finished" }, { kind: "finished", peer: peer.address });
  }

  #remove(peer: PeerRecord, endedBy?: number): void {
    this.#lastAnnounces.drop(peer);
    this.registry.remove(peer, endedBy);
  }

  /** The peer with this address and password, else the only one of its host with this password. */
  #find(address: Address, password: string, { source, now }: Incoming): PeerRecord | null {
    if (!source.mayGuess(now)) return null;
    const same = this.registry.at(address);
    if (same && samePassword(same.password, password)) return same;
    const own = this.registry.ofHost(address.host).slice(0, limit("registrations searched for a password"))
      .filter((peer) => peer.address.host === address.host && samePassword(peer.password, password));
    return own.length === 1 ? own[0] : null;
  }

  #refusePassword(request: string, { from, host, source, now }: Incoming): Effects {
    const isRegistered = this.registry.ofHost(host).length > 0;
    // Where nobody is registered there is nothing to guess, and other trackers need not know.
    if (isRegistered) source.guessedWrong(now);
    const reason = "IP_REGISTERED_WITH_DIFFERENT_PASSWORD";
    return refuse(from, request, reason, isRegistered ? reason : "not registered");
  }

  #list(incoming: Incoming): Effects {
    const { from, host, source, now, transport } = incoming;
    const { bytes, images, cut } = this.#lists.get(
      this.#views.of(from.host),
      transport === "tcp" ? "whole" : "datagram",
    );
    const most = AMPLIFICATION * (incoming.bytes.length + HEADER_BYTES) - HEADER_BYTES;
    const amplifies = transport === "udp" && source.untrusted && bytes.length > most;
    if (amplifies && !source.isVerified(now) && !this.#hasListed(host)) return this.#deferList(incoming);
    if (images === 0) return refuse(from, "LST", "NO_IMAGES_AVAILABLE");
    if (!source.mayGet(bytes.length, now, amplifies)) return ignore(from, "too many bytes");
    return answer(from, bytes, { kind: "listed", to: from, images, cut });
  }

  #listChanges(version: string, { from, source, now }: Incoming): Effects {
    if (!source.mayGet(0, now)) return ignore(from, "too many bytes"); // Before the work.
    const { bytes, images } = this.#lists.changes(this.#views.of(from.host), version);
    source.mayGet(bytes.length, now);
    return answer(from, bytes, { kind: "changes", to: from, images });
  }

  #findImages(request: FindRequest, { from, source, now }: Incoming): Effects {
    if (!source.mayGet(0, now)) return ignore(from, "too many bytes"); // Before the work.
    const { bytes, images, cost } = this.#finder.find(request, this.#views.of(from.host));
    source.mayGet(cost, now);
    return answer(from, bytes, { kind: "found", to: from, images });
  }

  /** Whether a peer of this host is listed: it was reached, so the address is verified while it is registered. */
  #hasListed(host: string): boolean {
    return this.registry.ofHost(host).some((peer) => peer.listed && peer.address.host === host);
  }

  /** The list for an unverified address: refused, or deferred if a dial that may verify it has no result yet. */
  #deferList({ from, host }: Incoming): Effects {
    const refused = refuse(from, "LST", "REGISTER_FIRST");
    if (!this.registry.ofHost(host).some((peer) => this.#dials.has(peer))) return refused;
    this.#deferredLists.add(host, from);
    return silence(refused.event);
  }

  /**
   * Decides about the result of a dial. A peer whose lease has ended is removed if it refused, or if it was silent
   * while others of its scope were active; otherwise it stays for a while and is dialled again. A peer that moved in
   * the meantime is dialled at its new address. Lists that waited for the dial are sent.
   */
  dialled(dial: Dial, result: DialResult, now: number): Effects {
    const { peer, address } = dial;
    const isRegistered = this.registry.at(peer.address) === peer;
    if (isRegistered && !sameAddress(peer.address, address)) return silence(null, [this.#dials.begin(peer, now)]);
    this.#dials.end(peer, result, now);
    const event = isRegistered ? this.#judge(dial, result, now) : null;
    const waiting = this.#deferredLists.take(address.host);
    return { replies: waiting.flatMap((to) => this.handle(LIST_REQUEST, to, now).replies), dials: [], event };
  }

  #judge(dial: Dial, result: DialResult, now: number): TrackerEvent | null {
    const { peer, address } = dial;
    const source = this.#sources.of(address.host, now);
    if (result === "accepted" || result === "refused") this.#activity.record(source, address.host, now);
    if (result === "accepted") {
      this.registry.renew(peer, now + this.#leaseMs);
      this.registry.setListed(peer, true);
      source.verify(now);
      return { kind: "answered", peer: address };
    }
    if (now < peer.expiresAt) {
      return result === "untried" ? null : { kind: "unreachable", peer: address, listed: peer.listed };
    }
    if (!this.#activity.isGone(dial, result, now, source, (host) => this.#views.isOwn(host))) return null;
    this.#remove(peer, peer.expiresAt);
    return { kind: "lapsed", peer: address };
  }

  /** Dials the peers whose leases have ended, and removes those that were never listed. Looks at few others. */
  due(now: number): Effects {
    const dials: Dial[] = [];
    for (const peer of this.registry.byExpiry()) {
      if (peer.expiresAt >= now + ORDER_MS) break;
      if (peer.expiresAt > now || this.#dials.has(peer) || !(this.registry.looksAfter?.(peer) ?? true)) continue;
      const { maxPeers } = this.#sources.of(peer.address.host, now);
      if (!peer.listed || isSurplus(this.registry, peer, maxPeers)) this.#remove(peer, peer.expiresAt);
      else if (!this.#dials.backsOff(peer, now)) dials.push(this.#dials.begin(peer, now));
    }
    return silence(null, dials);
  }
}

const LIST_REQUEST = new TextEncoder().encode("LST");
