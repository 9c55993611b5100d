/**
 * Which files are not even opened: hidden ones, what systems and programs leave lying about, and what the user names.
 *
 * @module
 */
import ignore from "ignore";

/** The file in the shared directory that names what is not shared, in the syntax of `.gitignore`. */
export const IGNORE_FILE = ".idp2piignore";

/** Hidden files, our own temporary ones among them; downloads under way; what file managers and systems leave. */
const LITTER =
  /^(?:\..*|.*~|.*\.(?:part|partial|crdownload|download|tmp)|thumbs\.db|ehthumbs(?:_vista)?\.db|desktop\.ini|\$recycle\.bin|system volume information|lost\+found|@eadir|__macosx)$/i;

/** Whether a name alone tells that a file or directory is not shared. */
export function isLitter(name: string): boolean {
  return LITTER.test(name);
}

/**
 * A pattern that begins with letters and then has `**`: `foo**\/bar`, `/foo**`. Git compares the letters, and then the
 * rest as if it were a pattern of its own, in which `**` stands for any directories, none too. For the library `**` has
 * this meaning only where it is all that stands between slashes.
 */
const GLOBSTAR_BEHIND_LETTERS =
  /^(!?)(\/?)([^#!*?[\\/][^*?[\\]*)(?<!\/)\*{2,}(?:\/(?:\*{2,}\/)*(?=.*[^/\s])(.*)|(\/?)\s*)$/;

/** A line as the library reads it so that it means what it means to git. */
function asGit(line: string): string {
  return line.replace(GLOBSTAR_BEHIND_LETTERS, (whole, not, start, letters, rest, end) => {
    if (rest !== undefined) return `${not}/${letters}${rest}\n${not}/${letters}*/**/${rest}`;
    // Without a slash before its end a pattern is one for names, in which `**` is `*`.
    return (start + letters).includes("/") ? `${not}/${letters}*${end}\n${not}/${letters}*/**${end}` : whole;
  });
}

/**
 * A test of paths within the directory (parts separated by `/`, a directory's with one at the end) against the text of an
 * {@link IGNORE_FILE}. A letter with an accent is the same letter whether it is written as one character or two, as on
 * a Mac (NFC, NFD).
 */
export function ignoreRules(text: string): (path: string) => boolean {
  if (text.trim() === "") return () => false;
  const rules = ignore().add(text.normalize("NFC").split("\n").map(asGit).join("\n"));
  return (path) => rules.ignores(path.normalize("NFC"));
}
