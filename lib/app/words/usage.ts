/**
 * What can be wrong with a command line.
 *
 * @module
 */

/** What can be wrong with a command line; the sentences are in the words of each language. */
export type UsageCode =
  | "unknown-option"
  | "unknown-command"
  | "no-command"
  | "unknown-key"
  | "unknown-variable"
  | "option-elsewhere"
  | "needs-value"
  | "takes-no-value"
  | "bad-file"
  | "bad-directory"
  | "bad-port"
  | "bad-tracker-port"
  | "bad-free-port"
  | "bad-choice"
  | "bad-operand"
  | "bad-address"
  | "bad-peer"
  | "bad-seconds"
  | "bad-host-and-port"
  | "bad-rate"
  | "bad-password"
  | "bad-config"
  | "nothing-chosen"
  | "several-clients"
  | "missing-operand"
  | "missing-option"
  | "extra-operand";

/** A command line that is wrong. */
export class UsageError extends Error {
  /**
   * @param subject The option or operand in question.
   * @param value What it was given.
   * @param choices The valid values, or the nearest one.
   */
  constructor(readonly code: UsageCode, readonly subject: string, readonly value = "", readonly choices = "") {
    super(`${code}: ${subject} ${value}`);
    this.name = "UsageError";
  }
}
