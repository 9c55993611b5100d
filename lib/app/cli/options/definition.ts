/**
 * The definition of a program's command line: its commands, operands and options. Parser, `--help`, config file,
 * environment, shell completion and manual page are all made from it.
 */
import { LANGUAGES } from "../../words/language.ts";
import type { ValueKind } from "./values.ts";

export interface OptionSpec {
  readonly takes: ValueKind;
  /** One letter. */
  readonly short?: string;
  /** Whether it may be repeated; its texts are then joined by blanks. */
  readonly many?: true;
  /** `false` if the environment and the config file cannot give it. */
  readonly persistent?: false;
  /** As a person would type it. */
  readonly default?: string;
}

export interface OperandSpec {
  readonly name: string;
  /** What a shell completes it with. */
  readonly takes?: "directory" | "file" | "command" | readonly string[];
  /** Words that stand for something, beside other values. */
  readonly words?: readonly string[];
  readonly optional?: true;
  /** Whether the environment and the config file may give it too. */
  readonly persistent?: true;
  /** Whether it may be repeated; then it is the last operand. */
  readonly many?: true;
}

export interface CommandSpec {
  /** Other names: those in Brazilian Portuguese, with and without accents. */
  readonly aliases: readonly string[];
  readonly operands: readonly OperandSpec[];
  readonly options: readonly string[];
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A program. The command `main` is run if none is named. */
export interface ProgramSpec {
  readonly name: "client" | "server";
  readonly options: OptionSpecs;
  readonly commands: Readonly<Record<string, CommandSpec>>;
}

export const COMMON_OPTIONS = {
  config: { takes: "file", persistent: false },
  lang: { takes: LANGUAGES },
  color: { takes: ["auto", "always", "never"], default: "auto" },
  help: { takes: "nothing", short: "h", persistent: false },
  version: { takes: "nothing", short: "V", persistent: false },
} as const satisfies Record<string, OptionSpec>;

export const COMMON: readonly string[] = Object.keys(COMMON_OPTIONS);

/** The shells that `completion` supports. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** The hidden command by which shells complete. */
export const COMPLETE = "__complete";

export const COMMON_COMMANDS = {
  config: { aliases: ["configuracao", "configuração"], operands: [], options: ["json"] },
  completion: { aliases: ["autocompletar", "completar"], operands: [{ name: "shell", takes: SHELLS }], options: [] },
  man: { aliases: ["manual"], operands: [], options: [] },
  help: { aliases: ["ajuda"], operands: [{ name: "command", takes: "command", optional: true }], options: [] },
} as const satisfies Record<string, CommandSpec>;

/** The command that a word names, if any. */
export function commandOf(spec: ProgramSpec, word: string | undefined): string | undefined {
  const known = Object.entries(spec.commands).find(([name, { aliases }]) =>
    name !== "main" && (name === word || aliases.includes(word ?? ""))
  );
  return known?.[0];
}

/** The names of the operands that the environment and the config file may give. */
export function persistentOperands(spec: ProgramSpec): readonly string[] {
  const operands = Object.values(spec.commands).flatMap((command) => command.operands);
  return [...new Set(operands.filter(({ persistent }) => persistent).map(({ name }) => name))];
}

/** The options of a command; `config` takes all of them, to show what they would do. */
export function optionsOf(spec: ProgramSpec, command: string): readonly string[] {
  return command === "config" ? Object.keys(spec.options) : [...spec.commands[command].options, ...COMMON];
}

/** The name of a command in a language: in English its name, else its first alias. */
export function commandWord(spec: ProgramSpec, command: string, language: string): string {
  return language === "en" ? command : spec.commands[command].aliases[0] ?? command;
}

/** The other names of a command than {@link commandWord}. */
export function otherWords(spec: ProgramSpec, command: string, language: string): string[] {
  const word = commandWord(spec, command, language);
  return [command, ...spec.commands[command].aliases].filter((it) => it !== word);
}

/** `idp2pi-client`, with the name of a command unless it is `main`. */
export function callOf(spec: ProgramSpec, command: string, language: string): string {
  return `idp2pi-${spec.name}${command === "main" ? "" : ` ${commandWord(spec, command, language)}`}`;
}

/** How an option is typed: `-o` and `--output`. */
export function optionForms({ options }: ProgramSpec, name: string): string[] {
  const { short } = options[name];
  return [...short ? [`-${short}`] : [], `--${name}`];
}
