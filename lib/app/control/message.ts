/**
 * The messages between a running client and a command of the same user: one line of JSON each way, on a TCP port of
 * this machine. Pure: converts values to lines and back.
 *
 * The `token` in a command's line proves that it read the client's file, and the `proof` in the answer that the client
 * wrote it. A page in a browser can open the port too, but its first line is HTTP, without the token.
 */
import { timingSafeEqual } from "node:crypto";
import { Fault, type FaultCode, FAULTS } from "../../fault/fault.ts";

/** Incremented when a client and a command of different versions would misunderstand each other. */
export const CONTROL_VERSION = 1;

/** What a command may request: the client's state, or that it ends. */
export const CONTROL_REQUESTS = ["status", "stop"] as const;

export type ControlRequest = typeof CONTROL_REQUESTS[number];

/** The secrets of a client, each 256 random bits in hexadecimal: the command sends `token`, the client `proof`. */
export interface Secrets {
  readonly token: string;
  readonly proof: string;
}

export interface ClientState {
  readonly pid: number;
  /** The absolute path of the shared directory. */
  readonly directory: string;
  /** The TCP port for other peers; `null` during the first scan of the directory. */
  readonly port: number | null;
  /** Where other peers reach it, as far as this machine knows: `ip:port`; the menu shows the first. */
  readonly addresses: readonly string[];
  /** `ip:port`, or as the user wrote it before names were resolved. */
  readonly tracker: string;
  readonly registered: boolean;
  /** Why the last request to the tracker failed; the client retries. */
  readonly lost: FaultMessage | null;
  /** The same of further networks. */
  readonly also: readonly Pick<ClientState, "tracker" | "registered" | "lost">[];
  readonly images: number;
  readonly bytes: number;
  /** RFC 3339. */
  readonly since: string;
  /** Images sent to other peers completely. */
  readonly served: { readonly images: number; readonly bytes: number };
  /** The names of the images that are being downloaded, as the tracker lists them. */
  readonly fetching: readonly string[];
}

/** A fault as data, which the command shows in the language of its user. */
export interface FaultMessage {
  readonly code: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type ControlResponse =
  | { readonly kind: "state"; readonly state: ClientState }
  /** The client has ended. */
  | { readonly kind: "stopped" }
  /** The client does not know the request, as in another version, or it failed. */
  | { readonly kind: "unknown" };

export function formatControlRequest(request: ControlRequest, { token }: Secrets): string {
  return JSON.stringify({ version: CONTROL_VERSION, token, request });
}

/** The request in a line, `"unknown"` if this version does not know it; `null` without the right token. */
export function parseControlRequest(line: string, { token }: Secrets): ControlRequest | "unknown" | null {
  const message = parseObject(line);
  if (typeof message?.token !== "string" || !isSameSecret(message.token, token)) return null;
  const request = CONTROL_REQUESTS.find((it) => it === message.request);
  return message.version === CONTROL_VERSION && request ? request : "unknown";
}

export function formatControlResponse(response: ControlResponse, { proof }: Secrets): string {
  return JSON.stringify({ version: CONTROL_VERSION, proof, response });
}

/** The response in a line; `null` if it is not from the client. */
export function parseControlResponse(line: string, { proof }: Secrets): ControlResponse | null {
  const message = parseObject(line);
  if (typeof message?.proof !== "string" || !isSameSecret(message.proof, proof)) return null;
  return message.version === CONTROL_VERSION ? message.response as ControlResponse : { kind: "unknown" };
}

/** The JSON object in a text, or `null`. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}

export function encodeFault({ code, values }: Fault): FaultMessage {
  return { code, values: { ...values } };
}

/** The fault; an ordinary error for a code that this version does not know. */
export function decodeFault({ code, values }: FaultMessage): Error {
  if (!Object.hasOwn(FAULTS, code) || "faults" in values) return new Error(code); // Only those of downloads do.
  return new Fault(code as FaultCode, values as Fault["values"]);
}

const encoder = new TextEncoder();

/** Compares in constant time. The length of a secret is public. */
function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
