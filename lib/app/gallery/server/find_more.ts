/** Finds images in networks with more of them than are held, some hundred at a time. */
import type { SessionLists } from "../../../announce/session_lists.ts";
import { Fault } from "../../../fault/fault.ts";
import { typedWords } from "../../../protocol/find.ts";
import type { FoundPage } from "../api.ts";

/** So many images are found at once, about: some screens. */
const PAGE = 500;

/** How many answers of a tracker are read for them: each is a look at 20,000 images, so these are ten million. */
const MAX_ANSWERS = 500;

/** What nearly every name contains, for a search without words. */
const ANY = ".";

/**
 * Finds the next images in each network.
 *
 * @param text What people type.
 * @param from The `next` of the last page of this text, or "".
 * @throws {Fault} If a tracker does not answer, and no other finds anything; the reason of the signal.
 */
export async function findMore(
  networks: readonly SessionLists[],
  text: string,
  from: string,
  signal: AbortSignal,
): Promise<FoundPage> {
  const words = typedWords(text);
  const query = words.length > 0 ? words : [ANY];
  const starts = /^(?:-1|\d{1,9})(?:,(?:-1|\d{1,9}))*$/.test(from) ? from.split(",").map(Number) : [];
  const finding = networks.map((lists, i) => findIn(lists, query, starts[i] ?? 0, signal));
  const pages = await Promise.allSettled(finding);
  const found = pages.map((it) => it.status === "fulfilled" ? it.value : { next: END, first: "" });
  const first = found.find(({ first }) => first !== "")?.first ?? "";
  const isOver = found.every(({ next }) => next === END);
  const failed = pages.find((it) => it.status === "rejected");
  if (failed && (isOver && first === "" || !(failed.reason instanceof Fault))) throw failed.reason;
  return { next: isOver ? "" : found.map(({ next }) => next).join(), first };
}

/** There is nothing left to look at. */
const END = -1;

async function findIn(
  lists: SessionLists,
  words: readonly string[],
  from: number,
  signal: AbortSignal,
): Promise<{ next: number; first: string }> {
  let [next, first, found] = [from, "", 0];
  for (let answers = 0; next !== END && found < PAGE && answers < MAX_ANSWERS; answers++) {
    signal.throwIfAborted();
    const some = await lists.findMore(words, next);
    // A tracker that is asked for much at once may be silent for a while: it goes on from here.
    if (!some) return { next: lists.found.total > 0 ? next : END, first };
    first ||= some.images[0]?.md5 ?? "";
    found += some.images.length;
    next = some.next || END;
  }
  return { next, first };
}
