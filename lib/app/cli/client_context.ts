/**
 * What a command of the client is run with.
 *
 * @module
 */
import { splitHostPort } from "../../protocol/port.ts";
import { UsageError } from "../words/usage.ts";
import type { CLIENT } from "./options/client_definition.ts";
import type { CommandContext } from "./context.ts";

/** Any command of the client. */
export type ClientContext = CommandContext<typeof CLIENT.options>;

/** A command that needs a tracker. */
export type TrackerContext = ClientContext & {
  readonly tracker: { readonly host: string; readonly port: number };
};

/**
 * The operand `<tracker>`: `host:port` or `[ipv6]:port` as the tracker's log prints it, or a host alone.
 *
 * @throws {UsageError} `bad-port`.
 */
export function parseTracker(text: string): { host: string; port?: number } {
  const tracker = splitHostPort(text);
  if (!tracker) throw new UsageError("bad-port", text, text.slice(text.lastIndexOf(":") + 1));
  return tracker;
}
