/**
 * What is in force: from the command line, else the environment, else the config file, else the usual.
 *
 * @module
 */
import { UsageError } from "../words/usage.ts";
import { type CommandLine, nearest } from "./command_line.ts";
import { COMMON, COMMON_OPTIONS, type OptionSpec, type ProgramSpec } from "./definition.ts";
import { READERS, type Takes, type Values } from "./values.ts";

/** Where a setting came from. */
export type Source = "command-line" | "environment" | "config-file" | "usual" | "none";

/** One setting. */
export interface Setting {
  /** The option's or operand's name. */
  readonly name: string;
  /** As it was typed or written; `null` for none. */
  readonly text: string | null;
  readonly source: Source;
  /** The option, variable, or file and key that gave it. */
  readonly where: string;
}

/** The values of options, each of the type that it takes. */
export type OptionValues<O extends Readonly<Record<string, OptionSpec>>> = {
  readonly [K in keyof O]?: O[K]["takes"] extends keyof Values ? Values[O[K]["takes"]] : string;
};

/** What a command is run with. */
export interface Settings<O extends Readonly<Record<string, OptionSpec>>> {
  readonly values: OptionValues<O>;
  readonly operands: Readonly<Record<string, string | undefined>>;
  /** The words of the operand that there may be several of. */
  readonly rest: readonly string[];
  /** All settings that the program knows, for `config`. */
  readonly all: readonly Setting[];
}

/** What else there is besides the command line. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly file: { readonly path: string; readonly values: Readonly<Record<string, string>> } | null;
  /** Gives a path whose `~` stands for the user's home directory. */
  readonly expand: (path: string) => string;
  /** Asks a person for operands that are missing; `null` when they would rather not. */
  readonly ask?: (
    missing: readonly string[],
    given: Readonly<Record<string, string | undefined>>,
  ) => Promise<Record<string, string> | null>;
}

/** Operands that the environment and the config file may give. */
export const LASTING_OPERANDS = ["tracker", "directory"];

/**
 * Brings all sources together.
 *
 * @throws {UsageError} For values that are none, names in the config file or environment that there are not, operands
 * that are missing or too many.
 * @returns What is in force; `null` when a person was asked for more and would rather not.
 */
export async function settle<O extends Readonly<Record<string, OptionSpec>>>(
  line: CommandLine,
  spec: ProgramSpec & { readonly options: O },
  around: Surroundings,
): Promise<Settings<O> | null> {
  await refuseStrangers(spec, around);
  const command = spec.commands[line.command];
  const all: Setting[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(spec.options)) {
    const otherwise = command.otherwise !== undefined && Object.hasOwn(command.otherwise, name);
    const setting = lookUp(name, otherwise ? { ...option, lasting: false } : option, line, spec, around);
    all.push(setting);
    const used = command.options.includes(name) || COMMON.includes(name);
    if (setting.text !== null && (used || line.command === "config")) {
      const value = await read(setting, option.takes, around.expand);
      if (value !== undefined) values[name] = value;
    }
  }
  const given = [...line.operands];
  const operands: Record<string, string | undefined> = {};
  const missing: string[] = [];
  let rest: string[] = [];
  for (const { name, takes, optional, many } of command.operands) {
    if (many) {
      rest = given.splice(0);
      continue;
    }
    const text = (given.length > 0 ? given.shift() : lookUpOperand(name, spec, around).text) || undefined;
    if (text === undefined && !optional) missing.push(name);
    if (text !== undefined && takes && typeof takes !== "string" && !takes.includes(text)) {
      throw new UsageError("bad-choice", `<${name}>`, text, takes.join(", "));
    }
    operands[name] = (takes === "directory" || takes === "file") && text !== undefined ? around.expand(text) : text;
  }
  if (given.length > 0) throw new UsageError("extra-operand", given[0]);
  if (missing.length > 0) {
    if (!around.ask) throw new UsageError("missing-operand", missing[0]);
    const told = await around.ask(missing, operands);
    if (!told) return null;
    Object.assign(operands, told);
  }
  const ofOperands = spec.name === "client" ? LASTING_OPERANDS.map((name) => lookUpOperand(name, spec, around)) : [];
  return { values: values as OptionValues<O>, operands, rest, all: [...ofOperands, ...all] };
}

/** The variable that gives an option or operand; those of every program have a short name. */
export function variableOf(spec: ProgramSpec, name: string): string {
  const own = Object.hasOwn(COMMON_OPTIONS, name) ? "" : `${spec.name}_`;
  return `IDP2PI_${own}${name}`.toUpperCase().replaceAll("-", "_");
}

/** Whether an option may come from the environment and the config file. */
export function isLasting({ lasting }: OptionSpec): boolean {
  return lasting !== false;
}

function lookUp(
  name: string,
  option: OptionSpec,
  line: CommandLine,
  spec: ProgramSpec,
  { env, file }: Surroundings,
): Setting {
  const typed = line.options.get(name);
  if (typed !== undefined) {
    return { name, text: typed === true ? "true" : typed, source: "command-line", where: `--${name}` };
  }
  const variable = variableOf(spec, name);
  if (isLasting(option) && env[variable]) return { name, text: env[variable], source: "environment", where: variable };
  if (isLasting(option) && file && Object.hasOwn(file.values, name)) {
    return { name, text: file.values[name], source: "config-file", where: `${file.path}: ${name}` };
  }
  if (option.usual !== undefined) return { name, text: option.usual, source: "usual", where: "" };
  return { name, text: null, source: "none", where: "" };
}

function lookUpOperand(name: string, spec: ProgramSpec, { env, file }: Surroundings): Setting {
  const variable = variableOf(spec, name);
  const lasting = spec.name === "client" && LASTING_OPERANDS.includes(name);
  if (lasting && env[variable]) return { name, text: env[variable], source: "environment", where: variable };
  if (lasting && file && Object.hasOwn(file.values, name)) {
    return { name, text: file.values[name], source: "config-file", where: `${file.path}: ${name}` };
  }
  return { name, text: null, source: "none", where: "" };
}

/** The value that a text means; `undefined` for an option that takes nothing and is switched off. */
async function read(
  { text, where, source, name }: Setting,
  takes: Takes,
  expand: Surroundings["expand"],
): Promise<unknown> {
  const subject = source === "usual" ? `--${name}` : where;
  if (takes === "nothing") {
    if (/^(true|1|yes|on|sim)$/i.test(text!)) return true;
    if (/^(false|0|no|off|não|nao)$/i.test(text!)) return undefined;
    throw new UsageError("bad-choice", subject, text!, "true, false");
  }
  if (typeof takes !== "string") {
    if (takes.includes(text!)) return text;
    throw new UsageError("bad-choice", subject, text!, takes.join(", "));
  }
  if (takes === "file" || takes === "directory") return expand(text!);
  const value = await READERS[takes](text!);
  if (value === null) throw new UsageError(`bad-${takes}`, subject, text!);
  return value;
}

/** A name that nothing reads is a mistake that would never be noticed. */
async function refuseStrangers(spec: ProgramSpec, { env, file }: Surroundings): Promise<void> {
  const lasting = Object.entries(spec.options).filter(([, option]) => isLasting(option)).map(([name]) => name);
  const known = [...lasting, ...spec.name === "client" ? LASTING_OPERANDS : []];
  const key = Object.keys(file?.values ?? {}).find((name) => !known.includes(name));
  if (key !== undefined) throw new UsageError("unknown-key", key, file!.path, await nearest(key, known));
  const prefix = `IDP2PI_${spec.name.toUpperCase()}_`;
  const variables = known.map((name) => variableOf(spec, name));
  const stranger = Object.keys(env).find((name) => name.startsWith(prefix) && !variables.includes(name));
  if (stranger !== undefined) {
    throw new UsageError("unknown-variable", stranger, "", await nearest(stranger, variables));
  }
}
