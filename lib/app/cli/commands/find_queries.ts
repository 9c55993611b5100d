/** What to ask a tracker for, so that it finds at least all images that words of a command line select. Pure. */
import { FIND_LIMITS } from "../../../protocol/find.ts";
import { foldName } from "../../../protocol/fold_name.ts";
import { parseMd5 } from "../../../protocol/image.ts";
import { pathParts } from "../../../protocol/image_path.ts";
import { parseRange } from "./selection.ts";

/** A pattern of which more than `*` and `?` matters. */
const COMPLEX = /[[\]{}()!+@|\\]/;

/**
 * A query for each word; `null` if the whole list is needed: for numbers, and for patterns without a text that every
 * name must contain.
 */
export function findQueries(words: readonly string[]): string[][] | null {
  const queries = words.map(queryOf);
  return words.length > 0 && queries.every((it) => it !== null) ? queries : null;
}

function queryOf(word: string): string[] | null {
  if (parseMd5(word) !== null) return [word.toLowerCase()];
  if (parseRange(word)) return null;
  const isPattern = /[*?[{]/.test(word);
  if (isPattern && COMPLEX.test(word)) return null;
  const { folders, file } = pathParts(word);
  // A name may have other separators than the word.
  const texts = (file === "" ? [word] : [...folders, file]).flatMap((part) => part.split(/[\s*?/\\]+/));
  const query = [...new Set(texts.map(foldName).filter((it) => it !== ""))];
  const isShort = query.length <= FIND_LIMITS.words && query.join(" ").length <= FIND_LIMITS.length;
  return query.length > 0 && isShort ? query : null;
}
