/** Names as they are compared when they are searched. */

/** Printable ASCII and line ends, which need only lower case. */
const ASCII = /^[\n -~]*$/;

/** A text without accents, joiners and capitals: “acao” finds “Ação”. */
export function foldName(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // Lower case first, since it adds a mark to “İ”; the sigma at the end of a word is another letter.
  return text.toLowerCase().normalize("NFD").replace(/[\p{M}\u200c\u200d]/gu, "").replaceAll("ς", "σ");
}
