/** Asks the terminal what it can show. */
import { TerminalAnswers } from "./terminal_answers.ts";
import { type Graphics, GRAPHICS_QUERY, STRING_QUERY } from "./graphics.ts";

/**
 * The terminal, in raw mode, so that answers are neither shown nor wait for Enter; not a file or a pipe, where no
 * pictures are shown.
 */
export interface TerminalLine {
  /** Writes to it. */
  readonly write: (text: string) => unknown;
  /** Calls `onBytes` with all that it sends, until the returned function is called. */
  readonly listen: (onBytes: (bytes: Uint8Array) => void) => () => void;
}

/** What came of asking. */
export interface Asked {
  /** What the terminal can show, as far as it said so in time. */
  readonly graphics: Graphics;
  /** What was typed meanwhile. */
  readonly typed: Uint8Array;
  /** What later input is to go through, unless it is `complete`: answers may still come. */
  readonly answers: TerminalAnswers;
}

/**
 * How long answers are waited for, in milliseconds. They take twice as long as the line to the terminal and back, some
 * 600 ms by SSH around the world; only terminals that answer nothing, which are very few, cost all of it.
 */
export const ANSWER_MS = 1_000;

/** Asks, once or twice, and waits for the last answer or `timeoutMs` milliseconds. */
export async function askTerminal(
  { write, listen }: TerminalLine,
  timeoutMs: number = ANSWER_MS,
): Promise<Asked> {
  const answers = new TerminalAnswers();
  const typed: number[] = [];
  let answered = Promise.withResolvers<boolean>();
  const late = Promise.withResolvers<boolean>();
  const stop = listen((bytes) => {
    for (const byte of answers.feed(bytes)) typed.push(byte);
    if (answers.complete) answered.resolve(true);
  });
  const timer = setTimeout(late.resolve, timeoutMs, false);
  try {
    await write(GRAPHICS_QUERY);
    if (await Promise.race([answered.promise, late.promise]) && answers.knowsStrings) {
      answers.expectMore();
      answered = Promise.withResolvers();
      await write(STRING_QUERY);
      await Promise.race([answered.promise, late.promise]);
    }
  } finally {
    clearTimeout(timer);
    stop();
  }
  return { graphics: answers.graphics, typed: Uint8Array.from(typed), answers };
}
