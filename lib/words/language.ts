/**
 * Which language a person reads.
 *
 * @module
 */
import { ENGLISH } from "./en/words.ts";
import { PORTUGUESE } from "./pt/words.ts";
import type { Words } from "./en/words.ts";

/** The languages, by what `--lang` calls them. */
export const LANGUAGES: Readonly<Record<string, Words>> = { en: ENGLISH, pt: PORTUGUESE };

/**
 * The words of the language that a tag such as `pt_BR.UTF-8` or `en-GB` names: Portuguese of any country, else English.
 */
export function wordsFor(tag: string): Words {
  return LANGUAGES[/^[a-z]{2}(?![a-z])/i.exec(tag)?.[0].toLowerCase() ?? ""] ?? ENGLISH;
}

/** The language tag of the environment, in POSIX's order (IEEE 1003.1, section 8.2). */
export function environmentLanguage(env: (name: string) => string | undefined): string {
  return env("LC_ALL") || env("LC_MESSAGES") || env("LANG") || "";
}
