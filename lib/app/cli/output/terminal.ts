/**
 * What a person sees and types: lines, one status line that moves, and a prompt that events do not tear.
 * Everything shown passes {@link visible} here and nowhere else.
 *
 * @module
 */
import type process from "node:process";
import type { Interface } from "node:readline";
import { codeOf } from "../../../fault/reason.ts";
import { cut, widest, wrap } from "../../words/columns.ts";
import { visible } from "../../words/visible.ts";

/** The shortest time between two states of the status line, in milliseconds: nobody reads faster. */
const STATUS_MS = 100;

/** Red characters, and again those of the terminal's usual colour (ECMA-48, SGR). */
const [RED, PLAIN] = ["\x1b[31m", "\x1b[39m"];

/** The wait before a pipe that is full is tried again, in milliseconds. */
const WOULD_BLOCK_MS = 5;

const encoder = new TextEncoder();

/** What shows everything in place of the terminal, while it has it. */
export interface Stage {
  /** Shows a line, which is safe and fits the width. */
  line(text: string): void;
  /** Shows how something goes on, in place of the last that was shown so; empty for nothing. */
  status(text: string): void;
}

/** Where the program speaks and listens. */
export class Terminal {
  /** Whether a person sits at it: both what is read and what is shown is a terminal. */
  readonly interactive: boolean = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  /** Whether what is read or what is shown is a terminal. */
  readonly attached: boolean = Deno.stdin.isTerminal() || Deno.stdout.isTerminal();
  /** Whether a terminal at which a person sat was closed meanwhile, as with its window. */
  get isGone(): boolean {
    return this.interactive && !(Deno.stdin.isTerminal() && Deno.stdout.isTerminal());
  }

  /** Whether it can only show one line after the other, as a shell within an editor, or for a screen reader. */
  readonly plain: boolean = Deno.env.get("TERM") === "dumb";
  readonly #isTerminal = Deno.stdout.isTerminal();
  /** The same for standard error; asked now, for a terminal that was closed no longer looks like one. */
  readonly #isErrorTerminal = Deno.stderr.isTerminal();
  /** Whether what is shown goes to a terminal, where lines may move. */
  readonly moving: boolean = this.#isTerminal && !this.plain;
  /** NO_COLOR forbids them (no-color.org). */
  #isColoured = this.moving && !Deno.env.get("NO_COLOR");
  /** Whether faults are coloured on standard error, which may be another place. */
  #areFaultsColoured = this.#isColoured && this.#isErrorTerminal;
  #status = "";
  #statusAt = -STATUS_MS;
  #reader: Interface | null = null;
  /** Lines typed ahead, before they were asked for. */
  readonly #typed: string[] = [];
  #answer: ((line: string | null) => void) | null = null;
  #ended = false;
  #stage: Stage | null = null;
  /** Called when something cannot be written for the first time. */
  onUnwritten: (error: unknown) => void = () => {};
  #isIncomplete = false;

  /** Whether something could not be written, as on a full disk. That nobody reads any more is no such thing. */
  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  /** Whether what it shows may have colours. */
  get isColoured(): boolean {
    return this.#isColoured;
  }

  /** Colours from now on, or none, as a person wants it. */
  set isColoured(wanted: boolean) {
    this.#isColoured = this.#areFaultsColoured = wanted;
  }

  /** How many columns there are. */
  get width(): number {
    try {
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80; // Not a terminal.
    }
  }

  /** Has everything shown by `stage`, until it is lent to nobody again. */
  lend(stage: Stage | null): void {
    this.#erase();
    this.#stage = stage;
  }

  /** Shows a line on standard output. */
  print(line = ""): void {
    this.#line(Deno.stdout, line);
  }

  /** Shows a line for programs, as it is: it is safe already, and wrapped it would be broken. */
  data(line: string): void {
    this.#erase();
    this.#write(Deno.stdout, `${line}\n`);
  }

  /** Shows a line about something that went wrong, on standard error. */
  fail(line: string): void {
    this.#line(Deno.stderr, line);
  }

  /** Whether a status would be shown just now: making its text costs more than showing it. */
  get statusDue(): boolean {
    return this.moving && !this.#answer && performance.now() - this.#statusAt >= STATUS_MS;
  }

  /** Shows how something goes on, in a line that the next status replaces; nothing where lines do not move. */
  status(text: string): void {
    if (!this.statusDue) return;
    this.#statusAt = performance.now();
    if (this.#stage) return this.#stage.status(visible(text));
    this.#erase();
    this.#status = cut(visible(text), this.width - 1);
    this.#write(Deno.stdout, this.#status);
  }

  /** Takes the status line away. */
  endStatus(): void {
    this.#stage?.status("");
    this.#erase();
  }

  /** Asks for a line while nothing else goes on, and leaves the input as it was; `null` when there is none any more. */
  askFirst(question: string): string | null {
    return prompt(visible(question));
  }

  /** Asks for a line; `null` when there is none any more, or when `signal` is aborted. */
  async ask(question: string, signal: AbortSignal): Promise<string | null> {
    this.#erase();
    const reader = await this.#open();
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

  /** Answers the open question, if there is one. */
  #settle(line: string | null): boolean {
    const answer = this.#answer;
    this.#answer = null;
    answer?.(line);
    return answer !== null;
  }

  /** Calls `act` for each Ctrl-C typed: while a prompt is open the terminal sends no signal for it. */
  async onInterrupt(act: () => void): Promise<void> {
    (await this.#open())?.on("SIGINT", act);
  }

  /** Begins a new line after what a person's Ctrl-C left on the last one. */
  freshLine(): void {
    if (this.moving && !this.#stage) this.#write(Deno.stdout, "\n");
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.#erase();
    this.#reader?.close();
  }

  /** Opens what is typed; `null` when the terminal is gone. */
  async #open(): Promise<Interface | null> {
    if (this.#reader || this.#ended) return this.#reader;
    // Only who is asked something waits for these to load.
    const { createInterface } = await import("node:readline");
    const { default: process } = await import("node:process");
    if (!openStreams(process, () => this.#end())) return null;
    const reader = createInterface({ input: process.stdin, output: process.stdout, terminal: this.moving });
    reader.on("line", (line) => this.#settle(line) || this.#typed.push(line));
    reader.on("close", () => this.#end());
    return this.#reader = reader;
  }

  /** Nothing more is typed. */
  #end(): void {
    this.#ended = true;
    this.#settle(null);
  }

  #line(to: typeof Deno.stdout | typeof Deno.stderr, line: string): void {
    const isRed = to === Deno.stderr && (this.#stage ? this.#isColoured : this.#areFaultsColoured);
    const wrapped = this.#wrapped(visible(line));
    const text = isRed ? `${RED}${wrapped}${PLAIN}` : wrapped;
    if (this.#stage) return this.#stage.line(text);
    const status = this.#status;
    this.#erase();
    if (this.#answer) this.#write(Deno.stdout, this.moving ? "\r\x1b[K" : "\n");
    this.#write(to, `${text}\n`);
    if (this.#answer) this.#reader?.prompt(true);
    else if (status !== "") this.#write(Deno.stdout, this.#status = status);
  }

  /** A sentence that is wider than the terminal, broken between its words. */
  #wrapped(line: string): string {
    if (!this.#isTerminal) return line;
    const { width } = this;
    return widest([line]) <= width ? line : wrap(line.split(" "), width).join("\n");
  }

  /** That something cannot be written stops nothing: a client that shares images goes on. */
  #write(to: Output, text: string): void {
    try {
      writeAll(to, encoder.encode(text));
    } catch (error) {
      const isTerminal = to === Deno.stdout ? this.#isTerminal : this.#isErrorTerminal;
      if (this.#isIncomplete || isClosed(error, isTerminal)) return;
      this.#isIncomplete = true;
      this.onUnwritten(error);
    }
  }

  #erase(): void {
    if (this.#status !== "") this.#write(Deno.stdout, "\r\x1b[K");
    this.#status = "";
  }
}

/**
 * Opens standard input and output and calls `act` when the terminal is gone, as when its window was closed. What libraries
 * write to it fails from then on, at once or later: nobody would see it, and it must not end the program before that has
 * left the tracker. Gives whether the terminal is still there: opening one that was just closed fails.
 */
export function openStreams(of: Pick<typeof process, "stdin" | "stdout">, act: () => void): boolean {
  try {
    const { stdin, stdout } = of;
    for (const stream of [stdin, stdout]) stream.on("error", act);
    const write = stdout.write.bind(stdout) as (...args: unknown[]) => boolean;
    stdout.write = (...args: unknown[]): boolean => {
      try {
        return write(...args);
      } catch {
        act();
        return false;
      }
    };
    return true;
  } catch {
    act();
    return false;
  }
}

type Output = typeof Deno.stdout | typeof Deno.stderr;

/** Writes all of it. */
function writeAll(to: Output, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += to.writeSync(bytes.subarray(done));
    } catch (error) {
      // Whoever started us may have made the pipe one that does not wait: it is waited for all the same.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WOULD_BLOCK_MS);
    }
  }
}

/** Whether what failed is that nobody reads any more: a pipe that was closed, or a window (a terminal that hung up). */
function isClosed(error: unknown, isTerminal: boolean): boolean {
  return error instanceof Deno.errors.BrokenPipe || (isTerminal && codeOf(error) === "EIO");
}
