/** Asks a tracker for images by their names, instead of its whole list (PROTOCOL.md, "Finding"). */
import { type FoundImages, parseFound } from "../../protocol/find.ts";
import type { ListedImage } from "../../protocol/image.ts";
import { formatRequest } from "../../protocol/request.ts";
import { CONNECT_MS, type TrackerStream } from "../tcp_requests.ts";

/** A list shorter than this is requested whole: it is some 100 kB a thousand images, and then has its numbers too. */
export const LONG_LIST = 10_000;

/** The most images that are found so: for more, the whole list costs less. */
const MAX_FOUND = 10_000;

/** The most answers that are asked for: a tracker may look at some thousand images for each. */
const MAX_ANSWERS = 500;

/** The most queries: a tracker looks at its whole list for each of them. */
const MAX_QUERIES = 20;

/**
 * The images that each of the queries finds, in the order of the queries; each query is words that a name contains.
 *
 * @returns `null` if the list is short, the tracker cannot find, or finds too many, or the queries are many: then the
 * list is to be requested.
 */
export async function findImages(
  stream: TrackerStream,
  queries: readonly (readonly string[])[],
  leaving: AbortSignal,
): Promise<readonly ListedImage[] | null> {
  if (queries.length > MAX_QUERIES) return null;
  const found = new Map<string, ListedImage>();
  let answers = 0;
  for (const words of queries) {
    let from = 0;
    do {
      const answer = await findSome(stream, words, from, leaving);
      if (!answer || ++answers > MAX_ANSWERS || answer.total < LONG_LIST) return null;
      for (const image of answer.images) found.set(image.md5, image);
      if (found.size > MAX_FOUND) return null;
      from = answer.next;
    } while (from > 0);
  }
  return [...found.values()];
}

/** The next images whose names contain words, from a place in the list on; `null` if the tracker cannot find. */
export async function findSome(
  stream: TrackerStream,
  words: readonly string[],
  from: number,
  leaving: AbortSignal,
): Promise<FoundImages | null> {
  const text = await stream.ask(formatRequest({ type: "FND", limit: MAX_FOUND, from, words }), leaving);
  leaving.throwIfAborted();
  const answer = text === null ? null : parseFound(text);
  // Each answer goes further, so that one that lies cannot hold the client.
  return answer && (answer.next === 0 || answer.next > from) ? answer : null;
}

/** About how many images the list of a tracker has that has answered on TCP; 0 if it cannot tell. */
export async function countImages(stream: TrackerStream, leaving: AbortSignal): Promise<number> {
  const text = stream.answers ? await askOne(stream, leaving) : null;
  return parseFound(text ?? "")?.total ?? 0;
}

/** The answer of a tracker to a request that costs it little, whatever it answers; `null` if none comes on TCP. */
export async function askOne(stream: TrackerStream, leaving: AbortSignal): Promise<string | null> {
  const request = formatRequest({ type: "FND", limit: 1, from: 0, words: ["a"] });
  const text = await stream.ask(request, leaving, { connect: CONNECT_MS, evenIfSlow: true });
  leaving.throwIfAborted();
  return text;
}
