/**
 * The trackers that a client hears of: records become trackers, each with its addresses, until they expire or the
 * tracker says goodbye. Pure: the time is given. All of it comes from the network, and anybody there may have sent it.
 */
import type { Address } from "../../protocol/address.ts";
import { sameNetwork } from "../../net/own_addresses.ts";
import type { DnsMessage, DnsQuestion, DnsRecord } from "./dns_message.ts";
import { isShared, type LocalNetwork } from "./networks.ts";
import { SERVICE } from "./service.ts";

/** A tracker that announces itself. Its name is not yet safe to show. */
export interface HeardTracker {
  /** The name that its operator's machine gave it, which no other tracker has in the same network. */
  readonly name: string;
  /** The name of its addresses, which no other machine has. */
  readonly host: string;
  /** Where it can be reached, the best address first: in a network of this machine, IPv4. At least one. */
  readonly addresses: readonly Address[];
  /** The version of its program; empty if it does not say. */
  readonly version: string;
  /** What the trackers announce that share its registry; empty if it shares it with none. */
  readonly registry: string;
  /** Other names of the same tracker, as after a restart. */
  readonly otherNames: readonly string[];
  /** The names of this machine's networks in which it is heard. */
  readonly networks: readonly string[];
}

/** How many records are kept, as many as fifty trackers have: a liar must not fill the memory, or take long to read. */
const MAX_RECORDS = 400;

/** How many of them one host may have sent, as those of six trackers that a relay passes on from another network. */
const MAX_OF_ONE = 30;

/** How long a record is kept at most, in seconds: who listens for longer asks again within this time. */
const MAX_TTL = 120;

/** How many questions a query has: with names of the greatest length it fits into one frame of most networks. */
const MAX_QUESTIONS = 5;

/** How many addresses of one tracker are tried. */
const MAX_ADDRESSES = 8;

/** A record of which the tracker said goodbye is kept this long, in milliseconds (RFC 6762, section 10.1). */
const GOODBYE_MS = 1_000;

/** What is known of the trackers of one network, for as long as they say that it is true. */
export class HeardTrackers {
  readonly #network: string;
  readonly #records = new Map<string, { record: DnsRecord; expiresAt: number; from: string }>();

  /** @param network The name of the network. */
  constructor(network: string) {
    this.#network = network;
  }

  /** Takes what a response of the host `from` says of trackers; returns whether it says anything of them. */
  add({ isResponse, records }: DnsMessage, from: string, now: number): boolean {
    if (!isResponse) return false;
    for (const [key, { expiresAt }] of this.#records) if (expiresAt <= now) this.#records.delete(key);
    const ours = records.filter(({ name }) => isOfService(name));
    const hosts = [...ours, ...this.#records.values().map(({ record }) => record)]
      .flatMap((it) => it.type === "SRV" ? [it.target.toLowerCase()] : []);
    for (const it of records) if ("host" in it && hosts.includes(it.name.toLowerCase())) ours.push(it);
    // What replaces older records does so before new ones come, since one message may bring several of a kind.
    for (const record of ours) if (record.flush) this.#flush(record, now);
    for (const record of ours) {
      const key = JSON.stringify({ ...record, name: record.name.toLowerCase(), ttl: 0, flush: false });
      const known = this.#records.get(key);
      if (!known && (record.ttl === 0 || !this.#mayAdd(from))) continue;
      const ms = record.ttl === 0 ? GOODBYE_MS : Math.min(record.ttl, MAX_TTL) * 1_000;
      this.#records.set(key, { record, expiresAt: now + ms, from: known?.from ?? from });
    }
    return ours.length > 0;
  }

  /** What is still to be asked: for all trackers, and for what is missing of those that are known by name. */
  questions(now: number): DnsQuestion[] {
    const questions: DnsQuestion[] = [{ name: SERVICE, type: "PTR" }];
    for (const instance of this.#instances(now)) {
      const services = this.#of("SRV", instance, now);
      if (services.length === 0) questions.push({ name: instance, type: "SRV" });
      for (const { target } of services) {
        const isKnown = this.#of("A", target, now).length + this.#of("AAAA", target, now).length > 0;
        if (!isKnown) questions.push({ name: target, type: "A" }, { name: target, type: "AAAA" });
      }
    }
    return questions.slice(0, MAX_QUESTIONS);
  }

  /**
   * The trackers whose addresses are known, by name. Several names of one address are one tracker.
   *
   * @param networks All networks of this machine.
   */
  trackers(networks: readonly LocalNetwork[], now: number): HeardTracker[] {
    const found = this.#instances(now).flatMap((instance) => this.#tracker(instance, networks, now))
      .sort((one, other) => one.name < other.name ? -1 : 1);
    const key = ({ addresses: [{ host, port }] }: HeardTracker): string => `${host} ${port}`;
    return [...Map.groupBy(found, key).values()].map(([tracker, ...others]) => ({
      ...tracker,
      otherNames: others.map(({ name }) => name),
    }));
  }

  #tracker(instance: string, networks: readonly LocalNetwork[], now: number): HeardTracker[] {
    const services = this.#of("SRV", instance, now);
    const addresses = services.flatMap(({ target, port }) =>
      [...this.#of("A", target, now), ...this.#of("AAAA", target, now)].map(({ host }) => ({ host, port }))
    ).filter(({ host, port }) => isShared(host) && port > 0);
    if (addresses.length === 0) return [];
    const isNear = ({ host }: Address): boolean =>
      networks.some(({ own }) => own.some((it) => sameNetwork({ host, prefix: it.prefix }, it)));
    const facts = this.#of("TXT", instance, now).flatMap(({ strings }) => strings);
    const fact = (key: string): string => facts.find((it) => it.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
    return [{
      name: instance.slice(0, -SERVICE.length - 1),
      host: services[0].target.toLowerCase(),
      addresses: [...addresses.filter(isNear), ...addresses.filter((it) => !isNear(it))].slice(0, MAX_ADDRESSES),
      version: fact("version"),
      registry: fact("registry"),
      otherNames: [],
      networks: [this.#network],
    }];
  }

  /** The full names of all trackers. */
  #instances(now: number): string[] {
    return [...new Set(this.#of("PTR", SERVICE, now).map(({ target }) => target))]
      .filter((it) => isOfService(it) && it.length > SERVICE.length);
  }

  #of<T extends DnsRecord["type"]>(type: T, name: string, now: number): Extract<DnsRecord, { type: T }>[] {
    const wanted = name.toLowerCase();
    return [...this.#records.values()].filter(({ record, expiresAt }) =>
      record.type === type && expiresAt > now && record.name.toLowerCase() === wanted
    ).map(({ record }) => record as Extract<DnsRecord, { type: T }>);
  }

  #mayAdd(from: string): boolean {
    if (this.#records.size >= MAX_RECORDS) return false;
    return this.#records.values().reduce((sum, it) => it.from === from ? sum + 1 : sum, 0) < MAX_OF_ONE;
  }

  /** Lets older records of this name and type expire within a second (RFC 6762, section 10.2). */
  #flush({ name, type }: DnsRecord, now: number): void {
    for (const it of this.#records.values()) {
      if (it.record.type !== type || it.record.name.toLowerCase() !== name.toLowerCase()) continue;
      it.expiresAt = Math.min(it.expiresAt, now + GOODBYE_MS);
    }
  }
}

/** Whether a name is that of the service, or of a tracker. */
function isOfService(name: string): boolean {
  return `.${name.toLowerCase()}`.endsWith(`.${SERVICE}`);
}
