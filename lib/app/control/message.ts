/**
 * What is said between a running client and a command that sees or steers it: one line of JSON each way, on a TCP port
 * of this machine. Pure: from values to lines and back.
 *
 * The command proves that it read the client's file by the `token` in its line, the client that the file is its own by
 * the `proof` in its answer. A page in a browser can open the port too, but its first line is one of HTTP, and knows no
 * token.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { Fault, type FaultCode, FAULTS, type FaultValues } from "../../fault/fault.ts";

/** Counted up when a client and a command of before would misunderstand each other. */
export const CONTROL_VERSION = 1;

/** What a command may ask. */
export const ASKS = ["status", "register", "update", "unregister", "stop"] as const;

/** One of it. */
export type Ask = typeof ASKS[number];

/** Both secrets of a client, each of 256 random bits in hexadecimal digits. */
export interface Secrets {
  /** What a command has to know. */
  readonly token: string;
  /** What the client's answer shows that it knows. */
  readonly proof: string;
}

/** How a client stands. */
export interface ClientState {
  readonly pid: number;
  /** The shared directory, from the root on. */
  readonly directory: string;
  /** The TCP port for other peers; `null` while the directory is looked through for the first time. */
  readonly port: number | null;
  /** Where other peers reach it, as far as this machine can tell: `ip:port`. */
  readonly addresses: readonly string[];
  /** `ip:port`, or its name and port before it has been looked up. */
  readonly tracker: string;
  readonly registered: boolean;
  /** Why the tracker could not be told the last time; it is asked again by itself. */
  readonly lost: SentFault | null;
  readonly images: number;
  readonly bytes: number;
  /** RFC 3339. */
  readonly since: string;
  /** What was sent to other peers, each image to its end. */
  readonly served: { readonly images: number; readonly bytes: number };
  /** The names of the images that it downloads just now, raw. */
  readonly fetching: readonly string[];
}

/** What came of something that a client was asked to do. */
export type Outcome =
  | { readonly did: "register"; readonly tracker: string; readonly accepted: number; readonly offered: number }
  | {
    readonly did: "update";
    readonly tracker: string;
    readonly accepted: number;
    readonly offered: number;
    /** Whether the tracker had forgotten it. */
    readonly again: boolean;
    /** Files that cannot be read, the first of them, and how many more there are. */
    readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
    readonly moreUnreadable: number;
  }
  /** `was`: whether there was a registration to take back. */
  | { readonly did: "unregister"; readonly was: boolean }
  | { readonly did: "stop" };

/** A fault as it travels: whoever reads it is told in their own language. */
export interface SentFault {
  readonly code: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** An answer. */
export type Answer =
  | { readonly kind: "state"; readonly state: ClientState }
  | { readonly kind: "done"; readonly outcome: Outcome }
  | { readonly kind: "fault"; readonly fault: SentFault }
  /** What no fault stands for: an error in the program. */
  | { readonly kind: "unexpected"; readonly message: string }
  /** It does not know what was asked: another version. */
  | { readonly kind: "unknown" };

/** The line that asks. */
export function formatAsk(ask: Ask, { token }: Secrets): string {
  return JSON.stringify({ version: CONTROL_VERSION, token, ask });
}

/** What a line asks, `"unknown"` when this version does not know it; `null` for whoever does not know the token. */
export function parseAsk(line: string, { token }: Secrets): Ask | "unknown" | null {
  const said = parseObject(line);
  if (typeof said?.token !== "string" || !sameSecret(said.token, token)) return null;
  const ask = ASKS.find((it) => it === said.ask);
  return said.version === CONTROL_VERSION && ask ? ask : "unknown";
}

/** The line that answers. */
export function formatAnswer(answer: Answer, { proof }: Secrets): string {
  return JSON.stringify({ version: CONTROL_VERSION, proof, answer });
}

/** What a line answers; `null` for what comes from anybody but the client. */
export function parseAnswer(line: string, { proof }: Secrets): Answer | null {
  const said = parseObject(line);
  if (typeof said?.proof !== "string" || !sameSecret(said.proof, proof)) return null;
  return said.version === CONTROL_VERSION ? said.answer as Answer : { kind: "unknown" };
}

/** An object that a text writes, or `null`. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}

/** A fault for its journey. */
export function sendFault({ code, values }: Fault): SentFault {
  return { code, values: { ...values } };
}

/** The fault again; one that this version does not know is an ordinary error. */
export function receiveFault({ code, values }: SentFault): Error {
  if (!Object.hasOwn(FAULTS, code) || "faults" in values) return new Error(code); // Faults within a fault are of fetching.
  return new Fault(code as FaultCode, values as FaultValues<FaultCode>);
}

const encoder = new TextEncoder();

/** Compares in a time that does not depend on where the two differ. How long they are is no secret. */
function sameSecret(a: string, b: string): boolean {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
