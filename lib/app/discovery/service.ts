/** A tracker as records of DNS-SD (RFC 6763): how it is named, where it is, and its version. */
import type { DnsRecord } from "./dns_message.ts";
import type { LocalNetwork } from "./networks.ts";

/** The type of service, in the domain of multicast DNS. */
export const SERVICE = "_idp2pi._udp.local";

/** The name under which all types of services are listed (RFC 6763, section 9). */
export const ALL_SERVICES = "_services._dns-sd._udp.local";

/** The name of a tracker and the number of its port, as it announces them. */
export interface TrackerService {
  /** The name that people see, one label: see {@link serviceName}. */
  readonly name: string;
  /** The name of its addresses, which no other tracker has: `idp2pi-….local`. */
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** What trackers that share a registry announce alike; none if it is this tracker's alone. */
  readonly registry?: string;
}

/**
 * How long the records are kept, in seconds (RFC 6762, section 10): two minutes for what changes with an address, 75
 * minutes for the rest.
 */
const [ADDRESS_TTL, OTHER_TTL] = [120, 4_500];

/** The longest label of a name, in bytes (RFC 1035, section 2.3.4). */
const MAX_LABEL_BYTES = 63;

/** `name` as one label, as a tracker's n-th choice: what DNS or dns-packet cannot carry is left out, `(2)` appended. */
export function serviceName(name: string, choice = 1): string {
  const suffix = choice === 1 ? "" : ` (${choice})`;
  const label = name.replace(/[.\p{Cc}\p{Cs}]+/gu, " ").trim() || "idp2pi";
  let cut = [...label].slice(0, MAX_LABEL_BYTES);
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  while (bytes(cut.join("") + suffix) > MAX_LABEL_BYTES) cut = cut.slice(0, -1);
  return cut.join("").trim() + suffix;
}

/** The full name of a tracker's service. */
export function instanceName({ name }: TrackerService): string {
  return `${name}.${SERVICE}`;
}

/** The records with which a tracker answers in a network. */
export function serviceRecords(service: TrackerService, { own }: LocalNetwork): DnsRecord[] {
  const name = instanceName(service);
  const { version, registry } = service;
  const strings = ["txtvers=1", `version=${version}`, ...registry === undefined ? [] : [`registry=${registry}`]];
  return [
    { type: "PTR", name: SERVICE, ttl: OTHER_TTL, flush: false, target: name },
    { type: "SRV", name, ttl: ADDRESS_TTL, flush: true, target: service.host, port: service.port },
    { type: "TXT", name, ttl: OTHER_TTL, flush: true, strings },
    ...own.map(({ host }): DnsRecord => ({
      type: host.includes(":") ? "AAAA" : "A",
      name: service.host,
      ttl: ADDRESS_TTL,
      flush: true,
      host,
    })),
  ];
}

/** The record that lists our type of service among others. */
export const TYPE_RECORD: DnsRecord = {
  type: "PTR",
  name: ALL_SERVICES,
  ttl: OTHER_TTL,
  flush: false,
  target: SERVICE,
};

/** Whether two names are the same one: case does not count (RFC 6762, section 16). */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
