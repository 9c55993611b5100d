/**
 * What can be wrong with a command line.
 *
 * @module
 */

/** What can be wrong with a command line; the sentences stand in the words of each language. */
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
  | "bad-free-port"
  | "bad-choice"
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
  | "extra-operand";

/** A command line that is wrong. */
export class UsageError extends Error {
  /** What is wrong. */
  readonly code: UsageCode;
  /** The option or operand in question. */
  readonly subject: string;
  /** The value that it was given. */
  readonly value: string;

  /** The valid values, or the nearest one. */
  readonly choices: string;

  /** An error about `subject`, which was given `value` instead of one of `choices`. */
  constructor(code: UsageCode, subject: string, value = "", choices = "") {
    super(`${code}: ${subject} ${value}`);
    this.name = "UsageError";
    this.code = code;
    this.subject = subject;
    this.value = value;
    this.choices = choices;
  }
}
