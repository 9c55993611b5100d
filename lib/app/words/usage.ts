/** An error in a command line; the sentences are in the words of each language. */
import type { Words } from "./en/words.ts";

export class UsageError extends Error {
  /**
   * @param subject The option or operand in question.
   * @param value The value that it was given.
   * @param choices The valid values, or the nearest one.
   */
  constructor(
    readonly code: keyof Words["usage"],
    readonly subject: string,
    readonly value = "",
    readonly choices = "",
  ) {
    super(`${code}: ${subject} ${value}`);
    this.name = "UsageError";
  }
}
