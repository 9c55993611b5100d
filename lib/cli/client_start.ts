/**
 * What a command of the client is given.
 *
 * @module
 */
import type { CLIENT } from "./client_definition.ts";
import type { Start } from "./program.ts";

/** What the command line and all around it say, and where the tracker is. */
export type ClientStart = Start<typeof CLIENT.options> & {
  readonly tracker: { readonly host: string; readonly port: number };
};
