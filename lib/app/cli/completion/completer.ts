/**
 * Completes a command line, with explanations, from the definition of the program; and the hidden command that shells
 * run: `idp2pi-client __complete <language> <words before>... .<current word>`. The last argument begins with a dot,
 * since PowerShell 5.1 passes no empty arguments.
 */
import type { Words } from "../../words/en/words.ts";
import { wordsFor } from "../../words/language.ts";
import {
  commandOf,
  commandWord,
  type OperandSpec,
  optionForms,
  optionsOf,
  type ProgramSpec,
} from "../options/definition.ts";
import { explanationOf } from "../help.ts";
import type { ValueKind } from "../options/values.ts";

/** A candidate for the whole word, and its explanation; empty for none. */
export type Candidate = readonly [word: string, explanation: string];

/** The candidates for a word, or a request to the shell to complete a path after `prefix`, a part of the word. */
export type Completion =
  | { readonly kind: "words"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "files" | "directories"; readonly prefix: string };

/** A redirection of a shell, with or without its file: `>`, `2>errors`, `2>&1`. */
const REDIRECTION = /^\d*[<>]+/;

/** What is expected at a position: a path, or one of these words. */
type Expected = "files" | "directories" | readonly Candidate[];

/**
 * The output of the hidden command: a line for each candidate, with a tab before the explanation; or `:files <prefix>`
 * or `:directories <prefix>`, since the shell itself completes paths.
 */
export async function completionLines(args: readonly string[], spec: ProgramSpec): Promise<string[]> {
  const [language = "en", ...line] = args;
  const current = line.pop()?.slice(1) ?? "";
  const completion = complete(line, current, spec, await wordsFor(language));
  if (completion.kind !== "words") return [`:${completion.kind} ${completion.prefix}`];
  return completion.candidates.map(([word, explanation]) => `${word}\t${explanation}`);
}

/**
 * Completes `current`, the word up to the cursor.
 *
 * @param before The words between the program and the cursor, as typed.
 */
export function complete(before: readonly string[], current: string, spec: ProgramSpec, words: Words): Completion {
  const { command, operands, option, ended, redirected } = parseLine(before, spec);
  const [redirection] = REDIRECTION.exec(current) ?? [];
  if (redirected || redirection) return completion("files", redirection ?? "", current);
  if (option) return completion(valuesOf(option, spec), "", current);
  const [, long] = ended ? [] : /^--([^=]+)=/.exec(current) ?? [];
  if (long !== undefined) return completion(valuesOf(long, spec), `--${long}=`, current);
  const short = !ended && /^-[^-]./.test(current) && optionOf(current.slice(0, 2), spec);
  if (short) return completion(valuesOf(short, spec), current.slice(0, 2), current);
  if (!ended && current.startsWith("-")) return completion(optionNames(command, spec, words), "", current);
  if (command === "main" && operands === 0) return completion(ended ? [] : commandNames(spec, words), "", current);
  return completion(operandValues(spec.commands[command].operands, operands, spec, words), "", current);
}

/** The command, the number of its operands so far, and whether the next word belongs to an option or a redirection. */
function parseLine(before: readonly string[], spec: ProgramSpec): {
  command: string;
  operands: number;
  option: string | null;
  ended: boolean;
  redirected: boolean;
} {
  const line = { command: "main", operands: 0, option: null as string | null, ended: false, redirected: false };
  for (const word of before) {
    if (line.option !== null) line.option = null;
    else if (line.redirected) line.redirected = false;
    else if (REDIRECTION.test(word)) line.redirected = /[<>]$/.test(word);
    else if (!line.ended && word === "--") line.ended = true;
    else if (!line.ended && /^-./.test(word)) line.option = optionOf(word, spec);
    else {
      const isFirst = line.command === "main" && line.operands === 0 && !line.ended;
      const named = isFirst ? commandOf(spec, word) : undefined;
      if (named) line.command = named;
      else line.operands++;
    }
  }
  return line;
}

/** The option with this name, `--port` or `-o`, if a value follows it. */
function optionOf(word: string, spec: ProgramSpec): string | null {
  const found = Object.entries(spec.options).find(([name, { takes, short }]) =>
    takes !== "nothing" && (word === `--${name}` || (short !== undefined && word === `-${short}`))
  );
  return found?.[0] ?? null;
}

function completion(expected: Expected, prefix: string, current: string): Completion {
  if (typeof expected === "string") return { kind: expected, prefix };
  const candidates = expected.map(([word, explanation]): Candidate => [prefix + word, explanation]);
  return { kind: "words", candidates: candidates.filter(([word]) => word.startsWith(current)) };
}

function optionNames(command: string, spec: ProgramSpec, words: Words): Candidate[] {
  return optionsOf(spec, command).flatMap((name) => {
    const explanation = explanationOf(spec, name, words);
    return optionForms(spec, name).map((it): Candidate => [it, explanation]);
  });
}

function commandNames(spec: ProgramSpec, words: Words): Candidate[] {
  return Object.keys(spec.commands).filter((name) => name !== "main").map((name): Candidate => [
    commandWord(spec, name, words.tag),
    words.programs[spec.name].commands[name],
  ]);
}

function operandValues(operands: readonly OperandSpec[], index: number, spec: ProgramSpec, words: Words): Expected {
  const last = operands.at(-1);
  const { takes, words: known = [] } = operands[index] ?? (last?.many ? last : {} as Partial<OperandSpec>);
  if (takes === "command") return commandNames(spec, words);
  return (takes && paths(takes)) ?? [...takes ?? [], ...known].map((word): Candidate => [word, ""]);
}

function valuesOf(option: string, spec: ProgramSpec): Expected {
  if (!Object.hasOwn(spec.options, option)) return [];
  const { takes } = spec.options[option];
  return paths(takes) ?? (typeof takes === "string" ? [] : takes.map((word): Candidate => [word, ""]));
}

function paths(takes: ValueKind | OperandSpec["takes"]): "files" | "directories" | null {
  return takes === "file" ? "files" : takes === "directory" ? "directories" : null;
}
