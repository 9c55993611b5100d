/**
 * What a program understands: its commands, their operands and options. The command line, `--help`, the config file and
 * the environment are all read from here.
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
  help: { takes: "nothing", short: "h", lasting: false },
  version: { takes: "nothing", short: "V", lasting: false },
} as const satisfies Record<string, OptionSpec>;

/** Their names. */
export const COMMON: readonly string[] = Object.keys(COMMON_OPTIONS);

/** Commands of every program. */
export const COMMON_COMMANDS = {
  config: { aliases: ["configuracao", "configuração"], operands: [], options: ["json"] },
  help: { aliases: ["ajuda"], operands: [{ name: "command", optional: true }], options: [] },
} as const satisfies Record<string, CommandSpec>;

/** The command that a word names, if it names one. */
export function commandOf(spec: ProgramSpec, word: string | undefined): string | undefined {
  const known = Object.entries(spec.commands).find(([name, { aliases }]) =>
    name !== "main" && (name === word || aliases.includes(word ?? ""))
  );
  return known?.[0];
}
