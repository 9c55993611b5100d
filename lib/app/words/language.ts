/** Which language a person reads, and its words; those of the others are not loaded. */
import type { Words } from "./en/words.ts";

/** How the words of each language are loaded, by what `--lang` calls it. */
const LOADERS: Readonly<Record<string, () => Promise<Words>>> = {
  en: async () => (await import("./en/words.ts")).ENGLISH,
  pt: async () => (await import("./pt/words.ts")).PORTUGUESE,
};

/** The languages, by what `--lang` calls them. */
export const LANGUAGES: readonly string[] = Object.keys(LOADERS);

/**
 * The words of the language that a tag such as `pt_BR.UTF-8` or `en-GB` names: Portuguese of any country, else English.
 */
export function wordsFor(tag: string): Promise<Words> {
  const named = /^[a-z]{2}(?![a-z])/i.exec(tag)?.[0].toLowerCase() ?? "";
  return LOADERS[LANGUAGES.includes(named) ? named : "en"]();
}

/**
 * The language tag of the environment, in POSIX's order (IEEE 1003.1, section 8.2); where it names none, as on Windows
 * and often on macOS, that of the system. `C` and `POSIX` name one: they are not tags of Portuguese, so English.
 *
 * @param system Gives the system's; asked only then.
 */
export function environmentLanguage(env: (name: string) => string | undefined, system: () => string): string {
  return env("LC_ALL") || env("LC_MESSAGES") || env("LANG") || system();
}
