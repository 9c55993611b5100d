/** How a network is named, and the password for it. */
import { pbkdf2Sync } from "node:crypto";
import { formatPlaces, parsePlaces, type TrackerPlace } from "../announce/tracker_place.ts";

/** The name of a network: its first tracker. */
export function networkName(tracker: TrackerPlace): string {
  return formatPlaces(parsePlaces(tracker).slice(0, 1));
}

/** How often a hash is repeated, some 20 ms in all: a tracker that tries words as passwords needs as long for each. */
const ROUNDS = 20_000;

/** The password for a further network, which must not learn that of the first; the same at each start. */
export function networkPassword(password: string, network: string): string {
  return pbkdf2Sync(password, network, ROUNDS, 8, "sha256").toString("hex");
}
