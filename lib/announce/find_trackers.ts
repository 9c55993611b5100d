/** Finds the addresses of trackers, also by SRV records of a name (PROTOCOL.md, "Several trackers"). */
import { isIP } from "node:net";
import { isFault } from "../fault/fault.ts";
import { pause } from "../net/pause.ts";
import { resolveHost } from "../net/resolve.ts";
import { settleSoon } from "../net/settle_soon.ts";
import { lookUpServices, orderServices, type Service } from "../net/services.ts";
import { type Address, DEFAULT_TRACKER_PORT, formatAddress } from "../protocol/address.ts";
import type { HostPort } from "../protocol/port.ts";

/** The most trackers of a network: names are answered by others, and each address costs a person some seconds. */
export const MAX_TRACKERS = 16;

/** How long SRV records are waited for, in milliseconds: there are none for most names, and a resolver says so soon. */
const SERVICES_MS = 2_000;

/** How long names are waited for when another place is known, in milliseconds: one that does not exist takes seconds. */
const OTHERS_MS = 500;

/** The service whose SRV records name trackers (RFC 2782). */
const SERVICE = "_idp2pi._udp";

/** How names are looked up. */
export interface LookUp {
  /** All addresses of a host, IPv4 first; throws the fault `host-unknown`. */
  readonly addresses: (host: string) => Promise<readonly string[]>;
  /** The SRV records of a name; none if it has none, or they cannot be looked up. Nobody waits after the signal. */
  readonly services: (name: string, signal: AbortSignal) => Promise<readonly Service[]>;
}

export const LOOK_UP: LookUp = { addresses: resolveHost, services: lookUpServices };

/**
 * The addresses of these places, in the order in which they are to be asked. Names that cannot be resolved, or not
 * soon, are left out while there are others.
 *
 * @throws {Fault} `host-unknown` if none can be resolved.
 */
export async function findTrackers(places: readonly HostPort[], lookUp: LookUp = LOOK_UP): Promise<Address[]> {
  const found = await settleSoon(places.map((place) => addressesOf(place, lookUp)), OTHERS_MS);
  const addresses = found.flatMap((it) => it?.status === "fulfilled" ? it.value : []);
  const odd = found.find((it) => it?.status === "rejected" && !isFault(it.reason, "host-unknown")) ??
    (addresses.length === 0 ? found.find((it) => it?.status === "rejected") : undefined);
  if (odd?.status === "rejected") throw odd.reason;
  return [...new Map(addresses.map((it) => [formatAddress(it), it])).values()].slice(0, MAX_TRACKERS);
}

async function addressesOf({ host, port }: HostPort, lookUp: LookUp): Promise<Address[]> {
  const at = (hosts: readonly string[], port: number): Address[] => hosts.map((host) => ({ host, port }));
  if (port !== undefined || !mayHaveServices(host)) {
    const hosts = await lookUp.addresses(host);
    return at(isThisMachine(host) ? hosts.slice(0, 1) : hosts, port ?? DEFAULT_TRACKER_PORT);
  }
  const direct = lookUp.addresses(host);
  direct.catch(() => {}); // Awaited only without records.
  const services = orderServices(await servicesOf(host, lookUp), Math.random);
  if (services.length === 0) return at(await direct, DEFAULT_TRACKER_PORT);
  const targets = services.slice(0, MAX_TRACKERS).map(async ({ target, port }) =>
    at(await lookUp.addresses(target), port)
  );
  const found = await Promise.allSettled(targets);
  const addresses = found.flatMap((it) => it.status === "fulfilled" ? it.value : []);
  return addresses.length > 0 ? addresses : await targets[0];
}

/** Names of one label and local ones are not in the DNS (RFC 6761, RFC 6762). */
function mayHaveServices(host: string): boolean {
  return isIP(host) === 0 && host.includes(".") && !/\.(local|localhost)\.?$/i.test(host);
}

/** One tracker, whatever the family of its address (RFC 6761, section 6.3). */
function isThisMachine(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host);
}

async function servicesOf(host: string, { services }: LookUp): Promise<readonly Service[]> {
  const over = new AbortController();
  const late = pause(SERVICES_MS, over.signal).then(() => []);
  try {
    return await Promise.race([services(`${SERVICE}.${host}`, over.signal), late]);
  } finally {
    over.abort();
  }
}
