/** Which files are not even opened: hidden ones, files of systems and programs, and what the user names. */
import { join } from "node:path";
import ignore from "ignore";
import { Fault } from "../fault/fault.ts";
import { reasonOf, REASONS } from "../fault/reason.ts";
import { PlainFile } from "../files/plain_file.ts";

/** The file in the shared directory that names what is not shared, in the syntax of `.gitignore`. */
export const IGNORE_FILE = ".idp2piignore";

/** A longer ignore file is a mistake, in bytes. */
const MAX_IGNORE_BYTES = 1 << 20;

/** Hidden files, our own temporary ones among them; downloads under way; what file managers and systems leave. */
const LITTER =
  /^(?:\..*|.*~|.*\.(?:part|partial|crdownload|download|tmp)|thumbs\.db|ehthumbs(?:_vista)?\.db|desktop\.ini|\$recycle\.bin|system volume information|lost\+found|@eadir|__macosx)$/i;

/** Whether a file or directory is not shared because of its name alone. */
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

/**
 * The text of the {@link IGNORE_FILE} of a directory, `null` where there is none.
 *
 * @throws {Fault} `ignore-unusable`: if it cannot be read nothing may be shared, for it may be private.
 */
export async function readIgnoreFile(root: string): Promise<string | null> {
  const path = join(root, IGNORE_FILE);
  try {
    if (await Deno.lstat(path).catch(orNothing) === null) return null;
    using file = await PlainFile.open(path);
    // What editors of Windows write in UTF-16 must not be taken for rules that match nothing.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.readAll(MAX_IGNORE_BYTES));
    if (text.includes("\0")) throw new TypeError();
    return text;
  } catch (error) {
    const reason = error instanceof TypeError ? REASONS.EILSEQ : reasonOf(error);
    throw new Fault("ignore-unusable", { path, reason }, error);
  }
}

function orNothing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}
