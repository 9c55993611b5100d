/**
 * From findings to what a person reads, in their language.
 *
 * @module
 */
import type { Finding } from "../doctor/finding.ts";
import type { Words } from "./en/words.ts";

/** A finding as sentences; text from the network in them is not yet safe to show. */
export interface FindingSentences {
  /** What was found. */
  readonly told: string;
  /** What to do next, if anything. */
  readonly next: string | null;
}

/** The sentences of a finding. */
export function findingSentences({ code, values }: Finding, words: Words): FindingSentences {
  const inWords = "reason" in values ? { ...values, reason: words.reasons[values.reason] ?? values.reason } : values;
  const [told, next = null] = words.doctor[code].map((sentence) =>
    typeof sentence === "string" ? sentence : (sentence as (values: unknown) => string)(inWords)
  );
  return { told, next };
}
