/** Chooses a person's language and loads its words only. */
import type { Words } from "./en/words.ts";

/** The loader of each language, by its name for `--lang`. */
const LOADERS: Readonly<Record<string, () => Promise<Words>>> = {
  en: async () => (await import("./en/words.ts")).ENGLISH,
  pt: async () => (await import("./pt/words.ts")).PORTUGUESE,
};

/** The languages, by their names for `--lang`. */
export const LANGUAGES: readonly string[] = Object.keys(LOADERS);

/** The words for a language tag such as `pt_BR.UTF-8` or `en-GB`: Portuguese of any country, else English. */
export function wordsFor(tag: string): Promise<Words> {
  const named = /^[a-z]{2}(?![a-z])/i.exec(tag)?.[0].toLowerCase() ?? "";
  return LOADERS[LANGUAGES.includes(named) ? named : "en"]();
}

/**
 * The language tag of the environment, in POSIX's order (IEEE 1003.1, section 8.2); without one, as on Windows and
 * often on macOS, that of the system. `C` and `POSIX` count as tags, and are English.
 *
 * @param system Returns the system's tag; only called if needed.
 */
export function environmentLanguage(env: (name: string) => string | undefined, system: () => string): string {
  return env("LC_ALL") || env("LC_MESSAGES") || env("LANG") || system();
}
