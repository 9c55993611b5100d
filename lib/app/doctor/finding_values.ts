/**
 * The values of each finding. Text from the network in them is not yet made safe to show.
 *
 * @module
 */
import type { Deviation, PeerDeviation } from "./deviation_codes.ts";

/** Why a tracker does not answer on TCP: nothing listens on that port, no answer came, there is no route to it, or what listens is not a tracker. */
export type TcpFailure = "refused" | "timed-out" | "no-route" | "odd";

/** A tracker that does not answer on TCP. */
export interface UdpOnlyValues {
  /** `ip:port`. */
  readonly address: string;
  /** Why it does not. */
  readonly tcp: TcpFailure;
}

/** Our port, and our address. */
export interface OwnPortValues {
  /** TCP. */
  readonly port: number;
  /** As the tracker sees it, else as this machine knows it; empty if unknown. */
  readonly host: string;
}

/** The answer of a peer to the request for an image. */
export interface PeerValues {
  /** `ip:port`. */
  readonly peer: string;
  /** Of the image, as listed. */
  readonly name: string;
  /** Bytes received. */
  readonly bytes: number;
}

/** A path, and why an operation on it failed, in a few English words. */
export interface FailedValues {
  /** As it was given. */
  readonly path: string;
  /** Such as `no permission`. */
  readonly reason: string;
}

/** The values by code. */
export type FindingValues = {
  "name-known": { readonly host: string; readonly address: string };
  "name-several": { readonly host: string; readonly address: string; readonly addresses: readonly string[] };
  "name-unknown": { readonly host: string };

  "tracker-answers": { readonly address: string };
  "tracker-answers-udp": UdpOnlyValues;
  /** `complete`: whether the list is certainly not cut. */
  "tracker-lists": { readonly images: number; readonly peers: number; readonly complete: boolean };
  /** `reply`: at most some 200 characters. */
  "tracker-odd": { readonly address: string; readonly reply: string };
  /** `seconds`: the timeout. */
  "tracker-silent": UdpOnlyValues & { readonly seconds: number };
  "udp-blocked": { readonly address: string; readonly seconds: number };

  /** `from`: the machine that connected. */
  "port-reachable": { readonly port: number; readonly from: string };
  "port-answers-here": OwnPortValues;
  "port-unreachable": OwnPortValues & { readonly seconds: number };
  "port-untried": OwnPortValues;
  "port-in-use": { readonly port: number };
  "port-denied": { readonly port: number };

  "dialect-none": { readonly address: string };
  "dialect": { readonly address: string; readonly deviations: readonly Deviation[] };
  /** `bytes`: of the request. `offered`, `accepted`: images. */
  "tracker-cuts": { readonly bytes: number; readonly offered: number; readonly accepted: number };
  /** `reply`: at most some 200 characters; empty for no reply. */
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
  /** `seen`: the one that the tracker sees; empty if unknown. */
  "several-addresses": { readonly addresses: readonly string[]; readonly seen: string };
  "address-translated": { readonly addresses: readonly string[]; readonly seen: string };
  "no-address": Record<never, never>;

  "directory-fine": { readonly path: string };
  "directory-missing": { readonly path: string };
  "directory-unreadable": FailedValues;
  "directory-not-writable": FailedValues;
  "ignore-unreadable": FailedValues;

  /** `whole`: whether all files were read; else there may be more images. */
  "images-found": { readonly path: string; readonly images: number; readonly whole: boolean };
  /** `files`: those that were read. */
  "no-images": { readonly path: string; readonly files: number; readonly whole: boolean };
  /** `path`: the first of them. */
  "files-unreadable": FailedValues & { readonly count: number };

  /** `free`: bytes. */
  "disk-fine": { readonly path: string; readonly free: number };
  "disk-low": { readonly path: string; readonly free: number };
  "disk-full": { readonly path: string };
  "disk-unknown": FailedValues;

  /** Times as in RFC 3339. */
  "clock-fine": { readonly now: string };
  "clock-off": { readonly now: string; readonly earliest: string };
  /** `seconds`: how far the clock of the disk is ahead of ours; negative if behind. */
  "clock-drive": { readonly path: string; readonly seconds: number };
};
