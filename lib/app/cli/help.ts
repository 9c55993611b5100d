/** The text of `--help`, made from the definition of a program and the words of a language. */
import { pad, widest, wrap } from "../words/columns.ts";
import type { Words } from "../words/en/words.ts";
import { UsageError } from "../words/usage.ts";
import { callOf, commandOf, COMMON, optionForms, otherWords, type ProgramSpec } from "./options/definition.ts";
import { variableOf } from "./options/settings.ts";

/** Columns before and between terms and explanations. */
const INDENT = 2;
const GAP = 2;

/** The fewest columns of an explanation beside its term; with fewer, it is below the term. */
const MIN_EXPLANATION = 24;

export type Row = readonly [term: string, explanation: string];

/** The usage of a command, with its name in the language. */
export function usageLine(spec: ProgramSpec, command: string, words: Words): string {
  const operands = operandForms(spec, command, words, (name) => `<${name}>`);
  return [callOf(spec, command, words.tag), ...operands, words.help.anyOptions].join(" ");
}

/** The operands of a command as shown in its usage: optional ones in brackets, repeated ones with dots. */
export function operandForms(
  spec: ProgramSpec,
  command: string,
  words: Words,
  placeholder: (name: string) => string,
): string[] {
  return spec.commands[command].operands.map(({ name, optional, many }) => {
    const form = placeholder(words.operands[name]);
    return (optional ? `[${form}]` : form) + (many ? "..." : "");
  });
}

/** The help on a command or an alias, and on the whole program for any other word; lines of at most `width` columns. */
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
  const texts = words.programs[spec.name];
  const name = `idp2pi-${spec.name}`;
  const calls = Object.keys(spec.commands).map((it): Row => [usageLine(spec, it, words), texts.commands[it]]);
  const operands = spec.commands.main.operands.map((it): Row => [
    `<${words.operands[it.name]}>`,
    words.operandHelp[it.name],
  ]);
  const paragraph = (text: string): string[] => wrap(text.split(" "), width);
  return [
    ...paragraph(`${name}: ${texts.is}`),
    "",
    help.usage,
    ...twoColumns(calls, width),
    "",
    ...twoColumns(operands, width),
    ...operands.length > 0 ? [""] : [],
    `${help.options}:`,
    ...twoColumns(optionRows(spec, Object.keys(spec.options), words), width),
    "",
    `${help.examples}:`,
    ...texts.examples.map((it) => `${" ".repeat(INDENT)}${name} ${it}`),
    "",
    ...[...texts.notes, help.ofCommand(name)].flatMap(paragraph),
    ...paragraph(help.elsewhere(variableOf(spec, "port"), configPath ?? help.noPath)),
    ...paragraph(spec.name === "server" ? help.exitServer : help.exit),
  ];
}

/** What a command does, and its other names. */
export function summaryOf(spec: ProgramSpec, command: string, words: Words): string {
  const others = otherWords(spec, command, words.tag);
  const also = others.length > 0 ? ` (${words.help.also(others.join(", "))})` : "";
  return words.programs[spec.name].commands[command] + also;
}

function ofCommand(spec: ProgramSpec, command: string, words: Words, width: number): string[] {
  const { help } = words;
  const { options, operands } = spec.commands[command];
  const explained = operands.filter(({ name }) => words.operandHelp[name]);
  return [
    `${help.usage} ${usageLine(spec, command, words)}`,
    ...wrap(summaryOf(spec, command, words).split(" "), width),
    "",
    ...twoColumns(explained.map(({ name }): Row => [`<${words.operands[name]}>`, words.operandHelp[name]]), width),
    ...explained.length > 0 ? [""] : [],
    `${help.options}:`,
    ...twoColumns(optionRows(spec, [...options, ...COMMON], words), width),
  ];
}

function optionRows(spec: ProgramSpec, names: readonly string[], words: Words): Row[] {
  return names.map((name) => {
    const [takes] = words.programs[spec.name].options[name];
    const left = `${optionForms(spec, name).join(", ")}${takes && ` ${takes}`}`;
    return [left, explanationOf(spec, name, words)];
  });
}

/** What an option does, and its default. */
export function explanationOf(spec: ProgramSpec, option: string, words: Words): string {
  const { default: value } = spec.options[option];
  const [, does] = words.programs[spec.name].options[option];
  return value === undefined ? does : `${does} ${words.help.defaultIs(value)}`;
}

/** Two columns, the left one as wide as `terms`; if the right one would be too narrow, one below the other. */
export function twoColumns(all: readonly Row[], width: number, terms = all.map(([it]) => it)): string[] {
  const left = widest(terms);
  const beside = width - INDENT - left - GAP >= MIN_EXPLANATION;
  const column = beside ? INDENT + left + GAP : 2 * INDENT;
  return all.flatMap(([it, text]) => {
    const lines = wrap(text.split(" "), width - column);
    const head = " ".repeat(INDENT) + it;
    if (!beside) return [head, ...lines.map((line) => " ".repeat(column) + line)];
    return lines.map((line, i) => (i === 0 ? pad(head, column) : " ".repeat(column)) + line);
  });
}

/**
 * The command that `help` explains.
 *
 * @throws {UsageError} `no-command`, `extra-operand`.
 */
export function helpTopic([topic, ...more]: readonly string[], spec: ProgramSpec): string | undefined {
  if (more.length > 0) throw new UsageError("extra-operand", more[0]);
  if (topic !== undefined && !commandOf(spec, topic)) throw new UsageError("no-command", topic);
  return topic;
}
