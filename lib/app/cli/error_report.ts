/** Shows an error that ends a program. */
import { Fault } from "../../fault/fault.ts";
import type { Words } from "../words/en/words.ts";
import { sentence } from "../words/sentence.ts";
import { UsageError } from "../words/usage.ts";
import { commandOf, type ProgramSpec } from "./options/definition.ts";
import { exitCodeOf } from "./exit_code.ts";
import { usageLine } from "./help.ts";
import { jsonFault, jsonLine } from "./output/json.ts";
import type { Terminal } from "./output/terminal.ts";

/**
 * Shows an error on standard error, and as JSON on standard output if `json`: wrong usage with the usage, a bug with
 * its stack. Returns the exit code.
 */
export function reportError(
  error: unknown,
  args: readonly string[],
  spec: ProgramSpec,
  terminal: Terminal,
  words: Words,
  json: boolean,
): number {
  const exit = exitCodeOf(error);
  if (json) terminal.data(jsonLine("error", { exit, ...jsonFault(error, words) }));
  terminal.fail(sentence(error, words));
  if (error instanceof UsageError) {
    const word = args.find((it) => !it.startsWith("-"));
    const command = commandOf(spec, word);
    terminal.fail(`${words.help.usage} ${usageLine(spec, command ?? "main", words)}`);
    terminal.fail(words.seeHelp(`idp2pi-${spec.name}${command ? ` ${word}` : ""}`));
  } else if (error instanceof Error && !(error instanceof Fault)) {
    error.stack?.split("\n").forEach((it) => terminal.fail(it));
  }
  return exit;
}
