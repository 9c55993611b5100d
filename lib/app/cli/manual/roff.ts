/** Manual pages in roff, with the macros of man(7). */
import { wrap } from "../../words/layout.ts";

/** The longest line of running text, in columns of the source; escaped text is longer than displayed text. */
const WIDTH = 72;

/** Characters with a meaning in roff, or that would be displayed as other characters (groff_man_style(7)). */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\(rs",
  "-": "\\-",
  '"': "\\(dq",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** `text`, literally. */
export function escaped(text: string): string {
  return text.replace(/[\\\-"'`^~]/g, (sign) => ESCAPES[sign]);
}

/** `text` in bold: literal input. */
export function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

/** `text` in italics: a placeholder. */
export function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`;
}

/** Lines of escaped text, none of which looks like a request. */
export function filled(text: string): string[] {
  return wrap(text.split(" "), WIDTH).map(harmless);
}

/** An entry of a list: a term and its explanation, both escaped. */
export function entry(tag: string, explanation: string): string[] {
  return [".TP", harmless(tag), ...filled(explanation)];
}

/** Preformatted lines, such as examples; not escaped yet. */
export function verbatim(lines: readonly string[]): string[] {
  return [".PP", ".EX", ...lines.map((it) => harmless(escaped(it))), ".EE"];
}

/** An argument of a request, not escaped yet. */
export function argument(text: string): string {
  return `"${escaped(text)}"`;
}

/** A dot at the beginning of a line would make it a request. */
function harmless(line: string): string {
  return line.startsWith(".") ? `\\&${line}` : line;
}
