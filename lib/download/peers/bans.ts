/** Decides when a peer is banned or backed off from, and for how long. Pure. */
import type { Fault, FaultCode } from "../../fault/fault.ts";

/** How long a malicious or broken peer is banned, in milliseconds. */
export const BAN_MS = 600_000;

/** The longest backoff, in milliseconds, so that a line that failed is soon tried again. */
export const MAX_BACKOFF_MS = 30_000;

/** The first backoff after a failure that may pass, in milliseconds; it doubles with each further failure. */
const BACKOFF_MS: Partial<Record<FaultCode, number>> = {
  "peer-unreachable": 5_000,
  "peer-silent": 10_000,
  "peer-slow": 10_000,
};

/** Failures that only a malicious or broken peer causes. */
const MALICIOUS: ReadonlySet<FaultCode> = new Set(["peer-odd", "too-large", "wrong-md5"]);

/** Failures of services that are not peers, which busy peers may cause too: they count only for the host, and once. */
const NO_PEER: ReadonlySet<FaultCode> = new Set(["peer-empty", "peer-said"]);
const NO_PEER_MS = 10_000;

/** The consequence of a failure: a ban, a backoff of the peer, or one of its host; times are in milliseconds. */
export type Penalty =
  | { readonly kind: "ban" }
  | { readonly kind: "backoff" | "host-backoff"; readonly ms: number };

/** The consequence of a peer's failure; `null` if the peer may be asked again at once. */
export function penaltyOf({ code }: Fault): Penalty | null {
  if (MALICIOUS.has(code)) return { kind: "ban" };
  if (NO_PEER.has(code)) return { kind: "host-backoff", ms: NO_PEER_MS };
  const ms = BACKOFF_MS[code];
  return ms === undefined ? null : { kind: "backoff", ms };
}

/** Whether the same peer may send the image after a while. */
export function isPassing({ code }: Fault): boolean {
  return code in BACKOFF_MS || code === "peer-cut" || code === "peer-banned";
}
