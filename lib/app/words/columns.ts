/**
 * Text in columns, cut and padded by its width on the screen. Measuring arbitrary text takes as long to load as an
 * empty program, so only layout.ts loads that; code that prints only our own words uses this file.
 */

/** Text in which each character takes one column: printable Latin letters, dashes and quotation marks. */
const PLAIN = /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027]*$/;

/** Created when a text is first cut, which is rare: creating it takes a while. */
let segmenter: Intl.Segmenter | null = null;

/** The characters as a person sees them. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Measures other text. Until the exact function is set: no UTF-16 unit takes more than two columns. */
let measure = (text: string): number => 2 * text.length;

/** Sets the function that measures the columns of a text exactly. */
export function measureWith(exact: (text: string) => number): void {
  measure = exact;
}

/** How many columns a text takes. */
function columns(text: string): number {
  return PLAIN.test(text) ? text.length : measure(text);
}

/** `text` in at most `width` columns of a terminal, cut between graphemes; `…` stands for the removed end. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const grapheme of graphemes(text)) {
    used += columns(grapheme);
    if (used > width) break;
    kept += grapheme;
  }
  return width > 0 ? `${kept}…` : "";
}

/** How many columns of the end {@link cutMiddle} keeps: an extension, and what distinguishes a series. */
const END_COLUMNS = 8;

/** The same with the `…` in the middle, since the end of a name is as informative as its beginning. */
export function cutMiddle(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let [end, used] = ["", 0];
  for (const grapheme of graphemes(text).reverse()) {
    used += columns(grapheme);
    if (used > Math.min(END_COLUMNS, width / 3)) break;
    end = grapheme + end;
  }
  return cut(text, width - columns(end)) + end;
}

/** A path in at most `width` columns: its folders are cut first, then the middle of its last part. */
export function cutPath(path: string, width: number): string {
  const [, folders = "", last = path] = /^(.*)(\/.+)$/.exec(path) ?? [];
  const room = width - columns(last);
  return room > 0 ? cut(folders, room) + last : cutMiddle(last.replace(/^\//, ""), width);
}

/** The name of an image in at most `width` columns: keeps the end of a path, and the beginning of a plain name. */
export function cutName(name: string, width: number): string {
  return name.includes("/") ? cutPath(name, width) : cut(name, width);
}

/** `text` padded with blanks to `width` columns, on the right or, for numbers, on the left. */
export function pad(text: string, width: number, side: "left" | "right" = "right"): string {
  const blanks = " ".repeat(Math.max(0, width - columns(text)));
  return side === "left" ? blanks + text : text + blanks;
}

/** The width of the widest text, in columns. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columns(text)), 0);
}

/** `words` joined by blanks in lines of at most `width` columns; a longer word gets its own line. */
export function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && columns(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
