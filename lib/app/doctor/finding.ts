/**
 * What an examination of a machine, its directory and its tracker can find: codes that stay the same in every language
 * and version, and the values that belong to each. The sentences stand in `lib/app/words/`.
 *
 * @module
 */

import type { Deviation, PeerDeviation } from "./deviation.ts";

export { type Deviation, DEVIATIONS, PEER_DEVIATIONS, type PeerDeviation } from "./deviation.ts";

/** What is examined, in the order in which it is told. */
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

/**
 * How it is: as it should be, something to know of, something that keeps others' images or one's own from travelling,
 * or not to be found out from here.
 */
export type FindingVerdict = "well" | "warning" | "fault" | "unknown";

/** Why a tracker does not answer on TCP: nothing listens on that port, no answer came, there is no route to it, or what listens is not a tracker. */
export type TcpFailure = "refused" | "timed-out" | "no-route" | "odd";

/** Each code's check and verdict. */
export const FINDINGS = {
  /** The tracker's name has one address. */
  "name-known": { check: "name", verdict: "well" },
  /** The tracker's name has several addresses; the first is asked. */
  "name-several": { check: "name", verdict: "warning" },
  /** The tracker's name has no address, or nobody who knows it answers. */
  "name-unknown": { check: "name", verdict: "fault" },

  /** The tracker answers on UDP and on TCP. */
  "tracker-answers": { check: "tracker", verdict: "well" },
  /** The tracker answers on UDP alone, as most but ours do. */
  "tracker-answers-udp": { check: "tracker", verdict: "well" },
  /** What it lists just now. */
  "tracker-lists": { check: "tracker", verdict: "well" },
  /** Something answers that is no tracker. */
  "tracker-odd": { check: "tracker", verdict: "fault" },
  /** The tracker answers neither on UDP nor on TCP. */
  "tracker-silent": { check: "tracker", verdict: "fault" },
  /** The tracker answers on TCP, so it runs, and not on UDP. */
  "udp-blocked": { check: "tracker", verdict: "fault" },

  /** Another machine connected to our TCP port. */
  "port-reachable": { check: "port", verdict: "well" },
  /** The tracker runs on this machine: our TCP port answers here; nobody elsewhere tried. */
  "port-answers-here": { check: "port", verdict: "well" },
  /** The tracker, which tries new peers, did not get through to our TCP port. */
  "port-unreachable": { check: "port", verdict: "fault" },
  /** This tracker tries no ports. */
  "port-untried": { check: "port", verdict: "unknown" },
  /** Another program holds our TCP port. */
  "port-in-use": { check: "port", verdict: "fault" },
  /** This user may not open our TCP port. */
  "port-denied": { check: "port", verdict: "fault" },

  /** All answers are the specification's, byte by byte. */
  "dialect-none": { check: "dialect", verdict: "well" },
  /** Some answers are not the specification's. */
  "dialect": { check: "dialect", verdict: "warning" },
  /** Long requests are cut or passed over: many images cannot be registered at once. */
  "tracker-cuts": { check: "dialect", verdict: "warning" },
  /** A registration is refused. */
  "tracker-refuses": { check: "dialect", verdict: "fault" },

  /** The peer gives an image, as the specification says. */
  "peer-fine": { check: "peer", verdict: "well" },
  /** It gives an image, but not quite as the specification says. */
  "peer-dialect": { check: "peer", verdict: "warning" },
  /** The tracker lists no image of it: there is nothing to ask for. */
  "peer-not-listed": { check: "peer", verdict: "fault" },
  /** Nobody can connect to it. */
  "peer-unreachable": { check: "peer", verdict: "fault" },
  /** It accepts a connection; without the tracker's list there is nothing to ask it for. */
  "peer-reached": { check: "peer", verdict: "unknown" },
  /** Neither its port was given nor is there a list that names it. */
  "peer-untried": { check: "peer", verdict: "unknown" },
  /** It sends nothing. */
  "peer-silent": { check: "peer", verdict: "fault" },
  /** It closes without a byte though it is listed with the image. */
  "peer-empty": { check: "peer", verdict: "fault" },
  /** It sends something else than the image. */
  "peer-wrong": { check: "peer", verdict: "fault" },
  /** It sends, but too slowly to wait for the end. */
  "peer-slow": { check: "peer", verdict: "unknown" },

  /** This machine has one address for others. */
  "one-address": { check: "addresses", verdict: "well" },
  /** This machine is in several networks, with an address in each. */
  "several-addresses": { check: "addresses", verdict: "warning" },
  /** The tracker sees us under an address that is none of this machine's: a router translates. */
  "address-translated": { check: "addresses", verdict: "warning" },
  /** This machine is in no network. */
  "no-address": { check: "addresses", verdict: "warning" },

  /** The directory can be read and written to. */
  "directory-fine": { check: "directory", verdict: "well" },
  /** There is no such directory. */
  "directory-missing": { check: "directory", verdict: "fault" },
  /** It is no directory, or cannot be read. */
  "directory-unreadable": { check: "directory", verdict: "fault" },
  /** Downloads cannot be saved in it. */
  "directory-not-writable": { check: "directory", verdict: "fault" },
  /** Its `.idp2piignore` cannot be read: nothing is shared. */
  "ignore-unreadable": { check: "directory", verdict: "fault" },

  /** It holds images. */
  "images-found": { check: "images", verdict: "well" },
  /** It holds none. */
  "no-images": { check: "images", verdict: "warning" },
  /** Some files or directories in it cannot be read. */
  "files-unreadable": { check: "images", verdict: "warning" },

  /** The directory's disk has room. */
  "disk-fine": { check: "disk", verdict: "well" },
  /** It has little room left. */
  "disk-low": { check: "disk", verdict: "warning" },
  /** Not even a few bytes can be written. */
  "disk-full": { check: "disk", verdict: "fault" },
  /** The system does not say. */
  "disk-unknown": { check: "disk", verdict: "unknown" },

  /** Nothing is wrong with the clock that could be seen from here. */
  "clock-fine": { check: "clock", verdict: "well" },
  /** The clock shows a time before this program was made. */
  "clock-off": { check: "clock", verdict: "warning" },
  /** The directory's disk has another clock: a file that is still growing may seem whole. */
  "clock-drive": { check: "clock", verdict: "warning" },
} as const satisfies Record<keyof FindingValues, { readonly check: Check; readonly verdict: FindingVerdict }>;

/** The code of a finding. */
export type FindingCode = keyof FindingValues;

/** A tracker that does not answer on TCP. */
export interface ReachedValues {
  /** `ip:port`. */
  readonly address: string;
  /** Why not. */
  readonly tcp: TcpFailure;
}

/** A port of ours, and the address under which others know it. */
export interface TriedValues {
  /** The TCP port. */
  readonly port: number;
  /** Our address as others see it, else as this machine knows it; empty when neither is known. */
  readonly host: string;
}

/** What came of asking a peer for an image. */
export interface PeerValues {
  /** `ip:port`. */
  readonly peer: string;
  /** The image's name as it is listed. */
  readonly name: string;
  /** How many bytes came. */
  readonly bytes: number;
}

/** A path and why something cannot be done there, in a few English words. */
export interface RefusedValues {
  /** The path. */
  readonly path: string;
  /** Why. */
  readonly reason: string;
}

/** The values of each finding. Text from the network in them is not yet made safe to show. */
export type FindingValues = {
  "name-known": { readonly host: string; readonly address: string };
  "name-several": { readonly host: string; readonly address: string; readonly addresses: readonly string[] };
  "name-unknown": { readonly host: string };

  "tracker-answers": { readonly address: string };
  "tracker-answers-udp": ReachedValues;
  /** `complete`: whether the list came whole. */
  "tracker-lists": { readonly images: number; readonly peers: number; readonly complete: boolean };
  /** `reply`: what was said, cut to some 200 characters. */
  "tracker-odd": { readonly address: string; readonly reply: string };
  /** `seconds`: how long it was waited. */
  "tracker-silent": ReachedValues & { readonly seconds: number };
  "udp-blocked": { readonly address: string; readonly seconds: number };

  /** `from`: the machine that connected. */
  "port-reachable": { readonly port: number; readonly from: string };
  "port-answers-here": TriedValues;
  "port-unreachable": TriedValues & { readonly seconds: number };
  "port-untried": TriedValues;
  "port-in-use": { readonly port: number };
  "port-denied": { readonly port: number };

  "dialect-none": { readonly address: string };
  "dialect": { readonly address: string; readonly deviations: readonly Deviation[] };
  /** `bytes`: of the request; `accepted`: images of it that were taken. */
  "tracker-cuts": { readonly bytes: number; readonly offered: number; readonly accepted: number };
  /** `reply`: what was said, cut to some 200 characters; empty for silence. */
  "tracker-refuses": { readonly request: string; readonly reply: string };

  "peer-fine": PeerValues;
  "peer-dialect": PeerValues & { readonly deviations: readonly PeerDeviation[] };
  "peer-not-listed": { readonly peer: string };
  "peer-unreachable": { readonly peer: string; readonly reason: string };
  "peer-reached": { readonly peer: string };
  "peer-untried": { readonly peer: string };
  "peer-silent": { readonly peer: string; readonly name: string; readonly seconds: number };
  "peer-empty": { readonly peer: string; readonly name: string };
  "peer-wrong": PeerValues;
  "peer-slow": PeerValues & { readonly seconds: number };

  "one-address": { readonly address: string };
  /** `seen`: the one that the tracker sees; empty when it is not known. */
  "several-addresses": { readonly addresses: readonly string[]; readonly seen: string };
  "address-translated": { readonly addresses: readonly string[]; readonly seen: string };
  "no-address": Record<never, never>;

  "directory-fine": { readonly path: string };
  "directory-missing": { readonly path: string };
  "directory-unreadable": RefusedValues;
  "directory-not-writable": RefusedValues;
  "ignore-unreadable": RefusedValues;

  /** `whole`: whether all files were looked at; else there may be more images. */
  "images-found": { readonly path: string; readonly images: number; readonly whole: boolean };
  /** `files`: those that were looked at. */
  "no-images": { readonly path: string; readonly files: number; readonly whole: boolean };
  /** `path`: the first of them. */
  "files-unreadable": RefusedValues & { readonly count: number };

  /** `free`: bytes. */
  "disk-fine": { readonly path: string; readonly free: number };
  "disk-low": { readonly path: string; readonly free: number };
  "disk-full": { readonly path: string };
  "disk-unknown": RefusedValues;

  /** Times as in RFC 3339. */
  "clock-fine": { readonly now: string };
  "clock-off": { readonly now: string; readonly earliest: string };
  /** `seconds`: how much the disk's clock is ahead of ours; negative when behind. */
  "clock-drive": { readonly path: string; readonly seconds: number };
};

/** One finding. */
export type Finding = {
  readonly [C in FindingCode]: {
    /** What was examined. */
    readonly check: typeof FINDINGS[C]["check"];
    /** How it is. */
    readonly verdict: typeof FINDINGS[C]["verdict"];
    /** What was found. */
    readonly code: C;
    /** The values that belong to it. */
    readonly values: FindingValues[C];
  };
}[FindingCode];

/** The finding of a code with its values. */
export function finding<C extends FindingCode>(code: C, values: FindingValues[C]): Finding {
  return { ...FINDINGS[code], code, values } as unknown as Finding;
}

/** The codes on which a program that examines ends. */
export const DOCTOR_EXIT = { well: 0, fault: 1, noTracker: 3, deviates: 7 } as const;

/**
 * The exit code for some findings: 3 when the tracker cannot be reached, else 1 when there is any other fault, else 7 when
 * the tracker or the peer differs from the specification, else 0. (2 is wrong usage.)
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
