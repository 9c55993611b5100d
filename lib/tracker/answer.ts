/**
 * What a tracker answers, and what it tells of it.
 *
 * @module
 */
import type { Address } from "../protocol/address.ts";
import { formatReply, type Refusal } from "../protocol/reply.ts";
import type { MalformedReason } from "../protocol/request.ts";
import type { Registration } from "./registry/registry.ts";

/** What happened, for a log. Holds no password. */
export type TrackerEvent =
  | { readonly kind: "registered"; readonly peer: Address; readonly images: number }
  | { readonly kind: "updated"; readonly peer: Address; readonly images: number; readonly from: Address }
  | { readonly kind: "renewed"; readonly peer: Address; readonly images: number }
  | { readonly kind: "finished" | "lapsed"; readonly peer: Address }
  | { readonly kind: "answered"; readonly peer: Address }
  /** `listed`: it stands in lists all the same, and whoever wants its images tries in vain. */
  | { readonly kind: "unreachable"; readonly peer: Address; readonly listed: boolean }
  | { readonly kind: "listed"; readonly to: Address; readonly images: number; readonly cut: boolean }
  | { readonly kind: "refused"; readonly to: Address; readonly request: string; readonly reason: WhyRefused }
  | { readonly kind: "ignored"; readonly to: Address; readonly reason: WhyIgnored };

/** Why a request was refused. */
export type WhyRefused = Refusal | MalformedReason | "a port below 1024";

/** Why a request gets no answer. */
export type WhyIgnored = "too many requests" | "too many bytes" | "an error of a tracker";

/** How a request came: a TCP connection proves where its other end is, a datagram does not. */
export type Via = "udp" | "tcp";

/** What goes back to the sender, and what else is to be done. */
export interface Answer {
  /** One reply's bytes, not to be changed; `null` for silence. */
  readonly reply: Uint8Array<ArrayBuffer> | null;
  /** Whether the request was right (its reply is no `ERR`). */
  readonly good: boolean;
  /** What happened. */
  readonly event: TrackerEvent;
  /** A peer whose port is to be tried; {@link Tracker.dialled} takes what came of it. */
  readonly dial?: Registration;
}

const encoder = new TextEncoder();

/** Replies to announces of few images, made once: they are the same for everybody. */
const COUNTED: Record<"registered" | "updated", Uint8Array<ArrayBuffer>[]> = { registered: [], updated: [] };
const MAX_COUNTED = 1_000;

/** The answer to an announce that was right. */
export function counted(type: "registered" | "updated", count: number, event: TrackerEvent): Answer {
  const reply = COUNTED[type][count] ?? encoder.encode(formatReply({ type, count }));
  if (count < MAX_COUNTED) COUNTED[type][count] = reply;
  return { reply, good: true, event };
}

/** The answer to a request that was right. */
export function good(reply: string, event: TrackerEvent): Answer {
  return { reply: encoder.encode(reply), good: true, event };
}

/** The answer to a request that was not: `why` goes into the log. */
export function refuse(to: Address, request: string, reason: Refusal, why: WhyRefused = reason): Answer {
  const event = { kind: "refused", to, request, reason: why } as const;
  return { reply: encoder.encode(formatReply({ type: "error", reason })), good: false, event };
}

/** No answer. */
export function ignored(to: Address, reason: WhyIgnored): Answer {
  return { reply: null, good: false, event: { kind: "ignored", to, reason } };
}
