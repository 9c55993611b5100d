/**
 * Whether the clock is plausible and agrees with that of the disk.
 *
 * @module
 */
import { type Finding, finding } from "./finding.ts";

/** The year of this program: an earlier time is wrong. A machine without a battery starts in 1970. */
const EARLIEST = Date.UTC(2026, 0, 1);

/** A file is complete when it has not changed for two seconds by our clock, so a larger difference misleads. */
const DRIVE_MS = 2_000;

/**
 * Examines the clock.
 *
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
