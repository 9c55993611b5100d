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
 * A test of paths within the directory (parts separated by `/`, a directory's with one at the end) against the text of an
 * {@link IGNORE_FILE}.
 */
export function ignoreRules(text: string): (path: string) => boolean {
  if (text.trim() === "") return () => false;
  const rules = ignore().add(text);
  return (path) => rules.ignores(path);
}
