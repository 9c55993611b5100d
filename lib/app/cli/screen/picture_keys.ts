/** The keys of the picture view, read from the terminal without Ink. */
import process from "node:process";

export type PictureCommand = "previous" | "next" | "back" | "quit";

/** Commands by the input of a terminal: arrows, as cursor keys and as application keys (xterm), and Ctrl-C. */
const COMMANDS: Readonly<Record<string, PictureCommand>> = {
  "\x1b[A": "previous",
  "\x1bOA": "previous",
  "\x1b[D": "previous",
  "\x1bOD": "previous",
  "\x1b[B": "next",
  "\x1bOB": "next",
  "\x1b[C": "next",
  "\x1bOC": "next",
  "\x03": "quit",
};

/** One key: a held key, or a slow line, sends several together. */
const KEY = /\p{Cc}(?:\[[0-?]*[ -/]*[@-~]|O[@-~])|[^]/gu;

/** The most keys that are kept until they are read: more were pasted by mistake. */
const MAX_AHEAD = 1_000;

/** Reads keys in the raw mode of the terminal. */
export class PictureKeys implements Disposable {
  /** Reads as Ink does, so that Ink can continue; Ink has permanently set an encoding, so input comes as text. */
  readonly #readable = (): void => {
    for (let text = process.stdin.read(); text !== null; text = process.stdin.read()) {
      const bytes = new TextEncoder().encode(text);
      this.#divert ? this.#divert(bytes) : this.take(bytes);
    }
  };
  readonly #filter: (bytes: Uint8Array) => Uint8Array;
  #divert: ((bytes: Uint8Array) => void) | null = null;
  #waiting: ((command: PictureCommand) => void) | null = null;
  readonly #over = new AbortController();
  /** Commands that were typed ahead. */
  readonly #ahead: PictureCommand[] = [];

  constructor(filter: (bytes: Uint8Array) => Uint8Array) {
    this.#filter = filter;
    process.stdin.setRawMode(true);
    process.stdin.on("readable", this.#readable);
  }

  /** Passes all bytes to `onBytes` until the returned function is called. */
  divert(onBytes: (bytes: Uint8Array) => void): () => void {
    this.#divert = onBytes;
    return () => this.#divert = null;
  }

  /** The next command; `back` when `ending` is aborted. */
  next(ending: AbortSignal): Promise<PictureCommand> {
    return new Promise((resolve) => {
      const ahead = this.#ahead.shift();
      if (ahead ?? ending.aborted) return resolve(ahead ?? "back");
      this.#waiting = resolve;
      ending.addEventListener("abort", () => resolve("back"), { once: true, signal: this.#over.signal });
    });
  }

  take(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(this.#filter(bytes));
    const commands = (text.match(KEY) ?? []).map((key) => COMMANDS[key] ?? "back");
    for (const command of commands.includes("quit") ? ["quit" as const] : commands) {
      if (this.#ahead.length < MAX_AHEAD) this.#ahead.push(command);
    }
    const waiting = this.#waiting;
    const command = waiting && this.#ahead.shift();
    if (!command) return;
    this.#waiting = null;
    waiting(command);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    process.stdin.off("readable", this.#readable);
    process.stdin.setRawMode(false);
  }
}
