/**
 * Makes text from the network safe to show: characters that would steer the terminal, reorder the line or hide become
 * visible.
 */

import { IDLE_JOINER } from "../../protocol/joiner.ts";

/**
 * Controls (C0, DEL, C1), formats (bidirectional and zero-width characters, tags), line separators, lone surrogates;
 * invisible letters (fillers, an empty pattern of Braille), except for those that select a variant of the preceding
 * character, and joiners that have an effect; and from the ninth on, combining marks, since no writing system uses as
 * many: they would cover other lines.
 */
const UNSAFE = new RegExp(
  [
    "(?![\\u200c\\u200d])[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\u2800]",
    "(?![\\u200c\\u200d]|\\p{Variation_Selector})\\p{Default_Ignorable_Code_Point}",
    IDLE_JOINER,
    "(?<=\\p{M}{8})\\p{M}",
  ].join("|"),
  "gu",
);

/** `text` as one line that cannot affect others: an escape character becomes `\u{1b}`, and so on. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}
