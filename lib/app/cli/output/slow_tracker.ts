/**
 * A message about a slow tracker, where there is no status line.
 *
 * @module
 */
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** When an answer counts as slow, in milliseconds: most come within a hundredth of that. */
const SLOW_MS = 1_000;

/**
 * Does `request` at the tracker at `address`. If it is slow and standard output is no terminal with a status line, a
 * message on standard error says once that the program waits.
 */
export async function reportIfSlow<T>(
  request: () => Promise<T>,
  address: string,
  terminal: Pick<Terminal, "moving" | "fail">,
  words: Words,
): Promise<T> {
  if (terminal.moving) return await request();
  const timer = setTimeout(() => terminal.fail(words.client.waiting(address)), SLOW_MS);
  try {
    return await request();
  } finally {
    clearTimeout(timer);
  }
}
