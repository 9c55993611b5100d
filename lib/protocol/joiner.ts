/**
 * The characters that join letters or keep them apart and are not seen: ZWNJ (U+200C) and ZWJ (U+200D). Words of Persian
 * and of Indian languages have them, and emoji are made with them. Elsewhere they only hide in a name (RFC 5892, A.1).
 */

/** Scripts whose letters have other forms where they are joined. */
const SCRIPT = `[${
  [
    ["Arabic", "Syriac", "Mandaic", "Nko", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya"],
    ["Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar", "Tibetan"],
  ].flat().map((script) => `\\p{Script=${script}}`).join("")
}]`;

/** Signs of Indian scripts that take the vowel of a letter; a joiner behind one also stands at the end of a word. */
const VIRAMA = "[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]";

/** What can stand before a ZWJ in an emoji: a picture, the colour of its skin, the sign that it is in colours. */
const PICTURE = "[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f]";

/** A joiner that joins nothing: the source of a regular expression, for the flag `u`. */
export const IDLE_JOINER: string =
  `[\\u200c\\u200d](?<!${PICTURE}\\u200d(?=\\p{Extended_Pictographic})|${SCRIPT}.(?=${SCRIPT})|${VIRAMA}.)`;
