/**
 * A word where the tracker takes its time and no line moves that would tell.
 *
 * @module
 */
import type { Words } from "../../words/en/words.ts";
import type { Terminal } from "./terminal.ts";

/** An answer that takes longer than this, in milliseconds, is waited for: most come within some hundredths of it. */
const SLOW_MS = 1_000;

/**
 * Does `asking` of the tracker at `address`, and says once on standard error that it is waited for, if it is slow and
 * standard output is no terminal: there a line that moves tells it.
 */
export async function tellIfSlow<T>(
  asking: () => Promise<T>,
  address: string,
  terminal: Pick<Terminal, "moving" | "fail">,
  words: Words,
): Promise<T> {
  if (terminal.moving) return await asking();
  const timer = setTimeout(() => terminal.fail(words.client.waiting(address)), SLOW_MS);
  try {
    return await asking();
  } finally {
    clearTimeout(timer);
  }
}
