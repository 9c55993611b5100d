/** What the tracker does about a request, a dial-back, or the end of leases: replies, dials, and an event. */
import type { Address } from "../protocol/address.ts";
import { formatReply, type Refusal, type Reply } from "../protocol/reply.ts";
import type { MalformedReason } from "../protocol/request.ts";
import type { Dial } from "./dials.ts";

/** An event for the log. Contains no password. */
export type TrackerEvent =
  | { readonly kind: "registered"; readonly peer: Address; readonly images: number }
  | { readonly kind: "updated"; readonly peer: Address; readonly images: number; readonly from: Address }
  | { readonly kind: "renewed"; readonly peer: Address; readonly images: number }
  | { readonly kind: "finished" | "lapsed"; readonly peer: Address }
  | { readonly kind: "answered"; readonly peer: Address }
  /** `listed`: it is listed all the same, although other peers cannot download its images. */
  | { readonly kind: "unreachable"; readonly peer: Address; readonly listed: boolean }
  | { readonly kind: "listed"; readonly to: Address; readonly images: number; readonly cut: boolean }
  /** `images`: how many entries had changed. */
  | { readonly kind: "changes"; readonly to: Address; readonly images: number }
  /** `images`: how many were found. */
  | { readonly kind: "found"; readonly to: Address; readonly images: number }
  | {
    readonly kind: "refused";
    readonly to: Address;
    readonly request: string;
    readonly reason: Refusal | MalformedReason | "a port below 1024" | "a list too long for CHG" | "not registered";
  }
  | {
    readonly kind: "ignored";
    readonly to: Address;
    readonly reason: "too many requests" | "too many bytes" | "an error of a tracker";
  };

/** Why a request was refused. */
export type RefusedReason = Extract<TrackerEvent, { kind: "refused" }>["reason"];

/** Why a request gets no reply. */
export type IgnoredReason = Extract<TrackerEvent, { kind: "ignored" }>["reason"];

/** How a request arrived: a TCP connection verifies the address of its sender, a datagram does not. */
export type Transport = "udp" | "tcp";

/** A reply to send. */
export interface TrackerReply {
  /** Who asked. */
  readonly to: Address;
  /** The bytes, not to be changed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it grants the request, rather than refusing it with `ERR`. */
  readonly ok: boolean;
}

/** The effects of a request, a dial-back, or the end of leases. */
export interface Effects {
  /** Replies to send, each as one datagram or as one line on TCP. */
  readonly replies: readonly TrackerReply[];
  /** Peers to dial on their TCP ports; {@link Tracker.dialled} takes the result. */
  readonly dials: readonly Dial[];
  /** The event, if any. */
  readonly event: TrackerEvent | null;
}

const encoder = new TextEncoder();
const NONE: readonly never[] = [];

/** One reply, an event, and perhaps a peer to dial. */
export function answer(
  to: Address,
  reply: Reply | Uint8Array<ArrayBuffer>,
  event: TrackerEvent,
  dial?: Dial | null,
): Effects {
  const bytes = reply instanceof Uint8Array ? reply : encode(formatReply(reply));
  return { replies: [{ to, bytes, ok: event.kind !== "refused" }], dials: dial ? [dial] : NONE, event };
}

/** Most replies are the same few texts: encoding each again costs a repeated announce at least a tenth of its time. */
const encoded = new Map<string, Uint8Array<ArrayBuffer>>();
const MAX_ENCODED = 1_000;

function encode(text: string): Uint8Array<ArrayBuffer> {
  const known = encoded.get(text);
  if (known) return known;
  const bytes = encoder.encode(text);
  if (encoded.size < MAX_ENCODED) encoded.set(text, bytes);
  return bytes;
}

/** No reply. */
export function silence(event: TrackerEvent | null, dials: readonly Dial[] = NONE): Effects {
  return { replies: NONE, dials, event };
}

/** A refusal; `why` is for the log. */
export function refuse(to: Address, request: string, reason: Refusal, why: RefusedReason = reason): Effects {
  return answer(to, { type: "error", reason }, { kind: "refused", to, request, reason: why });
}

/** Silence for a request that deserves no reply. */
export function ignore(to: Address, reason: IgnoredReason): Effects {
  return silence({ kind: "ignored", to, reason });
}
