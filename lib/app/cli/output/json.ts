/**
 * What `--json` shows: one object a line, each with the version of its shape and its kind. Their shapes stand in
 * schema/v1.json, those of the server in schema/server-v1.json.
 *
 * @module
 */
import { Fault } from "../../../fault/fault.ts";
import { sentence } from "../../words/sentence.ts";
import type { Words } from "../../words/en/words.ts";
import { UsageError } from "../../words/usage.ts";

/** The version of the shapes: it changes when a program that reads them would have to. */
const VERSION = 1;

/**
 * What a terminal could take for its own, or what cannot be seen or told from something else: all but letters, marks,
 * numbers, punctuation, symbols and the blank (so controls, formats, what steers the direction, lone surrogates, what is
 * unassigned or of private use, other blanks and line separators), and letters and marks that show nothing. Escaped, it
 * is the same string to who reads JSON.
 */
const UNSEEN = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** An object of this kind as one line. */
export function jsonLine(kind: string, fields: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ version: VERSION, kind, ...fields });
  return text.replace(UNSEEN, (char) => char.split("").map(escaped).join(""));
}

/** One UTF-16 unit (RFC 8259, section 7). */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What went wrong, as it stands within other objects: a word that stays, and a sentence in the user's language. */
export function jsonFault(error: unknown, words: Words): { code: string; message: string } {
  const code = error instanceof Fault || error instanceof UsageError ? error.code : "unexpected";
  return { code, message: sentence(error, words) };
}
