/**
 * What an examination of a machine, its directory and its tracker can find: codes that are the same in every language and
 * version. The sentences are in `lib/app/words/`.
 *
 * @module
 */

import type { FindingValues } from "./finding_values.ts";

/** The checks, in the order of their findings. */
export const CHECKS = [
  "name",
  "tracker",
  "port",
  "dialect",
  "peer",
  "addresses",
  "directory",
  "images",
  "disk",
  "clock",
] as const;

/** One of the {@link CHECKS}. */
export type Check = typeof CHECKS[number];

/** Good, worth knowing, a problem that prevents sharing or downloading, or impossible to determine from here. */
export type FindingVerdict = "well" | "warning" | "fault" | "unknown";

/** Check and verdict of each code; the English sentences are in `lib/app/words/en/doctor.ts`. */
export const FINDINGS = {
  "name-known": { check: "name", verdict: "well" },
  /** Several addresses, of which the first is used. */
  "name-several": { check: "name", verdict: "warning" },
  "name-unknown": { check: "name", verdict: "fault" },

  "tracker-answers": { check: "tracker", verdict: "well" },
  /** The tracker answers on UDP only, like most third-party trackers. */
  "tracker-answers-udp": { check: "tracker", verdict: "well" },
  "tracker-lists": { check: "tracker", verdict: "well" },
  "tracker-odd": { check: "tracker", verdict: "fault" },
  "tracker-silent": { check: "tracker", verdict: "fault" },
  "udp-blocked": { check: "tracker", verdict: "fault" },

  "port-reachable": { check: "port", verdict: "well" },
  /** The tracker runs on this machine: our port was not tried from elsewhere. */
  "port-answers-here": { check: "port", verdict: "well" },
  "port-unreachable": { check: "port", verdict: "fault" },
  /** The tracker does not dial ports. */
  "port-untried": { check: "port", verdict: "unknown" },
  "port-in-use": { check: "port", verdict: "fault" },
  "port-denied": { check: "port", verdict: "fault" },

  "dialect-none": { check: "dialect", verdict: "well" },
  "dialect": { check: "dialect", verdict: "warning" },
  /** Long requests are cut or ignored: many images cannot be registered at once. */
  "tracker-cuts": { check: "dialect", verdict: "warning" },
  "tracker-refuses": { check: "dialect", verdict: "fault" },

  "peer-fine": { check: "peer", verdict: "well" },
  "peer-dialect": { check: "peer", verdict: "warning" },
  "peer-not-listed": { check: "peer", verdict: "fault" },
  "peer-unreachable": { check: "peer", verdict: "fault" },
  /** It accepts connections; without a list there is no image to request. */
  "peer-reached": { check: "peer", verdict: "unknown" },
  /** Its port is neither given nor listed. */
  "peer-untried": { check: "peer", verdict: "unknown" },
  "peer-silent": { check: "peer", verdict: "fault" },
  "peer-empty": { check: "peer", verdict: "fault" },
  "peer-wrong": { check: "peer", verdict: "fault" },
  "peer-slow": { check: "peer", verdict: "unknown" },

  "one-address": { check: "addresses", verdict: "well" },
  "several-addresses": { check: "addresses", verdict: "warning" },
  "address-translated": { check: "addresses", verdict: "warning" },
  "no-address": { check: "addresses", verdict: "warning" },

  "directory-fine": { check: "directory", verdict: "well" },
  "directory-missing": { check: "directory", verdict: "fault" },
  "directory-unreadable": { check: "directory", verdict: "fault" },
  "directory-not-writable": { check: "directory", verdict: "fault" },
  "ignore-unreadable": { check: "directory", verdict: "fault" },

  "images-found": { check: "images", verdict: "well" },
  "no-images": { check: "images", verdict: "warning" },
  "files-unreadable": { check: "images", verdict: "warning" },

  "disk-fine": { check: "disk", verdict: "well" },
  "disk-low": { check: "disk", verdict: "warning" },
  "disk-full": { check: "disk", verdict: "fault" },
  "disk-unknown": { check: "disk", verdict: "unknown" },

  "clock-fine": { check: "clock", verdict: "well" },
  "clock-off": { check: "clock", verdict: "warning" },
  "clock-drive": { check: "clock", verdict: "warning" },
} as const satisfies Record<keyof FindingValues, { readonly check: Check; readonly verdict: FindingVerdict }>;

/** The code of a finding. */
export type FindingCode = keyof FindingValues;

/** One finding. */
export type Finding = {
  readonly [C in FindingCode]: {
    readonly check: typeof FINDINGS[C]["check"];
    readonly verdict: typeof FINDINGS[C]["verdict"];
    readonly code: C;
    readonly values: FindingValues[C];
  };
}[FindingCode];

/** The finding of a code with its values. */
export function finding<C extends FindingCode>(code: C, values: FindingValues[C]): Finding {
  return { ...FINDINGS[code], code, values } as unknown as Finding;
}

/** The exit codes of an examination. */
export const DOCTOR_EXIT = { well: 0, fault: 1, noTracker: 3, deviates: 7 } as const;

/**
 * The exit code for these findings: 3 if the tracker cannot be reached, else 1 for any other fault, else 7 if the tracker
 * or the peer deviates from the specification, else 0. (2 is wrong usage.)
 */
export function doctorExit(findings: readonly Finding[]): number {
  const faults = findings.filter(({ verdict }) => verdict === "fault");
  if (faults.some(({ check }) => check === "name" || check === "tracker")) return DOCTOR_EXIT.noTracker;
  if (faults.length > 0) return DOCTOR_EXIT.fault;
  const deviates = findings.some(({ check, verdict }) =>
    verdict === "warning" && (check === "dialect" || check === "peer")
  );
  return deviates ? DOCTOR_EXIT.deviates : DOCTOR_EXIT.well;
}
