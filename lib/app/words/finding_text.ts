/**
 * From findings to what a person reads, in their language.
 *
 * @module
 */
import type { Finding } from "../doctor/finding.ts";
import type { Words } from "./en/words.ts";

/** What was found, as sentences; text from the network in them is not yet safe to show. */
export interface FindingSentences {
  /** What was found. */
  readonly told: string;
  /** What to do next, if anything. */
  readonly next: string | null;
}

/** The sentences of a finding. */
export function findingSentences({ code, values }: Finding, words: Words): FindingSentences {
  const { told, next } = words.doctor[code] as Speaker;
  const inWords = "reason" in values ? { ...values, reason: words.reasons[values.reason] ?? values.reason } : values;
  return { told: told(inWords), next: next ? next(inWords) : null };
}

/** Speaks of the values of its code, whichever that is. */
interface Speaker {
  readonly told: (values: unknown) => string;
  readonly next?: (values: unknown) => string;
}
