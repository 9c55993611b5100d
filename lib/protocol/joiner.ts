/**
 * The invisible characters that join letters or keep them apart: ZWNJ (U+200C) and ZWJ (U+200D). Words of Persian and
 * of Indian languages contain them, and so do emoji. Elsewhere they only hide in a name (RFC 5892, A.1).
 */

/** Scripts whose letters change their form when they are joined. */
const SCRIPT = `[${
  [
    ["Arabic", "Syriac", "Mandaic", "Nko", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya"],
    ["Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan"],
  ].flat().map((script) => `\\p{Script=${script}}`).join("")
}]`;

/** Signs of Indian scripts that remove the vowel of a letter; a joiner after one may also end a word. */
const VIRAMA = "[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]";

/** Characters that may precede a ZWJ in an emoji: a picture, a skin colour, the sign for colour display. */
const PICTURE = "[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f]";

/** A joiner without effect: the source of a regular expression for the flag `u`. */
export const IDLE_JOINER: string =
  `[\\u200c\\u200d](?<!${PICTURE}\\u200d(?=\\p{Extended_Pictographic})|${SCRIPT}.(?=${SCRIPT})|${VIRAMA}.)`;
