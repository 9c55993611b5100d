/**
 * What a program understands: its commands, their operands and options. The command line, `--help`, the config file, the
 * environment, the completion of shells and the manual page all go by it.
 *
 * @module
 */
import { LANGUAGES } from "../words/language.ts";
import type { Takes } from "./values.ts";

/** An option. */
export interface OptionSpec {
  readonly takes: Takes;
  /** One letter. */
  readonly short?: string;
  /** Whether it may come from the environment and the config file too, as most may. */
  readonly lasting?: false;
  /** What is in force without it, as it would be typed. */
  readonly usual?: string;
}

/** A word of a command that is no option. */
export interface OperandSpec {
  readonly name: string;
  /** What it is, where a shell can complete it: a directory, a file, a command of the program, or one of some words. */
  readonly takes?: "directory" | "file" | "command" | readonly string[];
  /** Whether the command does without it. */
  readonly optional?: true;
  /** Whether there may be several; it is the last then. */
  readonly many?: true;
}

/** A command. */
export interface CommandSpec {
  /** Other words for it: those of Brazilian Portuguese, with and without accents. */
  readonly aliases: readonly string[];
  readonly operands: readonly OperandSpec[];
  readonly options: readonly string[];
  /**
   * Options that mean something else here than elsewhere, and the words that explain them: they are heeded on the
   * command line alone.
   */
  readonly otherwise?: Readonly<Record<string, string>>;
}

/** A program. The command named `main` is what it does without one. */
export interface ProgramSpec {
  readonly name: "client" | "server";
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly commands: Readonly<Record<string, CommandSpec>>;
}

/** Options of every command. */
export const COMMON_OPTIONS = {
  config: { takes: "file", lasting: false },
  lang: { takes: LANGUAGES },
  color: { takes: ["auto", "always", "never"], usual: "auto" },
  help: { takes: "nothing", short: "h", lasting: false },
  version: { takes: "nothing", short: "V", lasting: false },
} as const satisfies Record<string, OptionSpec>;

/** Their names. */
export const COMMON: readonly string[] = Object.keys(COMMON_OPTIONS);

/** The shells that `completion` writes for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** Commands of every program. */
export const COMMON_COMMANDS = {
  config: { aliases: ["configuracao", "configuração"], operands: [], options: ["json"] },
  completion: { aliases: ["autocompletar", "completar"], operands: [{ name: "shell", takes: SHELLS }], options: [] },
  man: { aliases: ["manual"], operands: [], options: [] },
  help: { aliases: ["ajuda"], operands: [{ name: "command", takes: "command", optional: true }], options: [] },
} as const satisfies Record<string, CommandSpec>;

/** The command that a word names, if it names one. */
export function commandOf(spec: ProgramSpec, word: string | undefined): string | undefined {
  const known = Object.entries(spec.commands).find(([name, { aliases }]) =>
    name !== "main" && (name === word || aliases.includes(word ?? ""))
  );
  return known?.[0];
}

/** The options that a command understands. What an option would do may be asked: `config` understands them all. */
export function optionsOf(spec: ProgramSpec, command: string): readonly string[] {
  return command === "config" ? Object.keys(spec.options) : [...spec.commands[command].options, ...COMMON];
}

/** The word for a command in a language: in any but English the first of the other words for it. */
export function commandWord(spec: ProgramSpec, command: string, language: string): string {
  return language === "en" ? command : spec.commands[command].aliases[0] ?? command;
}
