/**
 * Text from elsewhere, made safe to show: what would steer the terminal, reorder the line or hide in it becomes visible.
 */

import { IDLE_JOINER } from "../../protocol/joiner.ts";

/**
 * Controls (C0, DEL, C1), formats (bidirectional and zero-width characters, tags), line separators, lone surrogates;
 * letters that are not to be seen (fillers, an empty pattern of Braille), but for those that choose a form of the
 * character before them, and joiners where they join; and marks from the ninth on, where no writing system has so many:
 * they would cover other lines.
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

/** `text` as one line that changes nothing but its own place: an escape character becomes `\u{1b}`, and so on. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}
