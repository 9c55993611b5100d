/** The exit codes of the programs (docs: "Exit codes"). */
import { Fault, type FaultCode } from "../../fault/fault.ts";
import { UsageError } from "../words/usage.ts";

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

const OF_FAULTS: Partial<Record<FaultCode, number>> = {
  "host-unknown": EXIT.noTracker,
  "tracker-silent": EXIT.noTracker,
  "trackers-silent": EXIT.noTracker,
  "tracker-unreachable": EXIT.noTracker,
  "not-a-tracker": EXIT.noTracker,
  "no-private-network": EXIT.noTracker,
  "no-tracker-found": EXIT.noTracker,
  "several-trackers": EXIT.usage,
  "no-client": EXIT.nothing,
  "no-client-at": EXIT.nothing,
};

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  return (error instanceof Fault && OF_FAULTS[error.code as FaultCode]) || EXIT.failed;
}
