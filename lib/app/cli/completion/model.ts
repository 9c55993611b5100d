/**
 * What a shell can complete of a program, made from its definition and the words of a language. Each shell's script is
 * made from this alone.
 *
 * @module
 */
import type { Words } from "../../words/en/words.ts";
import { commandWord, type OperandSpec, optionsOf, type ProgramSpec } from "../definition.ts";
import { explanationOf } from "../help.ts";
import type { Takes } from "../values.ts";

/** What can stand in a place: names of files or directories, commands of the program, some words, or what nobody knows. */
export type Kind = "anything" | "files" | "directories" | "commands" | readonly string[];

/** An option. */
export interface CompletedOption {
  /** As it is typed, the short form first. */
  readonly names: readonly string[];
  readonly explanation: string;
  /** What follows it; `null` for nothing. */
  readonly value: Kind | null;
  /** The name of what follows it. */
  readonly label: string;
  /** The commands that understand it, by their names in the definition. */
  readonly commands: readonly string[];
}

/** An operand of a command. */
export interface CompletedOperand {
  readonly kind: Kind;
  readonly label: string;
  /** Whether all that follow are the same. */
  readonly many: boolean;
}

/** A command. */
export interface CompletedCommand {
  /** In the definition; `main` for what the program does without one. */
  readonly name: string;
  /** What is offered for it. */
  readonly word: string;
  /** All words that mean it. */
  readonly words: readonly string[];
  readonly explanation: string;
  readonly operands: readonly CompletedOperand[];
}

/** What a shell completes of a program. */
export interface Completion {
  readonly program: string;
  readonly options: readonly CompletedOption[];
  /** All but `main`. */
  readonly commands: readonly CompletedCommand[];
  readonly main: CompletedCommand;
}

/** What can be completed, with explanations in a language. */
export function completionOf(spec: ProgramSpec, words: Words): Completion {
  const commands = Object.entries(spec.commands).map(([name, { aliases, operands }]) => ({
    name,
    word: commandWord(spec, name, words.tag),
    words: [name, ...aliases],
    explanation: words.programs[spec.name].commands[name],
    operands: operands.map((operand) => operandOf(operand, words)),
  }));
  const options = Object.entries(spec.options).map(([name, { short, takes }]) => ({
    names: [...short ? [`-${short}`] : [], `--${name}`],
    explanation: explanationOf(spec, name, words),
    value: kindOf(takes),
    label: words.programs[spec.name].options[name][0].replace(/^<(.*)>$/, "$1"),
    commands: Object.keys(spec.commands).filter((it) => optionsOf(spec, it).includes(name)),
  }));
  return {
    program: `idp2pi-${spec.name}`,
    options,
    commands: commands.filter(({ name }) => name !== "main"),
    main: commands.find(({ name }) => name === "main")!,
  };
}

/** The options of a command. */
export function optionsFor({ options }: Completion, command: string): readonly CompletedOption[] {
  return options.filter(({ commands }) => commands.includes(command));
}

/** The words of a kind that is some words: the commands too. */
export function choicesOf({ commands }: Completion, kind: Kind): readonly string[] | null {
  if (kind === "commands") return commands.map(({ word }) => word);
  return typeof kind === "string" ? null : kind;
}

function operandOf({ name, takes, many }: OperandSpec, words: Words): CompletedOperand {
  const kind = takes === "directory"
    ? "directories"
    : takes === "file"
    ? "files"
    : takes === "command"
    ? "commands"
    : takes ?? "anything";
  return { kind, label: words.operands[name], many: many ?? false };
}

function kindOf(takes: Takes): Kind | null {
  if (typeof takes !== "string") return takes;
  if (takes === "nothing") return null;
  return takes === "file" ? "files" : takes === "directory" ? "directories" : "anything";
}

/** An operand's place on the line. */
export interface Place extends CompletedOperand {
  readonly command: string;
  /** How many operands stand before it. */
  readonly index: number;
}

/** All operands of all commands. Where the first word stands, it may be a command: these are offered. */
export function placesOf({ commands, main }: Completion): Place[] {
  const first: Place = {
    command: "main",
    index: 0,
    kind: "commands",
    label: main.operands[0]?.label ?? "",
    many: false,
  };
  const all = [main, ...commands].flatMap(({ name, operands }) =>
    operands.map((operand, index): Place => ({ ...operand, command: name, index }))
  );
  return [first, ...all.filter(({ command, index }) => command !== "main" || index > 0)];
}

/** The names of all options that a value follows, together with those whose values are of the same kind. */
export function valueKinds({ options }: Completion): { names: string[]; kind: Kind }[] {
  const groups = new Map<string, { names: string[]; kind: Kind }>();
  for (const { names, value } of options) {
    if (value === null) continue;
    const key = String(value);
    groups.set(key, { kind: value, names: [...groups.get(key)?.names ?? [], ...names] });
  }
  return [...groups.values()];
}
