/**
 * The output of `--json`: one object on each line, with the version of its schema and its kind. The schemas are
 * schema/v1.json, and schema/server-v1.json of the server.
 */
import { Fault } from "../../../fault/fault.ts";
import { sentence } from "../../words/sentence.ts";
import type { Words } from "../../words/en/words.ts";
import { UsageError } from "../../words/usage.ts";

/** The version of the schemas: it changes if programs that read them must change. */
const VERSION = 1;

/**
 * Characters that a terminal could interpret, or that are invisible or ambiguous: all but letters, marks, numbers,
 * punctuation, symbols and the blank, and among these the ones without a glyph. Escaped, they are the same to a JSON
 * parser.
 */
const UNSAFE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

export function jsonLine(kind: string, fields: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify({ version: VERSION, kind, ...fields });
  return text.replace(UNSAFE, (char) => char.split("").map(escaped).join(""));
}

/** One UTF-16 unit (RFC 8259, section 7). */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** An error in another object: a stable code, and a sentence in the user's language. */
export function jsonFault(error: unknown, words: Words): { code: string; message: string } {
  const code = error instanceof Fault || error instanceof UsageError ? error.code : "unexpected";
  return { code, message: sentence(error, words) };
}
