/**
 * What `--help` shows, made from the definition of a program and the words of a language.
 *
 * @module
 */
import { pad, widest, wrap } from "../words/columns.ts";
import type { OptionWords } from "../words/en/commands.ts";
import type { Words } from "../words/en/words.ts";
import { commandOf, COMMON, type ProgramSpec } from "./definition.ts";
import { variableOf } from "./settings.ts";

/** Columns before and between what is explained and its explanation. */
const INDENT = 2;
const GAP = 2;

/** An explanation shall have so many columns; where it has not, it stands below. */
const MIN_EXPLANATION = 24;

/** What is explained, and its explanation. */
type Row = readonly [string, string];

/** How a command is called. */
export function usageLine(spec: ProgramSpec, command: string, { operands, help }: Words): string {
  const words = spec.commands[command].operands.map(({ name, optional, many }) =>
    (optional ? `[<${operands[name]}>]` : `<${operands[name]}>`) + (many ? "..." : "")
  );
  const name = command === "main" ? [] : [command];
  return [`idp2pi-${spec.name}`, ...name, ...words, help.anyOptions].join(" ");
}

/**
 * The lines of the help, each at most `width` columns.
 *
 * @param topic A command, or an alias of one; the whole program for `main` and for what is none.
 * @param configPath Where the config file would be.
 */
export function helpLines(
  spec: ProgramSpec,
  topic: string | undefined,
  words: Words,
  width: number,
  configPath: string | null,
): string[] {
  const command = commandOf(spec, topic) ?? "main";
  return command === "main" ? ofProgram(spec, words, width, configPath) : ofCommand(spec, command, words, width);
}

function ofProgram(spec: ProgramSpec, words: Words, width: number, configPath: string | null): string[] {
  const { help } = words;
  const told = words.programs[spec.name];
  const name = `idp2pi-${spec.name}`;
  const calls = Object.keys(spec.commands).map((it): Row => [usageLine(spec, it, words), told.commands[it]]);
  const operands = spec.commands.main.operands.map((it): Row => [
    `<${words.operands[it.name]}>`,
    words.operandHelp[it.name],
  ]);
  const paragraph = (text: string): string[] => wrap(text.split(" "), width);
  return [
    ...paragraph(`${name}: ${told.is}`),
    "",
    help.usage,
    ...rows(calls, width),
    "",
    ...rows(operands, width),
    ...operands.length > 0 ? [""] : [],
    `${help.options}:`,
    ...rows(optionRows(spec, Object.keys(spec.options), words), width),
    "",
    `${help.examples}:`,
    ...told.examples.map((it) => `${" ".repeat(INDENT)}${name} ${it}`),
    "",
    ...[...told.notes, help.one(name)].flatMap(paragraph),
    ...paragraph(help.lasting(variableOf(spec, "port"), configPath ?? help.noPath)),
    ...paragraph(spec.name === "server" ? help.exitServer : help.exit),
  ];
}

function ofCommand(spec: ProgramSpec, command: string, words: Words, width: number): string[] {
  const { help } = words;
  const { aliases, options, operands, otherwise } = spec.commands[command];
  const explained = operands.filter(({ name }) => words.operandHelp[name]);
  return [
    `${help.usage} ${usageLine(spec, command, words)}`,
    ...wrap(`${words.programs[spec.name].commands[command]} (${help.also(aliases.join(", "))})`.split(" "), width),
    "",
    ...rows(explained.map(({ name }): Row => [`<${words.operands[name]}>`, words.operandHelp[name]]), width),
    ...explained.length > 0 ? [""] : [],
    `${help.options}:`,
    ...rows(optionRows(spec, [...options, ...COMMON], words, otherwise), width),
  ];
}

function optionRows(
  spec: ProgramSpec,
  names: readonly string[],
  words: Words,
  otherwise: Readonly<Record<string, string>> = {},
): Row[] {
  return names.map((name) => {
    const { short } = spec.options[name];
    const [takes] = wordsOf(spec, name, words, otherwise);
    const left = `${short ? `-${short}, ` : ""}--${name}${takes && ` ${takes}`}`;
    return [left, explanationOf(spec, name, words, otherwise)];
  });
}

/** What an option does, and what is in force without it; `otherwise` tells where a command means another thing by it. */
export function explanationOf(
  spec: ProgramSpec,
  option: string,
  words: Words,
  otherwise: Readonly<Record<string, string>> = {},
): string {
  const { usual } = spec.options[option];
  const [, does] = wordsOf(spec, option, words, otherwise);
  return usual === undefined ? does : `${does} ${words.help.usually(usual)}`;
}

function wordsOf(
  spec: ProgramSpec,
  option: string,
  words: Words,
  otherwise: Readonly<Record<string, string>>,
): OptionWords {
  const told = words.programs[spec.name];
  return Object.hasOwn(otherwise, option) ? told.otherwise[otherwise[option]] : told.options[option];
}

/** Two columns; where the right one would be too narrow, one below the other. */
function rows(all: readonly Row[], width: number): string[] {
  const left = widest(all.map(([it]) => it));
  const beside = width - INDENT - left - GAP >= MIN_EXPLANATION;
  const column = beside ? INDENT + left + GAP : 2 * INDENT;
  return all.flatMap(([it, text]) => {
    const lines = wrap(text.split(" "), width - column);
    const head = " ".repeat(INDENT) + it;
    if (!beside) return [head, ...lines.map((line) => " ".repeat(column) + line)];
    return lines.map((line, i) => (i === 0 ? pad(head, column) : " ".repeat(column)) + line);
  });
}
