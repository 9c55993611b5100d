/**
 * What both programs do alike: understand their command line, tell what is wrong, end on a signal.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };
import { Fault } from "../wire/fault.ts";
import { environmentLanguage, wordsFor } from "../words/language.ts";
import { languageOption, type OptionTable, type OptionValues, parseCommandLine } from "./options.ts";
import { UsageError } from "../words/usage.ts";
import { sentence } from "../words/sentence.ts";
import { Terminal } from "./terminal.ts";
import type { Words } from "../words/en/words.ts";

/** The version of both programs. */
export const VERSION: string = config.version;

/** Which line of the help says how a program is called. */
const USAGE_LINE = 2;

/** How a program ends (README, "Exit codes"). */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** What a program is called and understands. */
export interface Usage<T extends OptionTable, N extends readonly (keyof Words["operands"])[]> {
  readonly program: "server" | "client";
  readonly options: T;
  readonly operands: N;
}

/** What a program's main part is given. */
export interface Start<T extends OptionTable, N extends readonly string[]> {
  readonly options: OptionValues<T>;
  readonly operands: { readonly [I in keyof N]: string };
  readonly terminal: Terminal;
  readonly words: Words;
  /** Aborted when the program is to end: by Ctrl-C, SIGTERM or SIGHUP. */
  readonly ending: AbortController;
}

/** Runs `main` with what the command line says, and gives the exit code. */
export async function runProgram<T extends OptionTable, N extends readonly (keyof Words["operands"])[]>(
  usage: Usage<T, N>,
  args: readonly string[],
  main: (start: Start<T, N>) => Promise<number>,
): Promise<number> {
  const terminal = new Terminal();
  const language = languageOption(args, usage.options) ?? environmentLanguage((name) => Deno.env.get(name));
  const words = wordsFor(language);
  try {
    const { options, operands } = parseCommandLine(args, usage.options, usage.operands.map((it) => words.operands[it]));
    if (options.help) {
      words.help[usage.program].forEach((line) => terminal.print(line));
      return EXIT.done;
    }
    if (options.version) {
      terminal.print(`idp2pi-${usage.program} ${VERSION}`);
      return EXIT.done;
    }
    return await main({ options, operands: operands as never, terminal, words, ending: endOnSignals(terminal) });
  } catch (error) {
    terminal.fail(sentence(error, words));
    if (!(error instanceof UsageError)) {
      if (!(error instanceof Fault) && error instanceof Error) {
        error.stack?.split("\n").forEach((it) => terminal.fail(it));
      }
      return EXIT.failed;
    }
    terminal.fail(words.help[usage.program][USAGE_LINE]);
    terminal.fail(words.seeHelp(`idp2pi-${usage.program}`));
    return EXIT.usage;
  } finally {
    terminal.close();
  }
}

/** The signals that end a program; Windows knows only the first two. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGTERM"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** A Ctrl-C may come twice, from the terminal and from whoever started the program: so long it is one, in milliseconds. */
const SAME_SIGNAL_MS = 500;

/** Aborted by the first signal. A second one does what the system does: it ends the process at once. */
function endOnSignals(terminal: Terminal): AbortController {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, end);
  ending.signal.addEventListener("abort", () => {
    terminal.freshLine();
    setTimeout(() => SIGNALS.forEach((signal) => Deno.removeSignalListener(signal, end)), SAME_SIGNAL_MS);
  });
  return ending;
}

/** Resolves when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
