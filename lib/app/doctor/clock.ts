/**
 * Whether the clock can be right, and the disk's agrees with it.
 *
 * @module
 */
import { type Finding, finding } from "./finding.ts";

/** This program was made in this year: no clock that shows an earlier one is right. A machine without a battery begins in 1970. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** A file counts as whole when it has been quiet for two seconds by our clock: a disk's clock that differs more deceives. */
const DRIVE_MS = 2_000;

/**
 * What is to be told of the clock.
 *
 * @param now Milliseconds since 1970, as this machine thinks.
 * @param drive A path, and how much later than our clock the disk there stamped a new file, in milliseconds.
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
