/**
 * Converts faults, findings, sizes and times to sentences in a person's language. Text from the network in a sentence
 * is not yet safe to show.
 */
import type { Finding } from "../doctor/finding.ts";
import { Fault } from "../../fault/fault.ts";
import { reasonOf } from "../../fault/reason.ts";
import { pathParts } from "../../protocol/image_path.ts";
import { UsageError } from "./usage.ts";
import type { Words } from "./en/words.ts";

/** The sentence for an error. */
export function sentence(error: unknown, words: Words): string {
  if (error instanceof UsageError) return words.usage[error.code](error.subject, error.value, error.choices);
  if (!(error instanceof Fault)) return words.unexpected(reasonOf(error));
  const { code, values } = error as Fault;
  return (words.faults[code] as (values: unknown) => string)(inWords(values, words));
}

/** The sentence for a fault that others may read too: of a path it has the last part only. */
export function sentenceForOthers(fault: Fault, words: Words): string {
  return sentence(withoutPaths(fault), words);
}

function withoutPaths({ code, values }: Fault): Fault {
  const shown = Object.entries(values).map(([key, value]) => {
    if (key === "path") return [key, pathParts(value).file || value];
    if (key !== "faults") return [key, value];
    return [key, (value as Error[]).map((it) => it instanceof Fault ? withoutPaths(it) : it)];
  });
  return new Fault(code, Object.fromEntries(shown));
}

type Sentence = string | ((values: unknown) => string);

/** The finding (`message`), and what to do next, if anything. */
export function findingSentences({ code, values }: Finding, words: Words): { message: string; next: string | null } {
  const { found, next } = words.doctor as Record<"found" | "next", Partial<Record<string, Sentence>>>;
  const say = (it: Sentence): string => typeof it === "string" ? it : it(inWords(values, words));
  return { message: say(found[code]!), next: next[code] === undefined ? null : say(next[code]) };
}

/** The values of a sentence, with reasons and nested faults in this language. */
function inWords(values: object, words: Words): unknown {
  const translated = Object.entries(values).map(([key, value]) => {
    if (key === "reason") return [key, words.reasons[value as string] ?? value];
    if (key === "faults") return [key, (value as Error[]).map((fault) => ({ message: sentence(fault, words) }))];
    return [key, value];
  });
  return Object.fromEntries(translated);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** `1.2 MB`: a size of at most four digits, in powers of 1000, as disks are sold and browsers show sizes. */
export function bytesText(bytes: number, words: Words): string {
  // From 999.5 of a unit on, it would be rounded to 1000.
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes / 0.9995)) / 3)));
  const value = bytes / 1000 ** power;
  const options = { style: "unit", unit: UNITS[power], unitDisplay: power === 0 ? "long" : "short" } as const;
  return new Intl.NumberFormat(words.tag, { ...options, maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })
    .format(value);
}

/** `2024-05-31`: the day of a time in seconds since 1970, in this machine's time zone; empty for 0, if unknown. */
export function dateText(seconds: number): string {
  if (seconds === 0) return "";
  const date = new Date(seconds * 1_000);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((it) => `${it}`.padStart(2, "0")).join("-");
}

/** `1h 2m`, `45s`: a time of at most two parts, and at least one second. */
export function timeText(seconds: number, words: Words): string {
  const whole = Math.max(1, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const parts = hours > 0 ? { hours, minutes } : minutes > 0 ? { minutes, seconds: whole % 60 } : { seconds: whole };
  return new Intl.DurationFormat(words.tag, { style: "narrow", secondsDisplay: whole < 60 ? "always" : "auto" })
    .format(parts);
}
