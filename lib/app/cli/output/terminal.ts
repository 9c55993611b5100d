/**
 * The terminal: lines, one status line that is replaced, and a prompt. All output passes {@link visible} here and
 * nowhere else.
 */
import type { Interface } from "node:readline";
import { cut, widest, wrap } from "../../words/columns.ts";
import { visible } from "../../words/visible.ts";
import { isClosed, openStreams, type Output, writeAll } from "./streams.ts";

/** The shortest time between two updates of the status line, in milliseconds: people read no faster. */
const STATUS_MS = 100;

/** How long after a line an open question is shown again, in milliseconds: once after lines that come together. */
const ASK_AGAIN_MS = 200;

/** Red, and the terminal's default color (ECMA-48, SGR). */
const [RED, PLAIN] = ["\x1b[31m", "\x1b[39m"];

/** Bright white on black, and the colors of the terminal. */
const [BLOCKS, NO_BLOCKS] = ["\x1b[97;40m", "\x1b[39;49m"];

const encoder = new TextEncoder();

/** Receives all output instead of the terminal while it is attached: lines, and a status that is empty for none. */
export interface Display {
  line(text: string): void;
  status(text: string): void;
}

/** Standard input, output and error. */
export class Terminal {
  /** Whether input and output are both a terminal, so that a person uses the program. */
  readonly interactive: boolean = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  /** Whether input or output is a terminal. */
  readonly attached: boolean = Deno.stdin.isTerminal() || Deno.stdout.isTerminal();
  /** Whether the terminal was closed in the meantime, for example with its window. */
  get isGone(): boolean {
    return this.interactive && !(Deno.stdin.isTerminal() && Deno.stdout.isTerminal());
  }
  /** Whether the terminal only prints lines, as a shell within an editor, or for a screen reader. */
  readonly plain: boolean = Deno.env.get("TERM") === "dumb";
  readonly #isTerminal = Deno.stdout.isTerminal();
  /** Checked at the start: a terminal that was closed is no longer recognized. */
  readonly #isErrorTerminal = Deno.stderr.isTerminal();
  /** Whether there is a status line: output is a terminal that can replace lines. */
  readonly moving: boolean = this.#isTerminal && !this.plain;
  /** NO_COLOR: no-color.org. */
  #isColored = this.moving && !Deno.env.get("NO_COLOR");
  /** Whether faults on standard error are red: it may be redirected. */
  #areFaultsColored = this.#isColored && this.#isErrorTerminal;
  #status = "";
  #statusAt = -STATUS_MS;
  #reader: Interface | null = null;
  /** Lines that were typed ahead. */
  readonly #typed: string[] = [];
  #answer: ((line: string | null) => void) | null = null;
  /** Set while the prompt of the open question is not shown, since lines were shown after it. */
  #askingAgain: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  #display: Display | null = null;
  /** Called at the first output that cannot be written. */
  onUnwritten: (error: unknown) => void = () => {};
  /** Whether output could not be written, as on a full disk; a reader that is gone does not count. */
  isIncomplete = false;

  get isColored(): boolean {
    return this.#isColored;
  }

  set isColored(wanted: boolean) {
    this.#isColored = this.#areFaultsColored = wanted;
  }

  get width(): number {
    try {
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80; // Not a terminal.
    }
  }

  /** Lets a display show all output from now on; `null` ends that. */
  attach(display: Display | null): void {
    this.#erase();
    this.#display = display;
  }

  print(line = ""): void {
    this.#line(Deno.stdout, line);
  }

  /** Shows a line for programs unchanged: it is already safe, and must not be wrapped. */
  data(line: string): void {
    this.#erase();
    this.#write(Deno.stdout, `${line}\n`);
  }

  /** Shows rows of blocks, as of a QR code, which stay light on dark in a light terminal too; they are never wrapped. */
  blocks(rows: readonly string[]): void {
    for (const row of rows) this.#show(Deno.stdout, this.#isColored ? `${BLOCKS}${row}${NO_BLOCKS}` : row);
  }

  /** Shows a line on standard error. */
  fail(line: string): void {
    this.#line(Deno.stderr, line);
  }

  /** Whether a status would be shown now: creating its text is expensive. */
  get statusDue(): boolean {
    return this.moving && performance.now() - this.#statusAt >= STATUS_MS;
  }

  /** Shows a status, which replaces the last one; does nothing without a status line. */
  status(text: string): void {
    if (!this.statusDue) return;
    this.#statusAt = performance.now();
    if (this.#display) return this.#display.status(visible(text));
    this.#erase();
    this.#status = cut(visible(text), this.width - 1);
    this.#write(Deno.stdout, this.#status);
  }

  endStatus(): void {
    this.#display?.status("");
    this.#erase();
  }

  /** Asks for a line while nothing else runs, and does not keep the input open; `null` at its end. */
  askFirst(question: string): string | null {
    return prompt(visible(question));
  }

  /**
   * Asks for a line in a terminal without a status line; `null` at the end of input, or when `signal` is aborted.
   * Events shown meanwhile do not break the prompt.
   */
  async ask(question: string, signal: AbortSignal): Promise<string | null> {
    const reader = await this.#open();
    this.#endAskingAgain();
    reader?.setPrompt(visible(question));
    reader?.prompt();
    const { promise, resolve } = Promise.withResolvers<string | null>();
    if (signal.aborted || this.#ended) resolve(null);
    else if (this.#typed.length === 0) this.#answer = resolve;
    else {
      const line = this.#typed.shift()!;
      this.#write(Deno.stdout, `${visible(line)}\n`);
      resolve(line);
    }
    const end = () => this.#settle(null);
    signal.addEventListener("abort", end);
    return await promise.finally(() => signal.removeEventListener("abort", end));
  }

  /** Answers the open question; `false` if there is none. */
  #settle(line: string | null): boolean {
    const answer = this.#answer;
    this.#answer = null;
    answer?.(line);
    return answer !== null;
  }

  /** Starts a new line after the echo of Ctrl-C. */
  freshLine(): void {
    if (this.moving && !this.#display) this.#write(Deno.stdout, "\n");
  }

  close(): void {
    this.#erase();
    this.#endAskingAgain();
    this.#reader?.close();
  }

  async #open(): Promise<Interface | null> {
    if (this.#reader || this.#ended) return this.#reader;
    // Loaded only for a prompt.
    const { createInterface } = await import("node:readline");
    const { default: process } = await import("node:process");
    if (!openStreams(process, () => this.#end())) return null;
    const reader = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
    reader.on("line", (line) => this.#settle(line) || this.#typed.push(line));
    reader.on("close", () => this.#end());
    return this.#reader = reader;
  }

  #askAgain(): void {
    this.#endAskingAgain();
    if (this.#answer) this.#reader?.prompt(true);
  }

  #endAskingAgain(): void {
    clearTimeout(this.#askingAgain);
    this.#askingAgain = undefined;
  }

  #end(): void {
    this.#ended = true;
    this.#settle(null);
  }

  #line(to: Output, line: string): void {
    const isRed = to === Deno.stderr && (this.#display ? this.#isColored : this.#areFaultsColored);
    const wrapped = this.#wrapped(visible(line));
    this.#show(to, isRed ? `${RED}${wrapped}${PLAIN}` : wrapped);
  }

  #show(to: Output, text: string): void {
    if (this.#display) return this.#display.line(text);
    const status = this.#status;
    this.#erase();
    if (this.#answer && this.#askingAgain === undefined) this.#write(Deno.stdout, "\n");
    this.#write(to, `${text}\n`);
    if (this.#answer) this.#askingAgain ??= setTimeout(() => this.#askAgain(), ASK_AGAIN_MS);
    else if (status !== "") this.#write(Deno.stdout, this.#status = status);
  }

  /** Wraps a line that is wider than the terminal. */
  #wrapped(line: string): string {
    if (!this.#isTerminal) return line;
    const { width } = this;
    return widest([line]) <= width ? line : wrap(line.split(" "), width).join("\n");
  }

  /** A write error stops nothing: a client keeps sharing. */
  #write(to: Output, text: string): void {
    try {
      writeAll(to, encoder.encode(text));
    } catch (error) {
      const isTerminal = to === Deno.stdout ? this.#isTerminal : this.#isErrorTerminal;
      if (this.isIncomplete || isClosed(error, isTerminal)) return;
      this.isIncomplete = true;
      this.onUnwritten(error);
    }
  }

  #erase(): void {
    if (this.#status !== "") this.#write(Deno.stdout, "\r\x1b[K");
    this.#status = "";
  }
}
