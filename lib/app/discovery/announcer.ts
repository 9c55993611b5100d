/**
 * How a tracker is announced (RFC 6762): it probes whether its name is free, announces itself, answers questions, and
 * says goodbye. Pure: the time is given, and datagrams to send are returned.
 *
 *     probing (three queries) -> announcing (two responses) -> answering -> ended
 *        ^______ a conflict: the next name ________________________|
 */
import type { Address } from "../../protocol/address.ts";
import type { DnsMessage, DnsQuestion, DnsRecord } from "./dns_message.ts";
import { type LocalNetwork, networksOf } from "./networks.ts";
import {
  ALL_SERVICES,
  instanceName,
  sameName,
  SERVICE,
  serviceName,
  serviceRecords,
  type TrackerService,
  TYPE_RECORD,
} from "./service.ts";

/** A datagram to send in one network: to the group of multicast DNS, or to one address. */
export interface Outgoing {
  readonly network: LocalNetwork;
  readonly to: Address | "group";
  readonly message: DnsMessage;
}

/** Three probes, a quarter of a second apart, from a moment chosen by chance (RFC 6762, section 8.1). */
const [PROBES, PROBE_MS] = [3, 250];

/** Two announcements, a second apart (RFC 6762, section 8.3). */
const [ANNOUNCEMENTS, ANNOUNCE_MS] = [2, 1_000];

/** The wait of the tracker that loses when two probe for one name at once (RFC 6762, section 8.2). */
const LOST_PROBE_MS = 1_000;

/** From so many conflicts on, the next probe waits this long, in milliseconds (RFC 6762, section 8.1). */
const [MANY_CONFLICTS, MANY_CONFLICTS_MS] = [15, 5_000];

/** An answer to all waits this long, so that several trackers do not answer at once (RFC 6762, section 6). */
const [MIN_DELAY_MS, DELAY_SPREAD_MS] = [20, 100];

/** The shortest time between two answers to all in one network, in milliseconds (RFC 6762, section 6). */
const ANSWERS_APART_MS = 1_000;

/** Answers to one address in a second: a class that starts at once; more would make a flood of forged questions worse. */
const MAX_UNICAST_ANSWERS = 50;

/** The port of multicast DNS: who asks from another one knows only unicast DNS (RFC 6762, section 6.7). */
export const MDNS_PORT = 5_353;

/** How long who knows only unicast DNS may keep an answer, in seconds (RFC 6762, section 6.7). */
const LEGACY_TTL = 10;

/** A tracker's part in multicast DNS, in all its networks. */
export class Announcer {
  readonly #wanted: string;
  readonly #random: () => number;
  #service: TrackerService;
  #networks: readonly LocalNetwork[] = [];
  #choice = 1;
  #conflicts = 0;
  /** Probes or announcements that are still to be sent, and when. */
  #step: { readonly kind: "probe" | "announce"; left: number; at: number } | null = null;
  /** When each network is answered next, and when it was last, by the name of the interface. */
  readonly #answers = new Map<string, { due: number; types: boolean }>();
  readonly #answered = new Map<string, number>();
  #unicast = { second: -1, sent: 0 };

  /** @param random From 0 to 1, as `Math.random`. */
  constructor(service: TrackerService, random: () => number = Math.random) {
    this.#wanted = service.name;
    this.#service = { ...service, name: serviceName(service.name) };
    this.#random = random;
  }

  /** The name under which the tracker is announced; `null` while it is not known to be free. */
  get name(): string | null {
    return this.#step?.kind === "probe" || this.#networks.length === 0 ? null : this.#service.name;
  }

  /** Sets the networks and the registry, and begins again if they changed (RFC 6762, section 8). */
  setNetworks(networks: readonly LocalNetwork[], now: number, registry?: string): void {
    const isSame = JSON.stringify(networks) === JSON.stringify(this.#networks);
    if (isSame && registry === this.#service.registry) return;
    this.#networks = networks;
    this.#service = { ...this.#service, registry };
    this.#answers.clear();
    this.#probe(now + this.#random() * PROBE_MS);
  }

  /** When {@link due} has something to send; `Infinity` if nothing is waiting. */
  get nextDue(): number {
    return this.#answers.values().reduce((next, { due }) => Math.min(next, due), this.#step?.at ?? Infinity);
  }

  /** What is to be sent now. */
  due(now: number): Outgoing[] {
    const sent = this.#step && this.#step.at <= now ? this.#advance(this.#step, now) : [];
    for (const [name, { due, types }] of this.#answers) {
      const network = this.#networks.find((it) => it.name === name);
      if (due > now) continue;
      this.#answers.delete(name);
      this.#answered.set(name, now);
      if (network) sent.push({ network, to: "group", message: response(this.#records(network, types)) });
    }
    return sent;
  }

  /** Takes a message that came from `from`; returns what is to be sent at once. */
  handle(message: DnsMessage, from: Address, now: number): Outgoing[] {
    const networks = networksOf(from.host, this.#networks);
    if (networks.length === 0) return [];
    if (message.isResponse) {
      if (from.port === MDNS_PORT && message.records.some((it) => this.#contradicts(it))) this.#conflict(now);
      return [];
    }
    if (message.proposed.length > 0 && this.#step?.kind === "probe") {
      if (this.#losesTo(message.proposed)) this.#probe(now + LOST_PROBE_MS);
      return [];
    }
    if (this.#step?.kind === "probe" || !message.questions.some((it) => this.#isOurs(it))) return [];
    const types = message.questions.some((it) => sameName(it.name, ALL_SERVICES));
    if (from.port !== MDNS_PORT) return this.#answerLegacy(message, from, networks, types, now);
    if (this.#isKnown(message)) return [];
    const isProbe = message.proposed.length > 0;
    for (const { name } of networks) this.#answerSoon(name, isProbe, types, now);
    return [];
  }

  /** The goodbye: the records of all networks are forgotten a second later (RFC 6762, section 10.1). */
  goodbye(): Outgoing[] {
    const isAnnounced = this.name !== null;
    const networks = isAnnounced ? this.#networks : [];
    this.#networks = [];
    this.#step = null;
    this.#answers.clear();
    return networks.map((network) => {
      const records = serviceRecords(this.#service, network).map((it) => ({ ...it, ttl: 0 }));
      return { network, to: "group", message: response(records) };
    });
  }

  #probe(at: number): void {
    this.#step = this.#networks.length === 0 ? null : { kind: "probe", left: PROBES, at };
  }

  /** Sends a probe or an announcement in all networks, and decides what comes next. */
  #advance(step: { kind: "probe" | "announce"; left: number }, now: number): Outgoing[] {
    if (step.kind === "probe" && step.left === 0) step = { kind: "announce", left: ANNOUNCEMENTS };
    const left = step.left - 1;
    if (step.kind === "probe") this.#step = { kind: "probe", left, at: now + PROBE_MS };
    else this.#step = left > 0 ? { kind: "announce", left, at: now + ANNOUNCE_MS } : null;
    return this.#networks.map((network) => {
      if (step.kind === "announce") {
        this.#answered.set(network.name, now);
        return { network, to: "group", message: response(this.#records(network, false)) };
      }
      const proposed = serviceRecords(this.#service, network).filter(({ type }) => type !== "PTR");
      const names = [instanceName(this.#service), this.#service.host];
      const questions = names.map((name) => ({ name, type: "ANY" }));
      return {
        network,
        to: "group",
        message: { ...response(proposed), isResponse: false, questions, proposed, records: [] },
      };
    });
  }

  #records(network: LocalNetwork, types: boolean): DnsRecord[] {
    return [...types ? [TYPE_RECORD] : [], ...serviceRecords(this.#service, network)];
  }

  #isOurs({ name, type }: DnsQuestion): boolean {
    const isType = (...types: string[]): boolean => type === "ANY" || types.includes(type);
    if (sameName(name, SERVICE) || sameName(name, ALL_SERVICES)) return isType("PTR");
    if (sameName(name, instanceName(this.#service))) return isType("SRV", "TXT");
    return sameName(name, this.#service.host) && isType("A", "AAAA");
  }

  /** Whether who asks for all trackers knows this one for half of its time to live (RFC 6762, section 7.1). */
  #isKnown({ questions, records }: DnsMessage): boolean {
    const ours = serviceRecords(this.#service, this.#networks[0])[0];
    return questions.every((it) => !this.#isOurs(it) || sameName(it.name, SERVICE)) &&
      records.some((it) =>
        it.type === "PTR" && sameName(it.name, SERVICE) && sameName(it.target, instanceName(this.#service)) &&
        it.ttl >= ours.ttl / 2
      );
  }

  /** Answers all in a network, with all that there is to say: nobody has to ask a second time. */
  #answerSoon(network: string, atOnce: boolean, types: boolean, now: number): void {
    const last = this.#answered.get(network) ?? -Infinity;
    const delay = MIN_DELAY_MS + this.#random() * DELAY_SPREAD_MS;
    // A probe is answered in time, or its sender takes the name; it repeats itself after a quarter of a second.
    const due = atOnce ? Math.max(now, last + PROBE_MS) : Math.max(now + delay, last + ANSWERS_APART_MS);
    const waiting = this.#answers.get(network);
    this.#answers.set(network, {
      due: Math.min(due, waiting?.due ?? Infinity),
      types: types || (waiting?.types ?? false),
    });
  }

  /** Answers who knows only unicast DNS, as a unicast server would: with the question, and no bit of multicast DNS. */
  #answerLegacy(
    { id, questions }: DnsMessage,
    to: Address,
    networks: readonly LocalNetwork[],
    types: boolean,
    now: number,
  ): Outgoing[] {
    const second = Math.floor(now / 1_000);
    if (this.#unicast.second !== second) this.#unicast = { second, sent: 0 };
    if (this.#unicast.sent >= MAX_UNICAST_ANSWERS) return [];
    this.#unicast.sent++;
    return networks.map((network) => {
      const records = this.#records(network, types).map((it) => ({ ...it, ttl: LEGACY_TTL, flush: false }));
      const asked = questions.filter((it) => this.#isOurs(it)).slice(0, 1);
      return { network, to, message: { ...response(records), id, questions: asked } };
    });
  }

  /** Whether a record says that our name is somebody else's. */
  #contradicts(record: DnsRecord): boolean {
    if (record.ttl === 0 || record.type !== "SRV" || !sameName(record.name, instanceName(this.#service))) return false;
    return !sameName(record.target, this.#service.host) || record.port !== this.#service.port;
  }

  /** Another tracker has our name: it is probed again if it was ours, else the next one is. */
  #conflict(now: number): void {
    if (this.#step?.kind === "probe") {
      this.#service = { ...this.#service, name: serviceName(this.#wanted, ++this.#choice) };
    }
    this.#answers.clear();
    this.#probe(now + (++this.#conflicts > MANY_CONFLICTS ? MANY_CONFLICTS_MS : this.#random() * PROBE_MS));
  }

  /** Whether another probe for our name wins: by the order of the records (RFC 6762, section 8.2.1). */
  #losesTo(proposed: readonly DnsRecord[]): boolean {
    const other = proposed.find((it) => it.type === "SRV" && sameName(it.name, instanceName(this.#service)));
    if (other?.type !== "SRV" || !this.#contradicts({ ...other, ttl: 1 })) return false;
    const { port, host } = this.#service;
    return other.port === port ? other.target.toLowerCase() > host.toLowerCase() : other.port > port;
  }
}

function response(records: readonly DnsRecord[]): DnsMessage {
  return { id: 0, isResponse: true, questions: [], records, proposed: [] };
}
