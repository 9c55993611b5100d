/**
 * The findings of an examination: codes that are the same in every language and version. The sentences are in
 * `lib/app/words/`.
 */
import type { Deviation, PeerDeviation } from "./deviation_codes.ts";

/** The checks, in the order of their findings. */
export const CHECKS = [
  "name",
  "network",
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

/** Good, worth knowing, a problem that prevents sharing or downloading, or unknown. */
export type FindingVerdict = "well" | "warning" | "fault" | "unknown";

/** Why a tracker does not answer on TCP; `odd`: something listens there that is not a tracker. */
export type TcpFailure = "refused" | "timed-out" | "no-route" | "odd";

/** A path as it was given, and why an operation on it failed, such as `no permission`. */
export type FailedValues = { path: string; reason: string };

/** Our TCP port, and the host as the tracker sees it, else as this machine knows it; empty if unknown. */
export type OwnPortValues = { port: number; host: string };

/** Our addresses, and the one that the tracker sees; empty if unknown. */
export type OwnAddressesValues = { addresses: readonly string[]; seen: string };

/** A peer as `ip:port`, the listed name of the requested image, and how many bytes arrived. */
export type PeerValues = { peer: string; name: string; bytes: number };

/**
 * The check, verdict and values of each code; `values` is only a type. `address` is `ip:port`, `seconds` a timeout,
 * `reply` at most 200 characters. Text from the network is not yet safe to show.
 */
export const FINDINGS = {
  "name-known": { check: "name", verdict: "well", values: {} as { host: string; address: string } },
  "name-several": {
    check: "name",
    verdict: "warning",
    values: {} as { host: string; address: string; addresses: readonly string[] },
  },
  "name-unknown": { check: "name", verdict: "fault", values: {} as { host: string } },

  /** The private networks of this machine, such as `eth0 (192.168.0.5)`, in which trackers were looked for. */
  "network-asked": { check: "network", verdict: "well", values: {} as { networks: string } },
  "network-none": { check: "network", verdict: "unknown", values: {} as Record<never, never> },
  /** UDP port 5353 could not be opened. */
  "network-port": { check: "network", verdict: "warning", values: {} as { reason: string } },
  "network-unsent": {
    check: "network",
    verdict: "warning",
    values: {} as { network: string; protocol: "IPv4" | "IPv6"; reason: string },
  },
  /** How many answers came to all, and how many to this program alone. */
  "network-answers": { check: "network", verdict: "well", values: {} as { multicast: number; unicast: number } },
  /** Only answers to this program alone arrived. */
  "network-one-way": { check: "network", verdict: "warning", values: {} as { unicast: number } },
  /** No tracker announces itself. */
  "network-silent": { check: "network", verdict: "unknown", values: {} as Record<never, never> },
  /** It announces itself nowhere, but answers at a loopback address. */
  "local-tracker": { check: "network", verdict: "well", values: {} as { address: string } },
  /** A tracker, its best address, the others, and the version of its program, empty if unknown. */
  "announced": {
    check: "network",
    verdict: "well",
    values: {} as { name: string; address: string; addresses: readonly string[]; version: string },
  },
  "announced-twice": {
    check: "network",
    verdict: "warning",
    values: {} as { name: string; address: string; names: string },
  },
  /** It does not answer `LST` at the address that it announces. */
  "announced-silent": { check: "network", verdict: "warning", values: {} as { name: string; address: string } },

  "tracker-answers": { check: "tracker", verdict: "well", values: {} as { address: string } },
  /** The tracker answers on UDP only, like most third-party trackers. */
  "tracker-answers-udp": { check: "tracker", verdict: "well", values: {} as { address: string; tcp: TcpFailure } },
  /** `complete`: whether the list is certainly not cut. */
  "tracker-lists": {
    check: "tracker",
    verdict: "well",
    values: {} as { images: number; peers: number; complete: boolean },
  },
  /** No address was given, and no tracker was found. */
  "tracker-not-found": { check: "tracker", verdict: "fault", values: {} as Record<never, never> },
  "tracker-odd": { check: "tracker", verdict: "fault", values: {} as { address: string; reply: string } },
  "tracker-silent": {
    check: "tracker",
    verdict: "fault",
    values: {} as { address: string; tcp: TcpFailure; seconds: number },
  },
  /** Not all of those given answer: the first that does. */
  "trackers-partly": { check: "tracker", verdict: "warning", values: {} as { address: string } },
  /** They list different images, and so do not share a registry. */
  "trackers-differ": { check: "tracker", verdict: "warning", values: {} as { address: string; other: string } },
  "udp-blocked": { check: "tracker", verdict: "fault", values: {} as { address: string; seconds: number } },

  "port-reachable": { check: "port", verdict: "well", values: {} as { port: number; from: string } },
  /** The tracker runs on this machine: the port was not tested from elsewhere. */
  "port-answers-here": { check: "port", verdict: "well", values: {} as OwnPortValues },
  "port-unreachable": { check: "port", verdict: "fault", values: {} as OwnPortValues & { seconds: number } },
  /** The tracker does not dial ports. */
  "port-untried": { check: "port", verdict: "unknown", values: {} as OwnPortValues },
  "port-in-use": { check: "port", verdict: "fault", values: {} as { port: number } },
  "port-denied": { check: "port", verdict: "fault", values: {} as { port: number } },

  "dialect-none": { check: "dialect", verdict: "well", values: {} as { address: string } },
  "dialect": {
    check: "dialect",
    verdict: "warning",
    values: {} as { address: string; deviations: readonly Deviation[] },
  },
  /** Of a request of `bytes` bytes, only `accepted` of `offered` images were registered. */
  "tracker-cuts": {
    check: "dialect",
    verdict: "warning",
    values: {} as { bytes: number; offered: number; accepted: number },
  },
  /** `reply`: empty for no reply. */
  "tracker-refuses": { check: "dialect", verdict: "fault", values: {} as { request: string; reply: string } },

  "peer-fine": { check: "peer", verdict: "well", values: {} as PeerValues },
  "peer-dialect": {
    check: "peer",
    verdict: "warning",
    values: {} as PeerValues & { deviations: readonly PeerDeviation[] },
  },
  "peer-not-listed": { check: "peer", verdict: "fault", values: {} as { peer: string } },
  "peer-unreachable": { check: "peer", verdict: "fault", values: {} as { peer: string; reason: string } },
  /** The peer accepts connections; without a list there is no image to request. */
  "peer-reached": { check: "peer", verdict: "unknown", values: {} as { peer: string } },
  /** The port of the peer is neither given nor listed. */
  "peer-untried": { check: "peer", verdict: "unknown", values: {} as { peer: string } },
  "peer-silent": { check: "peer", verdict: "fault", values: {} as { peer: string; name: string; seconds: number } },
  "peer-empty": { check: "peer", verdict: "fault", values: {} as { peer: string; name: string } },
  "peer-wrong": { check: "peer", verdict: "fault", values: {} as PeerValues },
  "peer-slow": { check: "peer", verdict: "unknown", values: {} as PeerValues & { seconds: number } },

  "one-address": { check: "addresses", verdict: "well", values: {} as { address: string } },
  "several-addresses": { check: "addresses", verdict: "warning", values: {} as OwnAddressesValues },
  "address-translated": { check: "addresses", verdict: "warning", values: {} as OwnAddressesValues },
  "no-address": { check: "addresses", verdict: "warning", values: {} as Record<never, never> },

  "directory-fine": { check: "directory", verdict: "well", values: {} as { path: string } },
  "directory-missing": { check: "directory", verdict: "fault", values: {} as { path: string } },
  "directory-unreadable": { check: "directory", verdict: "fault", values: {} as FailedValues },
  "directory-not-writable": { check: "directory", verdict: "fault", values: {} as FailedValues },
  "ignore-unreadable": { check: "directory", verdict: "fault", values: {} as FailedValues },

  /** `whole`: whether all files were read; else there may be more images. */
  "images-found": { check: "images", verdict: "well", values: {} as { path: string; images: number; whole: boolean } },
  /** `files`: how many were read. */
  "no-images": { check: "images", verdict: "warning", values: {} as { path: string; files: number; whole: boolean } },
  /** `path`: the first of them. */
  "files-unreadable": { check: "images", verdict: "warning", values: {} as FailedValues & { count: number } },

  /** `free`: bytes. */
  "disk-fine": { check: "disk", verdict: "well", values: {} as { path: string; free: number } },
  "disk-low": { check: "disk", verdict: "warning", values: {} as { path: string; free: number } },
  "disk-full": { check: "disk", verdict: "fault", values: {} as { path: string } },
  "disk-unknown": { check: "disk", verdict: "unknown", values: {} as FailedValues },

  /** Times as in RFC 3339. */
  "clock-fine": { check: "clock", verdict: "well", values: {} as { now: string } },
  "clock-off": { check: "clock", verdict: "warning", values: {} as { now: string; earliest: string } },
  /** `seconds`: how far the clock of the disk is ahead of ours; negative if behind. */
  "clock-drive": { check: "clock", verdict: "warning", values: {} as { path: string; seconds: number } },
} as const satisfies Record<string, { check: Check; verdict: FindingVerdict; values: unknown }>;

/** The code of a finding. */
export type FindingCode = keyof typeof FINDINGS;

/** The values by code. */
export type FindingValues = { readonly [C in FindingCode]: Readonly<typeof FINDINGS[C]["values"]> };

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
  const { check, verdict } = FINDINGS[code];
  return { check, verdict, code, values } as unknown as Finding;
}

/** The exit codes of an examination. */
export const DOCTOR_EXIT = { well: 0, fault: 1, noTracker: 3, deviates: 7 } as const;

/** Whether a name of a tracker cannot be resolved, or a tracker does not answer. */
export function isTrackerFault({ verdict, check }: Finding): boolean {
  return verdict === "fault" && (check === "name" || check === "tracker");
}

/**
 * The exit code for these findings: 3 if no tracker can be reached, else 1 for any other fault, else 7 if the tracker
 * or the peer deviates from the specification, else 0. (2 is wrong usage.)
 */
export function doctorExit(findings: readonly Finding[]): number {
  const faults = findings.filter(({ verdict }) => verdict === "fault");
  const isPartly = findings.some(({ code }) => code === "trackers-partly");
  if (!isPartly && faults.some(isTrackerFault)) return DOCTOR_EXIT.noTracker;
  if (faults.length > 0) return DOCTOR_EXIT.fault;
  const deviates = findings.some(({ check, verdict }) =>
    verdict === "warning" && (check === "dialect" || check === "peer")
  );
  return deviates ? DOCTOR_EXIT.deviates : DOCTOR_EXIT.well;
}
