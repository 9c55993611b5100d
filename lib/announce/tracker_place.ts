/** Reads the hosts and ports of trackers as programs and people write them. */
import { formatHostPort, type HostPort, splitHostPort } from "../protocol/port.ts";

/**
 * The trackers of one network: `host`, `host:port` or `[ipv6]:port`, several of them separated by commas, or host and
 * port apart, such as the `address` of a running tracker. A host may be a name. Without a port, a name may have SRV
 * records (`_idp2pi._udp`); else the port is 13377.
 */
export type TrackerPlace = string | { readonly host: string; readonly port?: number };

/** The places as text, each with its port if it was given. */
export function formatPlaces(places: readonly HostPort[]): string {
  return places.map(formatHostPort).join(",");
}

/**
 * The places in their order.
 *
 * @throws {RangeError} For an invalid port, or a missing host.
 */
export function parsePlaces(place: TrackerPlace): [HostPort, ...HostPort[]] {
  const places = typeof place === "string" ? place.split(",").map((text) => splitHostPort(text.trim())) : [place];
  const isValid = (it: HostPort | null): it is HostPort =>
    it !== null && it.host !== "" && (it.port === undefined || (it.port >= 1 && it.port <= 65_535));
  if (places.every(isValid)) return places as [HostPort, ...HostPort[]];
  throw new RangeError(`Invalid port of the tracker ${Deno.inspect(place)}: use a number from 1 to 65535`);
}
