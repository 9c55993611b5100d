/** What the tests of examinations share. */
import { deepStrictEqual } from "node:assert/strict";
import { type DoctorConfig, examine } from "../../../lib/app/doctor/examine.ts";
import { CHECKS, type Finding, type FindingCode, type FindingValues } from "../../../lib/app/doctor/finding.ts";
import type { BaselineTracker } from "../../fake/baseline_tracker.ts";
import { PATIENCE_MS, soon } from "../../support.ts";
import { HELD_MS, type HeldTimers } from "../../support_timers.ts";

/** A moment at which this program exists. */
export const NOW = Date.UTC(2026, 10, 25, 12);

/** Where there is nobody on UDP; whoever is on TCP answers, however busy the machine is. */
export const SHORT = { udp: [500, 1_500], tcp: PATIENCE_MS };

/** Waits for a tracker that ignores some requests only until it does; all others are answered. */
export function waitsFor(tracker: BaselineTracker, timers: HeldTimers): { udp: number[] } {
  tracker.onLost = () => void timers.end();
  return { udp: [HELD_MS, HELD_MS] };
}

/** Examines a tracker of 127.0.0.1 and what else is given, waiting long for what will come. */
export function examineHere(
  { host = "127.0.0.1", trackerPort, ...config }: Omit<DoctorConfig, "tracker"> & {
    host?: string;
    trackerPort: number;
  },
): Promise<Finding[]> {
  const timeouts = { udp: [60_000], tcp: 60_000, disk: 60_000, ...config.timeouts };
  return soon(examine({ tracker: { host, port: trackerPort }, ...config, timeouts }), "the end of an examination");
}

/** The findings of a directory alone: findings about the tracker, this machine and its clock is another test's. */
export function ofDirectory(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ check }) => check === "directory" || check === "images" || check === "disk");
}

/** The values of the one finding with this code. */
export function valuesOf<C extends FindingCode>(findings: readonly Finding[], code: C): FindingValues[C] {
  const found = findings.filter((it) => it.code === code);
  deepStrictEqual(found.map((it) => it.code), [code], JSON.stringify(findings));
  return found[0].values as FindingValues[C];
}

/** That these are the only faults, and that all stands in the order of the checks. */
export function faultsAre(findings: readonly Finding[], ...faults: FindingCode[]): void {
  deepStrictEqual(findings.filter(({ verdict }) => verdict === "fault").map(({ code }) => code), faults);
  const order = findings.map(({ check }) => CHECKS.indexOf(check));
  deepStrictEqual(order, order.toSorted((a, b) => a - b), "the order of the checks");
}
