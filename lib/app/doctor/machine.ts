/** Examines by which address others know this machine, and whether its clock is right. */
import { sameNetwork, usableAddresses } from "../../net/own_addresses.ts";
import { addressScope, type OwnAddress } from "../../protocol/network.ts";
import { type Finding, finding } from "./finding.ts";

/** @param seen Our address as the tracker sees it; empty if unknown. */
export function examineAddresses(own: readonly OwnAddress[], tracker: string | null, seen: string): Finding {
  const usable = usableAddresses(own, tracker);
  const addresses = usable.filter((one, i) => !usable.slice(0, i).some((other) => sameNetwork(one, other)))
    .map(({ host }) => host);
  const beside = seen !== "" && addressScope(seen) === "loopback";
  if (seen !== "" && !beside && !own.some(({ host }) => host === seen)) {
    return finding("address-translated", { addresses, seen });
  }
  if (addresses.length > 1) return finding("several-addresses", { addresses, seen });
  if (addresses.length === 0) return finding("no-address", {});
  return finding("one-address", { address: seen === "" || beside ? addresses[0] : seen });
}

/** The year of this program: an earlier time is wrong. A machine without a battery starts in 1970. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** A file counts as complete when it has not changed for two seconds by our clock, so a larger difference misleads. */
const DRIVE_MS = 2_000;

/**
 * @param now Milliseconds since 1970, by the clock of this machine.
 * @param drive A path, and how far the clock of its disk is ahead of ours, in milliseconds.
 */
export function examineClock(now: number, drive: { path: string; ahead: number } | null): Finding[] {
  const findings: Finding[] = [];
  const time = (at: number): string => new Date(at).toISOString();
  if (now < EARLIEST) findings.push(finding("clock-off", { now: time(now), earliest: time(EARLIEST) }));
  if (drive && Math.abs(drive.ahead) > DRIVE_MS) {
    findings.push(finding("clock-drive", { path: drive.path, seconds: Math.round(drive.ahead / 1_000) }));
  }
  return findings.length > 0 ? findings : [finding("clock-fine", { now: time(now) })];
}
