/**
 * How the programs end (docs: "Exit codes").
 *
 * @module
 */
import { Fault, type FaultCode } from "../../fault/fault.ts";
import { UsageError } from "../words/usage.ts";

/** The exit codes. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noTracker: 3,
  nothing: 4,
  someFailed: 5,
  wrongMd5: 6,
  deviates: 7,
} as const;

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (isTrackerAway(error)) return EXIT.noTracker;
  return error instanceof Fault && ["no-client", "no-client-at"].includes(error.code) ? EXIT.nothing : EXIT.failed;
}

/** Faults of a tracker that cannot be reached. */
const TRACKER_AWAY: readonly FaultCode[] = ["host-unknown", "tracker-silent", "tracker-unreachable", "not-a-tracker"];

/** Whether an error means that the tracker cannot be reached. */
function isTrackerAway(error: unknown): boolean {
  return error instanceof Fault && TRACKER_AWAY.includes(error.code);
}
