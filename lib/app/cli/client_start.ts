/**
 * What a command of the client is given.
 *
 * @module
 */
import { splitHostPort } from "../../protocol/port.ts";
import { UsageError } from "../words/usage.ts";
import type { CLIENT } from "./client_definition.ts";
import type { Start } from "./program.ts";

/** What the command line and all around it say. */
export type OwnStart = Start<typeof CLIENT.options>;

/** The same, and where the tracker is. */
export type ClientStart = OwnStart & {
  readonly tracker: { readonly host: string; readonly port: number };
};

/**
 * A tracker as its log prints it, `host:port` or `[ipv6]:port`, or its host alone.
 *
 * @throws {UsageError} `bad-port`.
 */
export function splitTracker(text: string): { host: string; port?: number } {
  const tracker = splitHostPort(text);
  if (!tracker) throw new UsageError("bad-port", text, text.slice(text.lastIndexOf(":") + 1));
  return tracker;
}
