/** Reads the host and port of a tracker as programs and people write them. */
import { DEFAULT_TRACKER_PORT } from "../protocol/address.ts";
import { splitHostPort } from "../protocol/port.ts";

/**
 * A tracker's `host`, `host:port` or `[ipv6]:port`, or host and port apart, such as the `address` of a running tracker.
 * The host may be a name; the default port is 13377.
 */
export type TrackerPlace = string | { readonly host: string; readonly port?: number };

/**
 * The host, which may be a name, and the port.
 *
 * @throws {RangeError} For an invalid port.
 */
export function parsePlace(place: TrackerPlace): { host: string; port: number } {
  const parts = typeof place === "string" ? splitHostPort(place) : place;
  const { host, port = DEFAULT_TRACKER_PORT } = parts ?? { host: "", port: 0 };
  if (port >= 1 && port <= 65_535) return { host, port };
  throw new RangeError(`Invalid port of the tracker ${Deno.inspect(place)}: use a number from 1 to 65535`);
}
