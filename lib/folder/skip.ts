/** Decides which files are not opened: hidden files, files of systems and programs, and those that the user excludes. */
import { join } from "node:path";
import ignore from "ignore";
import { Fault } from "../fault/fault.ts";
import { reasonOf, REASONS } from "../fault/reason.ts";
import { PlainFile } from "../files/plain_file.ts";

/** The file in the shared directory that lists what is not shared, in the syntax of `.gitignore`. */
export const IGNORE_FILE = ".idp2piignore";

/** The longest ignore file, in bytes: a longer one is a mistake. */
const MAX_IGNORE_BYTES = 1 << 20;

/**
 * A pattern that begins with letters followed by `**`: `foo**\/bar`, `/foo**`. Git compares the letters, and then the
 * rest as if it were a separate pattern, in which `**` stands for any number of directories. In the library, `**` has
 * this meaning only if nothing else stands between the slashes.
 */
const GLOBSTAR_BEHIND_LETTERS =
  /^(!?)(\/?)([^#!*?[\\/][^*?[\\]*)(?<!\/)\*{2,}(?:\/(?:\*{2,}\/)*(?=.*[^/\s])(.*)|(\/?)\s*)$/;

/** Rewrites a line so that the library reads it as git does. */
function asGit(line: string): string {
  return line.replace(GLOBSTAR_BEHIND_LETTERS, (whole, not, start, letters, rest, end) => {
    if (rest !== undefined) return `${not}/${letters}${rest}\n${not}/${letters}*/**/${rest}`;
    // A pattern without a slash before its end matches names, and `**` in it means `*`.
    return (start + letters).includes("/") ? `${not}/${letters}*${end}\n${not}/${letters}*/**${end}` : whole;
  });
}

/**
 * Tests paths within the directory (parts separated by `/`; a directory's ends with one) against the text of an {@link
 * IGNORE_FILE}. A letter with an accent matches as one character or as two, as on a Mac (NFC, NFD).
 */
export function ignoreRules(text: string): (path: string) => boolean {
  if (text.trim() === "") return () => false;
  const rules = ignore().add(text.normalize("NFC").split("\n").map(asGit).join("\n"));
  return (path) => rules.ignores(path.normalize("NFC"));
}

/**
 * The text of the {@link IGNORE_FILE} of a directory; `null` without one.
 *
 * @throws {Fault} `ignore-unusable`: if it cannot be read, nothing may be shared, since it may be private.
 */
export async function readIgnoreFile(root: string): Promise<string | null> {
  const path = join(root, IGNORE_FILE);
  try {
    if (await Deno.lstat(path).catch(orNothing) === null) return null;
    using file = await PlainFile.open(path);
    // Text in UTF-16, which some Windows editors write, must not be taken for rules that match nothing.
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
